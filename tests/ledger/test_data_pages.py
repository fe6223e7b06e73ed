"""The public data: what every indicator means, what it adds up to, to be seen and taken away by everyone."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.ledger.models import Indicator
from kepu.ledger.queries.catalogue import catalogue, indicator_page
from kepu.ledger.queries.open_data import open_data, series_rows
from kepu.ledger.services import fold_deltas, record_fact, reverse_fact
from tests.factories import PersonFactory
from tests.ledger.factories import draft

METHOD = {"instrument": "抽样调查甲", "version": "2020", "n": 3000, "standard_error": "0.45"}


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


def entry_of(code):
    return next(entry for entry in catalogue(None) if entry.indicator.code == code)


def rows_of(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text if text.startswith("时期") else text.partition("\n")[2])))


# --- the catalogue ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_folded", [False, True])
def test_the_catalogue_says_how_much_stands_behind_each_indicator(city, is_folded):
    record_fact(draft(occurred_on=date(2023, 2, 1)), actor=None)
    record_fact(draft(organisation="市教育局"), actor=None)
    gone = record_fact(draft(occurred_on=date(2024, 8, 1)), actor=None)
    if is_folded:
        fold_deltas()
    reverse_fact(gone.pk, reason="重复", actor=None)

    entry = entry_of("lectures")

    assert (entry.facts, entry.since, entry.until) == (2, date(2023, 2, 1), date(2024, 3, 1))
    assert set(entry.bodies) == {"市科协", "市教育局"}
    assert (entry.body_count, entry.is_demonstration) == (2, False)
    empty = entry_of("fairs")
    assert (empty.facts, empty.since, empty.bodies) == (0, None, ())


def test_the_catalogue_page_shows_every_public_indicator(client, city):
    record_fact(draft(), actor=None)

    page = client.get("/data/").content.decode()

    for indicator in Indicator.objects.all():
        is_public = indicator.visibility == "public"
        assert (indicator.name in page) == is_public
        assert (reverse("ledger:indicator", args=[indicator.code]) in page) == is_public
    assert "人次不是人数" in page
    assert "算出来的：科普讲座听众人次 ÷ 科普讲座场次" in page
    assert "2024-03 — 2024-03" in page
    assert "演示数据" not in page


def test_the_catalogue_asks_the_same_few_questions(client, city, django_assert_max_num_queries):
    for body in ("市科协", "市教育局", "青岛示例中学"):
        for indicator in ("lectures", "fairs", "public_events"):
            record_fact(draft(indicator=indicator, organisation=body), actor=None)

    with django_assert_max_num_queries(6):
        client.get("/data/")


def test_made_up_figures_are_marked_everywhere(client, city):
    record_fact(draft(), actor=None, is_demonstration=True)

    for address in ("/data/", "/data/lectures/"):
        assert "演示数据" in client.get(address).content.decode()
    answer = client.get("/data/lectures.csv")
    content = b"".join(answer)
    assert "演示数据" in content.decode("utf-8-sig").splitlines()[0]
    assert rows_of(content)[0]["演示数据"] == "是"
    document = json.loads(client.get("/data/lectures.json").content)
    assert document["notice"] == "演示数据，不代表实际进展。"
    assert document["indicator"]["is_demonstration"]
    assert "%E6%BC%94%E7%A4%BA%E6%95%B0%E6%8D%AE" in answer["Content-Disposition"]


def test_what_is_for_the_staff_is_hidden_from_the_public(client, city):
    Indicator.objects.filter(code="lectures").update(visibility="staff")
    record_fact(draft(), actor=None)
    doors = ["/data/lectures/", "/data/lectures.csv", "/data/lectures.json", "/api/ledger/indicators/lectures"]

    assert [client.get(door).status_code for door in doors] == [404] * 4
    assert "科普讲座场次<" not in client.get("/data/").content.decode()
    assert "lectures" not in {one["code"] for one in client.get("/api/ledger/indicators").json()}

    client.force_login(PersonFactory(role=Role.REVIEWER, organisation=city.office))
    assert "仅工作人员可见" in client.get("/data/lectures/").content.decode()
    assert client.get("/api/ledger/indicators/lectures").status_code == 404  # the API asks nobody who they are


@pytest.mark.parametrize("door", ["/data/nonsense/", "/data/nonsense.csv", "/data/lectures.exe", "/data/..%2F/"])
def test_what_is_not_there_is_404(client, city, door):
    assert client.get(door).status_code == 404


# --- one indicator ----------------------------------------------------------------------------------------------------


def test_a_flow_is_shown_by_year_month_and_district(client, city):
    for day, region, amount in (
        (date(2022, 5, 1), "370202001", 3),
        (date(2024, 3, 5), "370202", 4),
        (date(2024, 3, 6), "370203", 5),
        (date(2024, 4, 1), "3702", 2),
    ):
        record_fact(draft(occurred_on=day, region=region, quantity=Decimal(amount)), actor=None)

    by_year = indicator_page("lectures", actor=None)
    by_month = indicator_page("lectures", actor=None, by="month", year=2022)

    assert [(point.since.year, point.value) for point in by_year.points] == [(2022, 3), (2023, None), (2024, 11)]
    assert (by_year.years, by_year.year, by_year.whole.value) == ((2024, 2022), 2024, 11)
    assert [(row.region.name, row.value.value) for row in by_year.districts] == [("市南区", 4), ("市北区", 5)]
    assert by_year.elsewhere == 2
    assert len(by_month.points) == 24
    assert [point.value for point in by_month.points if point.value is not None] == [3, 9, 2]
    assert [(row.value.value, row.value.facts) for row in by_month.districts] == [(3, 1), (None, 0)]
    page = client.get("/data/lectures/?by=month&year=2022").content.decode()
    assert "2022 年各区市" in page
    assert "没有人报" in page


def test_never_reported_is_told_and_not_drawn_as_zero(client, city):
    page = client.get("/data/lectures/").content.decode()

    assert "还没有人报过这个数" in page
    assert "chart-canvas" not in page
    assert list(b"".join(client.get("/data/lectures.csv")).decode("utf-8-sig").splitlines())[1:] == []


def test_a_level_is_not_drawn_on_after_its_last_report(city):
    for day, amount in ((date(2022, 6, 30), 5), (date(2022, 12, 31), 7)):
        record_fact(draft(indicator="bases", occurred_on=day, quantity=Decimal(amount)), actor=None)

    assert [(p.since.year, p.value) for p in indicator_page("bases", actor=None).points] == [(2022, 7)]
    months = indicator_page("bases", actor=None, by="month").points
    assert [point.value for point in months] == [5, 5, 5, 5, 5, 5, 7]


def test_an_estimate_is_shown_where_it_was_measured_with_its_method(client, city):
    for year, share in ((2015, "10"), (2020, "14.30")):
        record_fact(
            draft(indicator="literate_share", region="3702", occurred_on=date(year, 12, 31), quantity=Decimal(share),
                  method=METHOD | {"version": str(year)}), actor=None
        )  # fmt: skip
    wrong = record_fact(
        draft(indicator="literate_share", region="3702", occurred_on=date(2018, 12, 31), quantity=Decimal(99),
              method=METHOD), actor=None
    )  # fmt: skip
    reverse_fact(wrong.pk, reason="录错", actor=None)
    record_fact(
        draft(indicator="literate_share", region="370202", occurred_on=date(2019, 12, 31), quantity=Decimal(21),
              method=METHOD), actor=None
    )  # fmt: skip

    page = indicator_page("literate_share", actor=None)

    shown = [(point.since.year, point.value) for point in page.points if point.value is not None]
    assert shown == [(2015, 10), (2020, Decimal("14.3"))]
    assert page.years == (2020, 2015)
    assert page.chart["isJoined"] is False
    assert page.elsewhere is None
    text = client.get("/data/literate_share/").content.decode()
    for words in ("每个数的测法", "抽样调查甲", "样本量 3000", "标准误 0.45", "没有测", "中间不连线、不推测"):
        assert words in text


def test_people_are_told_from_attendances(client, city):
    record_fact(draft(indicator="lecture_attendances", quantity=Decimal(80)), actor=None)
    for person in (b"a" * 16, b"a" * 16, b"b" * 16):
        record_fact(draft(indicator="volunteers_active", person=person), actor=None)

    assert "同一个人来两次算两人次" in client.get("/data/lecture_attendances/").content.decode()
    assert "按人去重" in client.get("/data/volunteers_active/").content.decode()
    page = indicator_page("volunteers_active", actor=None)
    assert ([point.value for point in page.points], page.entry.facts) == ([2], 3)


def test_a_computed_indicator_shows_its_formula(client, city):
    record_fact(draft(quantity=Decimal(4)), actor=None)
    record_fact(draft(indicator="lecture_attendances", quantity=Decimal(300)), actor=None)

    page = client.get("/data/people_per_lecture/").content.decode()

    assert "科普讲座听众人次 ÷ 科普讲座场次" in page
    assert indicator_page("people_per_lecture", actor=None).points[0].value == 75


def test_nobodys_name_stands_on_a_public_page(client, city):
    record_fact(draft(note="王某某 13900000000"), actor=city.officer)

    page = client.get("/data/lectures/").content.decode()

    assert city.officer.name not in page
    assert "13900000000" not in page


def test_the_page_asks_a_bounded_number_of_questions(client, city, django_assert_max_num_queries):
    for n in range(1, 9):
        record_fact(draft(occurred_on=date(2024, n, 1), region="370202" if n % 2 else "370203"), actor=None)

    with django_assert_max_num_queries(27):
        client.get("/data/lectures/?by=month")


# --- taken away -------------------------------------------------------------------------------------------------------


def test_the_series_is_taken_away_as_a_table_and_as_json(client, city):
    record_fact(draft(occurred_on=date(2022, 5, 1), quantity=Decimal(3)), actor=None)
    record_fact(draft(occurred_on=date(2024, 3, 5), region="3702", quantity=Decimal(4)), actor=None)

    rows = rows_of(b"".join(client.get("/data/lectures.csv?by=year")))
    document = json.loads(client.get("/data/lectures.json?by=year").content)

    assert [(row["时期"], row["地区"], row["数值"]) for row in rows] == [
        ("2022", "青岛市", "3"), ("2023", "青岛市", ""), ("2024", "青岛市", "4"),
        ("2022", "市南区", "3"), ("2023", "市南区", ""), ("2024", "市南区", ""),
        ("2022", "市北区", ""), ("2023", "市北区", ""), ("2024", "市北区", ""),
    ]  # fmt: skip
    whole = document["series"][0]
    assert (whole["region_code"], whole["by"]) == ("3702", "year")
    assert [(point["period"], point["value"]) for point in whole["points"]] == [
        ("2022", "3"),
        ("2023", None),
        ("2024", "4"),
    ]
    assert document["indicator"]["first_month"] == "2022-05"
    assert document["notice"] == ""
    months = rows_of(b"".join(client.get("/data/lectures.csv?by=month")))
    assert months[0]["时期"] == "2022-05"
    assert len(months) == 3 * 23


def test_numbers_are_exact(city):
    record_fact(draft(indicator="volunteer_hours", quantity=Decimal("99999999999999.0001")), actor=None)

    (row, *_rest) = series_rows(open_data("volunteer_hours", places=[None]))

    assert row["value"] == Decimal("99999999999999.0001")


def test_the_pages_speak_english_but_for_names_and_definitions(client, city):
    """What may stay Chinese: names of places and bodies, the site's name, definitions and sources (marked as such)."""
    record_fact(draft(), actor=None, is_demonstration=True)
    record_fact(draft(audience="farmers", region="3702"), actor=None)
    record_fact(draft(indicator="bases"), actor=None)
    record_fact(draft(indicator="literate_share", region="3702", method=METHOD), actor=None)
    names = {
        city.city.name,
        "中文",
        *(one.name for one in (*city.regions, *city.bodies)),
        "市科协",
        "青岛",
        "抽样调查甲",
    }

    doors = [
        "lectures/",
        "lectures/?by=month",
        "bases/",
        "literate_share/",
        "people_per_lecture/",
        "volunteers_active/",
    ]
    for door in ("", *doors):
        page = client.get(f"/data/{door}", headers={"Accept-Language": "en"}).content.decode()
        words = re.sub(r'<(\w+)[^>]* lang="zh-hans"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
        for name in sorted(names, key=len, reverse=True):
            words = words.replace(name, "")
        assert re.findall(r"[\u4e00-\u9fff]+", words) == [], door
