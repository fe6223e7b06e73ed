"""The door for spreadsheets: rows become facts, the template fits, the same table is never recorded twice."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.errors import NotAllowed
from kepu.ledger import queries
from kepu.ledger.models import Fact, SheetImport
from kepu.ledger.services import (
    bring_sheet,
    check_rollups,
    record_fact,
)
from tests.factories import PersonFactory
from tests.ledger.factories import csv_file, draft
from tests.ledger.sheets import DOOR, GOOD, HEAD, bring, lines, table, workbook


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_filled_in_table_is_recorded_row_by_row(office, city, kind):
    rows = [
        ("科普讲座场次", "2024-03-05", "市南区", "市科协", 2),
        ("bases", date(2024, 6, 30), "370203", "市教育局", 5),
    ]
    file = (
        table(*(",".join(map(str, row)) for row in rows), head="指标,发生日期,地区,单位,数量")
        if kind == "csv"
        else workbook(*rows)
    )

    answer, found = bring(office, file)

    assert answer.redirect_chain == [(reverse("ledger:import_result", args=[found.pk]), 302)]
    assert "都登记好了" in answer.content.decode()
    assert (found.is_done, found.rows, found.added, found.present) == (True, 2, 2, 0)
    assert (found.first_on, found.last_on) == (date(2024, 3, 5), date(2024, 6, 30))
    first = Fact.objects.get(indicator__code="lectures")
    assert (first.region, first.organisation, first.quantity) == (city.south, city.office, 2)
    assert (first.audience, first.source_kind, first.source_ref) == ("public", "sheet", f"{found.pk}#2")
    assert first.recorded_by == city.officer
    assert check_rollups().is_sound


def test_every_column_reaches_the_fact(office):
    head = f"{HEAD},测量工具或去重办法,工具版本,样本量,标准误"
    row = "服务,2024/3/5,370202001,青岛市教育局,青少年,小学生,１２,人,80,刷卡,A-7,刷卡去重,2,500,0.5"
    _answer, found = bring(office, table(row.replace("服务", "elderly_reached"), head=head))

    fact = Fact.objects.get()
    assert (fact.region.code, fact.organisation.name, fact.quantity, fact.people) == (
        "370202001",
        "青岛市教育局",
        12,
        80,
    )
    assert (fact.audience, fact.audience_tag, fact.note) == ("youth", "primary_pupils", "刷卡")
    assert fact.method == {"instrument": "刷卡去重", "version": "2", "n": 500, "standard_error": "0.5"}
    assert fact.source_ref == f"{found.pk}#2 A-7"


def test_a_fact_leads_back_to_its_row(office, city):
    _answer, found = bring(office, table(GOOD))
    fact = Fact.objects.get()

    page = office.get(reverse("ledger:fact", args=[fact.pk])).content.decode()
    listed = office.get(f"/desk/ledger/?sheet={found.pk}&since={found.first_on}&until={found.last_on}")

    assert reverse("ledger:import_result", args=[found.pk]) in page
    assert "第 2 行" in page
    record_fact(draft(), actor=None)
    assert list(listed.context["page"].rows) == [fact]


def test_on_a_demonstration_site_a_table_is_marked(office, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    bring(office, table(GOOD))

    assert Fact.objects.get().is_demonstration


# --- the template ---------------------------------------------------------------------------------------------------


def test_the_template_holds_the_lists_of_its_reader_and_comes_back(client, city):
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=city.bureau))
    content = b"".join(client.get(f"{DOOR}template.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(content))

    lists = {column[0].value: [cell.value for cell in column if cell.value] for column in book["选项"].columns}
    everything = [value for values in lists.values() for value in values]
    assert {"科普讲座场次", "市南区", "香港中路街道", "青岛示例中学", "老年人", "小学生"} <= set(everything)
    assert "青岛市科学技术协会" not in everything
    assert "每场讲座平均人次" not in everything  # computed, not filled in
    rules = {
        str(rule.sqref).partition("2")[0]: rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation
    }
    assert set(rules) == {"A", "C", "D", "E", "F"}

    page = book.worksheets[0]
    for place, value in enumerate(("科普讲座场次", "2024-03-05", "香港中路街道", "青岛示例中学", "青少年", None, 3), 1):
        page.cell(row=2, column=place, value=value)
    stream = io.BytesIO()
    book.save(stream)
    _answer, found = bring(client, SimpleUploadedFile("填好.xlsx", stream.getvalue()))
    assert (found.is_done, found.added) == (True, 1)


def test_places_with_one_name_are_told_apart(office, city):
    from tests.factories import RegionFactory

    twin = RegionFactory(parent=city.north, code="370203009", name="香港中路街道", level=4)
    names = [label for _code, label in queries.recording_options(city.officer).places]
    assert f"香港中路街道（{twin.code}）" in names

    _answer, found = bring(office, table(GOOD.replace("市南区", "香港中路街道")))
    assert lines(found) == [(2, "地区")]
    bring(office, table(GOOD.replace("市南区", f"香港中路街道（{twin.code}）")))
    assert Fact.objects.get().region == twin


# --- the same table ---------------------------------------------------------------------------------------------------


def test_the_same_file_again_adds_nothing(office):
    bring(office, table(GOOD, GOOD))

    answer, found = bring(office, table(GOOD, GOOD))

    assert (found.rows, found.added, found.present) == (2, 0, 2)
    assert "没有新的要登记" in answer.content.decode()
    assert Fact.objects.count() == 2  # two equal rows of one table are two things


def test_the_same_rows_saved_again_add_nothing(office):
    rows = [("科普讲座场次", "2024-03-05", "市南区", "市科协", 2)] * 2
    bring(office, workbook(*rows, name="一月.xlsx"))

    answer, found = bring(office, workbook(*rows, head=("指标*", "日期", "地区", "单位", "数量"), name="另存.xlsx"))

    assert (found.is_done, found.rows, found.added) == (True, 2, 0)
    assert "与 2024-09-15 导入的“一月.xlsx”完全相同" in answer.content.decode()
    assert Fact.objects.count() == 2


def test_rows_with_the_bodys_own_number_are_recorded_once_over_all_tables(office, city):
    bring(office, table(f"{GOOD}A-1", f"{GOOD}A-2"))

    _answer, found = bring(
        office,
        table(
            f"{GOOD}A-1",
            f"{GOOD}A-2".replace("市科协", "青岛市科学技术协会"),
            f"{GOOD}A-3",
            f"{GOOD}A-1".replace("市科协", "市教育局"),
        ),
    )

    assert (found.rows, found.added) == (4, 2)
    assert Fact.objects.count() == 4


def test_the_bodys_own_number_never_names_two_things(office):
    bring(office, table(f"{GOOD}A-1"))

    _answer, changed = bring(office, table(f"{GOOD}A-1".replace(",2,场", ",3,场"), name="改.csv"))
    assert "内容不同" in changed.errors[0]["what"]
    _answer, twice = bring(office, table(f"{GOOD}A-9", f"{GOOD}A-9"))
    assert "编号相同" in twice.errors[0]["what"]
    assert Fact.objects.count() == 1


def test_rows_that_say_what_was_recorded_before_are_pointed_at(office, city):
    record_fact(
        draft(quantity=Decimal(2), people=80, audience="youth", audience_tag="primary_pupils"), actor=city.officer
    )

    answer, found = bring(office, table(GOOD, GOOD.replace("03-05", "03-06")))

    assert (found.added, found.alike) == (2, 1)
    assert "其中 1 条与此前登记的另一条完全相同" in answer.content.decode()


# --- who -------------------------------------------------------------------------------------------------------------


def test_who_records_nothing_brings_nothing_in(city):
    with pytest.raises(NotAllowed):
        bring_sheet(csv_file(), actor=PersonFactory(role=Role.AUDITOR))


def test_an_import_is_its_owners_and_the_offices(client, city):
    liaison = PersonFactory(role=Role.LIAISON, organisation=city.bureau)
    found = bring_sheet(csv_file(body="市教育局"), actor=liaison)
    address = reverse("ledger:import_result", args=[found.pk])
    statuses = {}
    for name, person in {
        "owner": liaison,
        "office": city.officer,
        "other": PersonFactory(role=Role.LIAISON, organisation=city.office),
    }.items():
        client.force_login(person)
        statuses[name] = (
            client.get(address).status_code,
            client.get(reverse("files:download", args=[found.file_id])).status_code,
        )

    assert statuses == {"owner": (200, 200), "office": (200, 200), "other": (404, 404)}


def test_the_list_of_imports_asks_the_same_few_questions(office, city, django_assert_max_num_queries):
    for n in range(6):
        bring_sheet(csv_file(rows=[f"2024-03-0{n + 1},1"]), actor=city.officer)

    with django_assert_max_num_queries(12):
        assert len(office.get(DOOR).context["imports"]) == 6


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"sha256": "x" * 64}, "sheet_import_sha256_hexadecimal"),
        ({"added": 3}, "sheet_import_adds_at_most_its_rows"),
    ],
)
def test_an_import_cannot_contradict_itself(city, change, constraint):
    found = bring_sheet(csv_file(), actor=city.officer)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SheetImport.objects.filter(pk=found.pk).update(**change)
