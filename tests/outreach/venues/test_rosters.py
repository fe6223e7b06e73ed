"""A roster comes in whole or not at all; what may be there already waits for a person."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kepu.directory.register.choices import Role
from kepu.foundation.errors import NotAllowed
from kepu.foundation.sheets import RowsRefused
from kepu.foundation.sheets.decisions import RosterSettled
from kepu.outreach.venues.errors import VenueMoved, VenueUnfit
from kepu.outreach.venues.models import Roster, RosterRow, Venue
from kepu.outreach.venues.queries.rosters import roster_page, roster_sheet
from kepu.outreach.venues.services import bring_roster, decide_row, register_clear_rows
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.venues.factories import at, district, liaison_of, office, point, venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    district("370203", "市北区")
    return OrganisationFactory(name="青岛市示例文旅局", region=district())


def table(*rows: dict[str, object], name: str = "名册.csv") -> SimpleUploadedFile:
    sheet = roster_sheet()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.header for column in sheet.columns])
    for given in rows:
        row = {"kind": "博物馆、纪念馆", "keeper": "青岛市示例文旅局", "district": "市南区", **given}
        writer.writerow([row.get(column.name, "") for column in sheet.columns])
    return SimpleUploadedFile(name, text.getvalue().encode("utf-8-sig"))


def test_clear_rows_are_registered_and_doubtful_ones_wait(body):
    there = venue("museum", name="海军博物馆", **at(120.32, 36.06))
    roster = bring_roster(
        table(
            {"name": "地质博物馆", "address": "示例路 3 号"},
            {"name": "青岛市海军博物馆"},
            {"name": "水下馆", "longitude": "120.3202", "latitude": "36.0602", "coordinate_source": "surveyed"},
            {"name": "邮电博物馆", "district": "市北区"},
            {"name": "邮电 博物馆", "district": "市北区"},
        ),
        actor=office(),
    )

    assert Venue.objects.count() == 1
    doubts = {row.values["name"]: [reason for _key, reason in row.doubts] for row in roster.rows.all()}
    assert doubts == {
        "地质博物馆": [], "青岛市海军博物馆": ["like_name"], "水下馆": ["near"], "邮电博物馆": [], "邮电 博物馆": ["in_file"],
    }  # fmt: skip
    assert register_clear_rows(roster.pk, actor=office()) == 2
    assert register_clear_rows(roster.pk, actor=office()) == 0
    assert set(Venue.objects.values_list("name", flat=True)) == {"海军博物馆", "地质博物馆", "邮电博物馆"}
    assert there.state == "published"


def test_a_person_merges_registers_or_skips(body):
    actor = office()
    there = venue("museum", name="海军博物馆", summary="老的说明", capacity=100)
    rows = [{"name": "海军博物馆", "phone": "0532-1"}, {"name": "海军博物馆二馆"}, {"name": "海军博物馆分馆"}]
    roster = bring_roster(table(*rows), actor=actor)
    first, second, third = roster.rows.all()

    with pytest.raises(VenueUnfit):
        decide_row(first.pk, "merged", venue_id=None, actor=actor)
    decide_row(first.pk, "merged", venue_id=there.pk, actor=actor)
    decide_row(second.pk, "new", actor=actor)
    decide_row(third.pk, "skipped", actor=actor)

    there.refresh_from_db()
    assert (there.phone, there.summary, there.capacity) == ("0532-1", "老的说明", 100)
    assert Venue.objects.count() == 2
    with pytest.raises(RosterSettled):
        decide_row(third.pk, "new", actor=actor)
    page = roster_page(actor, roster.pk)
    assert page is not None
    assert (page.open_rows, page.clear) == ((), 0)


def test_every_wrong_row_is_named_and_none_is_kept(body):
    point(120.4, 36.1)
    with pytest.raises(RowsRefused) as refused:
        bring_roster(
            table(
                {"name": ""},
                {"name": "甲馆", "kind": "宫殿"},
                {"name": "乙馆", "keeper": "没有的单位"},
                {"name": "丙馆", "district": "火星区"},
                {"name": "丁馆", "longitude": "36.1", "latitude": "120.4", "coordinate_source": "surveyed"},
                {"name": "戊馆", "longitude": "121.9", "latitude": "36.1", "coordinate_source": "surveyed"},
                {"name": "己馆", "longitude": "120.4", "latitude": "36.1"},
                {"name": "庚馆", "longitude": "120.4"},
            ),
            actor=office(),
        )

    said = "\n".join(map(str, refused.value.errors))
    for words in (
        "第 2 行“名称”",
        "第 3 行“类型”",
        "第 4 行“管理单位”",
        "第 5 行“区市”",
        "填反了",
        "可能在海里",
        "写明来源",
        "一起填",
    ):
        assert words in said, words
    assert not Roster.objects.exists()


def test_the_same_file_twice_adds_nothing(body):
    bring_roster(table({"name": "甲馆"}), actor=office())
    with pytest.raises(RosterSettled):
        bring_roster(table({"name": "甲馆"}), actor=office())
    assert RosterRow.objects.count() == 1


def test_who_may_register_nothing_brings_nothing_and_others_only_their_own(body):
    OrganisationFactory(name="青岛市别的局")
    with pytest.raises(NotAllowed):
        bring_roster(table({"name": "甲馆"}), actor=PersonFactory(role=Role.AUDITOR))
    with pytest.raises(RowsRefused, match="不归您管"):
        bring_roster(table({"name": "甲馆", "keeper": "青岛市别的局"}), actor=liaison_of(body))
    roster = bring_roster(table({"name": "甲馆"}), actor=liaison_of(body))
    with pytest.raises(NotAllowed):
        register_clear_rows(roster.pk, actor=liaison_of(OrganisationFactory()))
    assert roster_page(liaison_of(OrganisationFactory()), roster.pk) is None


def test_a_row_is_not_merged_into_a_venue_that_was_closed_meanwhile(body):
    from kepu.outreach.venues.services import close_venue

    actor, there = office(), venue("museum", name="海军博物馆")
    row = bring_roster(table({"name": "海军博物馆"}), actor=actor).rows.get()
    close_venue(there.pk, reason="合并", actor=actor)
    with pytest.raises(VenueMoved):
        decide_row(row.pk, "merged", venue_id=there.pk, actor=actor)
    row.refresh_from_db()
    assert row.choice == "undecided"
