"""Coverage and siting: from people points and venues to shares, indices and an answer with its bound."""

import builtins
import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import RegionLevel, Role
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed, SolversMissing
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.sheets import RowsRefused
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import PeoplePoint, SitingRun, TravelTable
from kepu.outreach.venues.queries.reach import points_sheet
from kepu.outreach.venues.services import (
    SitingTerms,
    ask_siting,
    bring_points,
    bring_travel,
    cancel_siting,
    coverage_of,
    run_siting,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory
from tests.outreach.venues.factories import DAY, at, district, liaison_of, office, point, venue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stated_day(settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY


def seat(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def two_districts():
    """Two villages near a science centre in one district, one far away in another; four in five people are near."""
    north = district("370203", "市北区")
    town = RegionFactory(code="370202001", name="香港中路街道", parent=district())
    point(120.40, 36.06, 3000, region=town, groups={"elderly": 600, "youth": 500})
    point(120.41, 36.07, 1000, groups={"elderly": 400})
    point(120.90, 36.60, 1000, region=north, groups={"elderly": 1000})
    return venue("science_centre", **at(120.40, 36.06))


def terms(**given: Any) -> SitingTerms:
    said = {"k": 1, "minutes": 30, "group": "public", "detour": Decimal("1.3"), "speed_kmh": Decimal(25)}
    codes = PeoplePoint.objects.values_list("code", flat=True)
    return SitingTerms(**{**said, "candidates": [f"point:{code}" for code in codes], **given})


def test_shares_and_indices_by_group_and_place(two_districts):
    found = coverage_of()

    assert found is not None
    everybody, elderly = found.groups[0], next(line for line in found.groups if line.group == "elderly")
    assert (everybody.cell.people, everybody.cell.share) == (5000, 0.8)
    assert (elderly.cell.people, elderly.cell.share) == (2000, 0.5)
    assert elderly.cell.gini > everybody.cell.gini > 0
    assert everybody.theil == pytest.approx(everybody.between + everybody.within)
    assert {line.region.name: line.cells[0].share for line in found.places} == {"市南区": 1.0, "市北区": 0.0}
    workers = next(line for line in found.groups if line.group == "workers")
    assert (workers.cell.people, workers.cell.share, workers.cell.gini) == (0, None, None)


def test_towns_are_told_apart_and_kinds_left_out(two_districts):
    found = coverage_of(level=RegionLevel.TOWNSHIP)
    assert found is not None
    assert {line.region.name for line in found.places} == {"香港中路街道", "市南区", "市北区"}
    assert coverage_of(kind="museum") is None


def test_what_moves_or_has_no_coordinates_covers_nobody(two_districts):
    venue("van", address="", **at(120.90, 36.60))
    venue("museum")
    found = coverage_of()
    assert found is not None
    assert (found.venues, found.unplaced, found.groups[0].cell.share) == (1, 1, 0.8)


def test_seats_count_where_every_venue_says_how_many(two_districts):
    one_each = coverage_of()
    two_districts.capacity = 400
    two_districts.save()
    seats = coverage_of()
    assert one_each is not None
    assert seats is not None
    assert seats.groups[0].cell.mean == pytest.approx(400 * one_each.groups[0].cell.mean)


def test_the_page_says_what_it_was_computed_by(two_districts):
    page = seat(office()).get(reverse("venues:coverage")).content.decode()
    for words in ("80.0%", "每个人群单独计分", "默认未确认", "25.0 公里/小时", "市北区"):
        assert words in page, words


def test_a_site_without_points_or_solvers_says_so(monkeypatch):
    client = seat(office())
    assert "没有公开来源" in client.get(reverse("venues:coverage")).content.decode()
    whole = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "kepu.engines" and rest[2] == ("coverage",):
            raise ImportError(name)
        return whole(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "没有装计算覆盖的软件包" in client.get(reverse("venues:coverage")).content.decode()
    with pytest.raises(SolversMissing):
        ask_siting(terms(candidates=["point:x"]), actor=office())
    assert venue(**at(120.4, 36.1)).point == (120.4, 36.1)  # registering needs none of it


def test_a_question_is_answered_by_a_job_with_its_bound(two_districts):
    actor = office()
    far = PeoplePoint.objects.order_by("code").last()
    run = ask_siting(terms(), actor=actor)
    run_siting(str(run.pk))
    run_siting(str(run.pk))  # a job may run twice

    run.refresh_from_db()
    assert run.progress.state == ProgressState.DONE
    assert [one["name"] for one in run.result["places"]] == [far.name]
    assert (run.result["reached"], run.result["bound"], run.result["before"]) == (1000, 1000, 4000)
    page = seat(actor).get(reverse("venues:sited", args=[run.pk])).content.decode()
    for words in ("新够得着 1,000 人", "已证明没有更好的选法", "≤ 1,000", far.name, "dot-chosen"):
        assert words in page, words


def test_the_siting_counts_the_group_that_was_asked_for_and_drafts_as_candidates(two_districts):
    near_village = venue("community_room", public=False, name="村口新馆", **at(120.90, 36.60))
    run = ask_siting(terms(group="youth", candidates=[f"venue:{near_village.pk}"]), actor=office())
    run_siting(run.pk)
    run.refresh_from_db()
    assert (run.result["reached"], run.result["people"], run.result["places"]) == (0, 500, [])
    again = ask_siting(terms(group="elderly", candidates=[f"venue:{near_village.pk}"]), actor=office())
    run_siting(again.pk)
    again.refresh_from_db()
    assert [one["name"] for one in again.result["places"]] == ["村口新馆"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"k": 0}, "k"),
        ({"k": 99}, "k"),
        ({"minutes": 0}, "minutes"),
        ({"detour": Decimal("0.5")}, "detour"),
        ({"speed_kmh": Decimal(500)}, "speed_kmh"),
        ({"group": "cats"}, "group"),
        ({"candidates": []}, "candidates"),
    ],
)
def test_a_question_that_cannot_be_is_refused(two_districts, given, field):
    with pytest.raises(VenueUnfit) as refused:
        ask_siting(terms(**given), actor=office())
    assert refused.value.data["field"] == field


def test_only_the_office_and_district_officers_ask_and_each_sees_the_own(two_districts):
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=district())
    run = ask_siting(terms(), actor=officer)
    assert seat(officer).get(reverse("venues:sited", args=[run.pk])).status_code == 200
    other = PersonFactory(role=Role.DISTRICT_OFFICER, region=district())
    assert seat(other).get(reverse("venues:sited", args=[run.pk])).status_code == 404
    for actor in (liaison_of(OrganisationFactory()), PersonFactory(role=Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            ask_siting(terms(), actor=actor)
    with pytest.raises(NotAllowed):
        cancel_siting(run, actor=office())


def test_a_question_that_was_taken_back_is_not_answered(two_districts):
    actor = office()
    run = ask_siting(terms(), actor=actor)
    assert cancel_siting(run, actor=actor)
    run_siting(run.pk)
    run.refresh_from_db()
    assert (run.progress.state, run.result) == (ProgressState.CANCELLED, {})
    assert "没有算出来" in seat(actor).get(reverse("venues:sited", args=[run.pk])).content.decode()


def test_the_form_offers_villages_and_drafts_and_says_what_is_wrong(two_districts):
    venue("community_room", public=False, name="村口新馆", **at(120.90, 36.60))
    client = seat(office())
    page = client.get(reverse("venues:siting")).content.decode()
    assert "村口新馆（草稿）" in page
    assert "示例村" in page
    typed = {"k": 9, "minutes": 30, "group": "public", "detour": "1.3", "speed_kmh": "25"}
    typed["candidates"] = [f"point:{PeoplePoint.objects.first().code}"]
    assert "在 1 和候选数 1 之间" in client.post(reverse("venues:siting"), typed).content.decode()
    answer = client.post(reverse("venues:siting"), {**typed, "k": 1})
    assert answer.url == reverse("venues:sited", args=[SitingRun.objects.get().pk])


def sheet(*rows: dict[str, object]) -> SimpleUploadedFile:
    text = io.StringIO()
    writer = csv.writer(text)
    columns = points_sheet().columns
    writer.writerow([column.header for column in columns])
    plain = {"name": "示例村", "region": "370202", "longitude": 120.4, "latitude": 36.1, "people": 900}
    for number, given in enumerate(rows):
        row = {**plain, "code": f"v{number}", "source": "示例", "counted_on": "2020-11-01", **given}
        writer.writerow([row.get(column.name, "") for column in columns])
    return SimpleUploadedFile("points.csv", text.getvalue().encode("utf-8-sig"))


def test_people_points_are_loaded_and_brought_up_to_date():
    district()
    assert bring_points(sheet({"elderly": 200}, {}), actor=office()) == 2
    assert bring_points(sheet({"people": 950}, {}), actor=office()) == 2
    first = PeoplePoint.objects.get(code="v0")
    assert (PeoplePoint.objects.count(), first.people, first.groups) == (2, 950, {})


def test_every_wrong_point_is_named():
    district()
    wrong = sheet(
        {"longitude": 36.1, "latitude": 120.4}, {"longitude": 2.3, "latitude": 48.8}, {"region": "999999"},
        {"elderly": 1000}, {"code": "v0"},
    )  # fmt: skip
    with pytest.raises(RowsRefused) as refused:
        bring_points(wrong, actor=office())
    said = "\n".join(map(str, refused.value.errors))
    for words in (
        "第 2 行“经度”：经度和纬度填反了",
        "第 3 行“经度”：坐标不在国内",
        "第 4 行",
        "比人口还多",
        "两行是这个代码",
    ):
        assert words in said, words
    assert not PeoplePoint.objects.exists()
    with pytest.raises(NotAllowed):
        bring_points(sheet({}), actor=PersonFactory(role=Role.DISTRICT_OFFICER, region=district()))


def travel_file(*lines: tuple[str, str, object]) -> SimpleUploadedFile:
    rows = ["从,到,分钟", *(f"{origin},{destination},{minutes}" for origin, destination, minutes in lines)]
    return SimpleUploadedFile("travel.csv", "\n".join(rows).encode("utf-8-sig"))


def load_travel(*lines: tuple[str, str, object], **more: Any) -> TravelTable:
    given = {"source": "示例路网，公共交通", "computed_on": today(), "actor": office()}
    return bring_travel(travel_file(*lines), **(given | more))


def test_a_bay_between_makes_near_places_far(two_districts):
    near, second, far = PeoplePoint.objects.order_by("code")
    end = f"venue:{two_districts.pk}"
    load_travel((f"point:{near.code}", end, 95), (f"point:{far.code}", end, 20))

    by_table, by_distance = coverage_of(by_table=True), coverage_of()

    assert by_table is not None
    assert by_distance is not None
    assert by_table.table is not None
    assert by_table.groups[0].cell.share == far.people / (near.people + second.people + far.people)
    assert by_distance.groups[0].cell.share == 0.8
    page = seat(office()).get(reverse("venues:coverage")).content.decode()
    assert "按载入的路程表（示例路网，公共交通" in page
    assert "直线距离 × 1.3" in seat(office()).get(reverse("venues:coverage"), {"road": "line"}).content.decode()


def test_siting_goes_by_the_table_that_held_when_it_was_asked(two_districts):
    near, second, far = PeoplePoint.objects.order_by("code")
    actor = office()
    with pytest.raises(VenueUnfit, match="还没有载入路程表"):
        ask_siting(terms(by_table=True), actor=actor)
    load_travel((f"point:{near.code}", f"point:{second.code}", 10), (f"point:{far.code}", f"point:{second.code}", 10))
    run = ask_siting(terms(by_table=True), actor=actor)
    for _again in range(2):
        load_travel((f"point:{second.code}", f"point:{far.code}", 10))
    assert TravelTable.objects.count() == 2
    run_siting(str(run.pk))
    run.refresh_from_db()

    assert run.result["places"][0]["adds"] == near.people + far.people
    assert "按路程表：示例路网" in seat(actor).get(reverse("venues:sited", args=[run.pk])).content.decode()


def test_every_wrong_line_of_a_travel_table_is_named(two_districts):
    code, end = PeoplePoint.objects.first().code, f"venue:{two_districts.pk}"
    wrong = [("point:nowhere", end, 5), (f"point:{code}", end, 5), (f"point:{code}", end, 6), (end, end, 5)]
    with pytest.raises(RowsRefused) as refused:
        load_travel(*wrong, (f"point:{code}", "venue:0", 2000))
    said = "\n".join(map(str, refused.value.errors))
    for words in ("第 2 行“从”", "第 4 行“到”：前面已有这一对", "第 5 行“从”", "超过一天"):
        assert words in said, words
    assert not TravelTable.objects.exists()
    with pytest.raises(VenueUnfit, match="请写明用什么"):
        load_travel((f"point:{code}", end, 5), source=" ")
    with pytest.raises(VenueUnfit, match="今天之后"):
        load_travel((f"point:{code}", end, 5), computed_on=today() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        load_travel((f"point:{code}", end, 5), actor=PersonFactory(role=Role.DISTRICT_OFFICER, region=district()))


def test_the_columns_of_a_travel_table_are_of_equal_length():
    with pytest.raises(IntegrityError, match="travel_columns_equal"):
        TravelTable.objects.create(
            source="x", computed_on=today(), loaded_at=now(), loaded_by=1, rows=2, origins=["point:a"],
            destinations=["venue:1"], minutes=[1.0],
        )  # fmt: skip


def test_the_pages_of_a_travel_table_lead_from_the_list_to_the_figures(two_districts):
    client = seat(office())
    places = client.get(reverse("venues:travel_places", args=["csv"])).content.decode()
    assert f"venue:{two_districts.pk}" in places
    assert client.get(reverse("venues:travel_template")).status_code == 200
    code = PeoplePoint.objects.first().code
    typed = {"source": "示例路网", "computed_on": today().isoformat()}
    wrong = client.post(reverse("venues:travel"), {**typed, "file": travel_file(("a", "b", 1))})
    assert "起讫点清单里没有这个代码" in wrong.content.decode()
    good = {**typed, "file": travel_file((f"point:{code}", f"venue:{two_districts.pk}", 12.5))}
    assert "载入了 1 对路程" in client.post(reverse("venues:travel"), good, follow=True).content.decode()
    assert "示例路网" in client.get(reverse("venues:travel")).content.decode()


def test_the_database_refuses_questions_that_ask_nothing(two_districts):
    run = ask_siting(terms(), actor=office())
    for constraint, values in (("siting_asks_something", {"k": 0}), ("siting_group_known", {"group": "cats"})):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SitingRun.objects.filter(pk=run.pk).update(**values)
