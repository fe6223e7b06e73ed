"""The desk of the ledger: who sees which facts, how they are found, given out and taken back."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.sheets import read_all
from kepu.ledger import queries
from kepu.ledger.models import Fact
from kepu.ledger.services import record_fact, reverse_fact
from kepu.ledger.views import desk
from tests.factories import PersonFactory
from tests.ledger.factories import draft

DESK = "/desk/ledger/"


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


def listed(client, query=""):
    return client.get(f"{DESK}{query}").context["page"].rows


def test_each_role_lists_what_it_may_see(client, city):
    bureau = record_fact(draft(organisation="市教育局", region="370203"), actor=None)
    school = record_fact(draft(organisation="青岛示例中学", region="370203001"), actor=None)
    south = record_fact(draft(region="370202001"), actor=None)
    expected = {
        PersonFactory(role=Role.LEADING_OFFICE): {bureau, school, south},
        PersonFactory(role=Role.AUDITOR): {bureau, school, south},
        PersonFactory(role=Role.REVIEWER, organisation=city.office): {bureau, school, south},
        PersonFactory(role=Role.LIAISON, organisation=city.bureau): {bureau, school},
        PersonFactory(role=Role.LIAISON, organisation=city.school): {school},
        PersonFactory(role=Role.DISTRICT_OFFICER, region=city.south): {south},
    }

    for person, facts in expected.items():
        client.force_login(person)
        assert set(listed(client)) == facts
        for fact in (bureau, school, south):
            status = client.get(reverse("ledger:fact", args=[fact.pk])).status_code
            assert status == (200 if fact in facts else 404)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?indicator=lectures", "ab"),
        ("?region={south}", "ac"),
        ("?organisation=市教育局", "b"),
        ("?organisation=青岛示例中学", ""),
        ("?audience=farmers", "b"),
        ("?since=2024-03-01", "bc"),
        ("?until=2024-03-31", "ab"),
        ("?since=2024-03-01&until=2024-03-31", "b"),
        ("?source=form", "c"),
        ("?text=春耕", "b"),
        ("?text={a}", "a"),
        ("?indicator=lectures&audience=farmers&text=春耕&source=service", "b"),
    ],
)
def test_the_list_is_narrowed(office, city, query, found):
    facts = {
        "a": record_fact(draft(region="370202001", occurred_on=date(2023, 12, 5)), actor=None),
        "b": record_fact(
            draft(region="370203", organisation="市教育局", audience="farmers", note="春耕讲座"), actor=None
        ),
        "c": record_fact(
            draft(indicator="fairs", occurred_on=date(2024, 4, 1)), actor=city.officer, source_kind="form"
        ),
    }

    rows = listed(office, query.format(south=city.south.pk, a=facts["a"].pk))

    assert set(rows) == {facts[name] for name in found}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?organisation=市科", "是不是：青岛市科学技术协会"),
        ("?organisation=无此局", "没有叫“无此局”的单位"),
        ("?since=2024-05-01&until=2024-04-01", "请对调"),
        ("?indicator=nonsense", "nonsense"),
    ],
)
def test_a_wrong_question_is_told_at_its_field(office, query, words):
    answer = office.get(f"{DESK}{query}")

    assert answer.context["page"] is None
    assert words in answer.content.decode()


def test_paging_gives_every_fact_once_newest_first(city):
    days = [date(2024, 9, 15) - timedelta(days=n) for n in (0, 0, 0, 0, 1, 20, 45, 46, 200, 201, 900, 901)]
    for day in days:
        record_fact(draft(occurred_on=day), actor=None)
    found = queries.facts_visible_to(city.officer)

    seen, after = [], ""
    for _page in range(10):
        page = queries.facts(found, after=after, size=3)
        seen += page.rows
        after = page.after
        if not page.has_next:
            break

    assert [fact.occurred_on for fact in seen] == sorted(days, reverse=True)
    assert len({fact.pk for fact in seen}) == len(days)
    assert len(queries.facts(found, after="nonsense", size=30).rows) == len(days)


def test_the_next_page_is_linked_with_its_question(office, monkeypatch):
    monkeypatch.setattr("kepu.ledger.queries.listing.PAGE_SIZE", 2)
    monkeypatch.setitem(queries.facts.__kwdefaults__, "size", 2)
    facts = [record_fact(draft(occurred_on=date(2024, 3, n)), actor=None) for n in (1, 2, 3)]

    first = office.get(f"{DESK}?indicator=lectures")
    after = first.context["page"].after
    second = office.get(f"{DESK}?indicator=lectures&after={after}")

    assert f"?indicator=lectures&amp;after={after}" in first.content.decode()
    assert "回到最新" not in first.content.decode()
    assert list(second.context["page"].rows) == facts[:1]
    assert "回到最新" in second.content.decode()


def test_the_list_asks_the_same_few_questions_however_long(office, django_assert_max_num_queries):
    for n in range(1, 40):
        record_fact(draft(occurred_on=date(2024, 8 if n % 2 else 3, n % 28 + 1)), actor=None)

    with django_assert_max_num_queries(19):
        page = office.get(DESK)

    assert len(page.context["page"].rows) == 39


def test_an_empty_list_says_what_to_do(client, city):
    client.force_login(city.officer)
    assert "下载模板" in client.get(DESK).content.decode()
    assert "放宽日期" in client.get(f"{DESK}?indicator=lectures").content.decode()
    client.force_login(PersonFactory(role=Role.AUDITOR))
    page = client.get(DESK).content.decode()
    assert "还没有事实" in page
    assert "记一条" not in page


def test_htmx_gets_the_rows_alone(office):
    fragment = office.get(DESK, headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div id="rows"')
    assert "<html" not in fragment


# --- export ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(city):
    method = {"instrument": "A", "version": "2024", "n": 3000, "standard_error": "0.4"}
    record_fact(
        draft(people=80, audience="youth", audience_tag="primary_pupils", note="-5 度，照常开讲"), actor=city.officer
    )
    fact = record_fact(draft(indicator="volunteer_hours", quantity=Decimal("7.25"), region="3702"), actor=None)
    record_fact(
        draft(indicator="literate_share", quantity=Decimal("15.3"), region="3702", method=method), actor=city.officer
    )
    reverse_fact(fact.pk, reason="重复", actor=city.officer)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_given_out_reads_back_as_it_was(office, three, kind):
    answer = office.get(f"/desk/ledger/facts.{kind}")

    rows = [row.values for row in read_all(io.BytesIO(b"".join(answer)), queries.export_sheet())]
    expected = list(queries.export_rows(Fact.objects.order_by("-occurred_on", "-recorded_at", "pk")))
    for row in expected:
        row["quantity"] = Decimal(row["quantity"])
        for name, value in row.items():
            row[name] = None if value == "" else value
        if row["standard_error"] is not None:
            row["standard_error"] = Decimal(row["standard_error"])
        row["sample_size"] = row["sample_size"] and int(row["sample_size"])
    assert rows == expected
    assert len(rows) == 4
    assert f".{kind}" in answer["Content-Disposition"]
    assert "演示数据" not in answer["Content-Disposition"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_made_up_facts_are_marked_where_they_are_given_out(office, city, kind):
    record_fact(draft(), actor=None, is_demonstration=True)

    answer = office.get(f"/desk/ledger/facts.{kind}")
    content = b"".join(answer)

    assert "%E6%BC%94%E7%A4%BA%E6%95%B0%E6%8D%AE" in answer["Content-Disposition"]
    rows = read_all(io.BytesIO(content), queries.export_sheet())
    assert rows[0].values["is_demonstration"] is True
    if kind == "csv":
        assert "演示数据：含虚构的事实" in content.decode("utf-8-sig").splitlines()[0]


def test_nobodys_name_is_given_out(office, city, three):
    assert city.officer.name not in b"".join(office.get("/desk/ledger/facts.csv")).decode()


def test_an_export_follows_the_question_and_the_readers_eyes(client, city, three):
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=city.bureau))
    mine = record_fact(draft(organisation="市教育局"), actor=None)

    lines = b"".join(client.get("/desk/ledger/facts.csv?indicator=lectures")).decode().splitlines()

    assert len(lines) == 2
    assert str(mine.pk) in lines[1]


def test_too_long_a_list_is_told_before_it_is_made(office, city, monkeypatch):
    monkeypatch.setattr(desk, "MOST_XLSX", 2)
    for _n in range(3):
        record_fact(draft(), actor=None)

    answer = office.get("/desk/ledger/facts.xlsx?indicator=lectures", follow=True)

    assert "请用日期或指标缩小范围" in answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("?indicator=lectures")


def test_an_export_is_no_table_to_bring_in(office, city, three):
    from kepu.foundation.sheets import SheetUnreadable, open_sheet

    content = io.BytesIO(b"".join(office.get("/desk/ledger/facts.csv")))

    with pytest.raises(SheetUnreadable, match="不认识“事实编号”"):
        open_sheet(content, queries.import_sheet())


# --- one fact -------------------------------------------------------------------------------------------------------


def test_a_fact_shows_everything_about_itself(office, city):
    method = {"instrument": "刷卡去重", "version": "2", "n": 50, "甲": "乙"}
    fact = record_fact(
        draft(
            indicator="elderly_reached",
            region="370202001",
            people=9,
            note="两行\n说明",
            method=method,
            person=b"1" * 16,
        ),
        actor=city.officer,
        source_kind="form",
    )

    page = office.get(reverse("ledger:fact", args=[fact.pk])).content.decode()

    for words in (
        "香港中路街道",
        "市南区",
        "刷卡去重",
        "样本量",
        "甲",
        "两行<br>说明",
        "手工登记",
        city.officer.name,
        str(fact.pk),
    ):
        assert words in page
    assert "只用来去重，看不出是谁" in page
    assert "31" * 16 not in page


def test_a_fact_is_taken_back_with_its_reason(office, city):
    fact = record_fact(draft(), actor=city.officer)
    page = reverse("ledger:fact", args=[fact.pk])

    answer = office.post(reverse("ledger:reverse", args=[fact.pk]), {"reason": "重复登记"}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "原因：重复登记" in answer.content.decode()
    assert "冲正这一条" not in answer.content.decode()
    reversal = Fact.objects.get(reverses=fact.pk)
    other = office.get(reverse("ledger:fact", args=[reversal.pk])).content.decode()
    assert page in other
    assert "冲正本身不能再冲正" in other
    assert office.post(reverse("ledger:reverse", args=[fact.pk]), {"reason": "再来"}).status_code == 409


def test_taking_back_needs_a_reason_at_its_field(office, city):
    fact = record_fact(draft(), actor=city.officer)

    for reason in ("", "   "):
        answer = office.post(reverse("ledger:reverse", args=[fact.pk]), {"reason": reason})
        assert answer.status_code == 422
        assert answer.context["form"].errors["reason"]
    assert Fact.objects.count() == 1


def test_who_only_reads_takes_nothing_back(client, city):
    fact = record_fact(draft(), actor=city.officer)
    client.force_login(PersonFactory(role=Role.AUDITOR))

    assert "冲正这一条" not in client.get(reverse("ledger:fact", args=[fact.pk])).content.decode()
    assert client.post(reverse("ledger:reverse", args=[fact.pk]), {"reason": "x"}).status_code == 403
    assert Fact.objects.count() == 1


def test_there_is_no_door_to_change_or_delete_a_fact(office, city):
    fact = record_fact(draft(), actor=city.officer)
    page = reverse("ledger:fact", args=[fact.pk])

    assert [getattr(office, method)(page).status_code for method in ("post", "put", "patch", "delete")] == [405] * 4
