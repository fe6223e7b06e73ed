"""The door for spreadsheets: all or nothing, every error in words where it happened, the same table never twice."""

import io
import threading
import uuid
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.models import Progress
from kepu.foundation.queue.services import request_cancel
from kepu.foundation.sheets import read_all
from kepu.ledger import queries
from kepu.ledger.models import Fact, FactKey, SheetImport
from kepu.ledger.services import (
    accept_facts_between,
    bring_sheet,
    check_rollups,
    importing,
    record_fact,
    resume_imports,
    run_import,
    start_import,
)
from kepu.ledger.services.indicators import load_indicators
from tests.factories import PersonFactory
from tests.ledger.factories import csv_file, draft, make_city

DOOR = "/desk/ledger/import/"
HEAD = "指标,发生日期,地区,单位,人群,细分人群,数量,计量单位,人次,说明,编号"
GOOD = "科普讲座场次,2024-03-05,市南区,市科协,青少年,小学生,2,场,80,春季,"


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


@pytest.fixture
def office(client, city):
    client.force_login(city.officer)
    return client


def table(*rows: str, head: str = HEAD, name: str = "表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([head, *rows]).encode())


def workbook(*rows, head=("指标", "发生日期", "地区", "单位", "数量"), name="表.xlsx") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


def bring(client, file):
    """The answer's page, and the import if one was kept."""
    answer = client.post(DOOR, {"file": file}, follow=True)
    return answer, SheetImport.objects.first()


def nothing_is_stored() -> bool:
    return not (Fact.objects.exists() or FactKey.objects.exists())


def lines(found: SheetImport) -> list[tuple[int, str]]:
    return [(error["row"], error["column"]) for error in found.errors]


# --- in --------------------------------------------------------------------------------------------------------------


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


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (GOOD.replace("科普讲座场次", "科普讲作"), "指标", "不在指标目录里"),
        (GOOD.replace("科普讲座场次", "每场讲座平均人次"), "指标", "不单独填报"),
        (GOOD.replace("科普讲座场次", ""), "指标", "不能为空"),
        (GOOD.replace("2024-03-05", "2024-13-05"), "发生日期", "没有这一天"),
        (GOOD.replace("2024-03-05", "2024-09-16"), "发生日期", "还没到"),
        (GOOD.replace("2024-03-05", "2020-12-31"), "发生日期", "不在规划的时段内（示例方案"),
        (GOOD.replace("市南区", "市东区"), "地区", "没有“市东区”这个地区"),
        (GOOD.replace("市科协", "无此局"), "单位", "没有“无此局”这个单位"),
        (GOOD.replace("青少年", "外星人"), "人群", "没有“外星人”这一人群"),
        (GOOD.replace("小学生", "大学的"), "细分人群", "没有“大学的”"),
        (GOOD.replace("青少年,小学生", "农民,小学生"), "细分人群", "不属于"),
        (GOOD.replace(",2,场", ",-2,场"), "数量", "负数"),
        (GOOD.replace(",2,场", ",1.5,场"), "数量", "只收整数"),
        (GOOD.replace(",2,场", ",2万,场"), "数量", "完整的数字"),
        (GOOD.replace(",2,场", ",=1+1,场"), "数量", "是公式，请粘贴为数值"),
        (GOOD.replace(",2,场", ",#DIV/0!,场"), "数量", "Excel 的错误值"),
        (GOOD.replace(",2,场", ",2,人次"), "计量单位", "按“场”计"),
        (GOOD.replace(",80,", ",-80,"), "人次", "负数"),
        (
            GOOD.replace("科普讲座场次", "科普服务覆盖老年人数").replace("场", "人"),
            "测量工具或去重办法",
            "须注明测量方法",
        ),
    ],
)
def test_each_wrong_cell_is_named_by_row_and_column(office, city, row, column, words):
    accept_facts_between(
        "plan:1", title="示例方案", since=date(2021, 1, 1), until=date(2025, 12, 31), actor=city.officer
    )

    answer, found = bring(office, table(GOOD, row, GOOD))

    assert found.progress.state == ProgressState.FAILED
    assert lines(found) == [(3, column)]
    assert words in found.errors[0]["what"]
    page = answer.content.decode()
    assert "有 1 处要改" in page
    assert words.split("（")[0] in page
    assert nothing_is_stored()


def test_a_row_says_everything_that_is_wrong_with_it(office):
    _answer, found = bring(office, table("没有,2024-13-05,市东区,无此局,外星人,,-1,,-3,,"))

    assert [column for _row, column in lines(found)] == ["发生日期", "数量", "人次", "指标", "地区", "单位", "人群"]


def test_a_liaison_brings_in_only_the_own_bodies(client, city):
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=city.bureau))

    _answer, found = bring(client, table(GOOD.replace("市科协", "青岛示例中学"), GOOD))

    assert lines(found) == [(3, "单位")]
    assert "您不能替这个单位" in found.errors[0]["what"]
    assert nothing_is_stored()


def test_too_many_errors_are_cut_and_said(office, monkeypatch):
    monkeypatch.setattr(importing, "MOST_ERRORS", 5)
    answer, found = bring(office, table(*[GOOD.replace("市科协", "无此局")] * 9))

    assert (len(found.errors), found.is_cut) == (5, True)
    assert "列出前 5 处" in answer.content.decode()


def test_the_list_of_errors_is_given_out_as_a_table(office):
    _answer, found = bring(office, table(GOOD.replace("市南区", "市东区"), GOOD.replace(",2,场", ",x,场")))

    content = b"".join(office.get(reverse("ledger:import_errors", args=[found.pk])))

    rows = read_all(io.BytesIO(content), queries.error_sheet())
    assert [(row.values["row"], row.values["column"]) for row in rows] == [(2, "地区"), (3, "数量")]


def test_there_is_no_list_where_nothing_was_wrong(office):
    _answer, found = bring(office, table(GOOD))

    assert office.get(reverse("ledger:import_errors", args=[found.pk])).status_code == 404


def test_a_level_that_is_there_already_is_named_by_its_row(office):
    stock = "bases,2024-06-30,市南区,市科协,,,3,个,,,"
    bring(office, table(stock))

    _answer, found = bring(office, table(GOOD, stock.replace(",3,", ",4,"), name="二.csv"))
    assert found.errors[0]["row"] == 3
    assert "已有数值" in found.errors[0]["what"]
    _answer, found = bring(
        office, table(stock.replace("06-30", "07-31"), stock.replace("06-30", "07-31"), name="三.csv")
    )
    assert "与第 2 行" in found.errors[0]["what"]
    assert Fact.objects.count() == 1


# --- what cannot be read at all ---------------------------------------------------------------------------------------


def _zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr(name, content)
    return stream.getvalue()


def _ole(mark: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + mark.encode("utf-16-le") + bytes(600)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
FILES = {
    "empty": (b"", "空文件"),
    "picture": (PNG, "是PNG 图片，这里只收"),
    "encrypted": (_ole("EncryptedPackage"), "请去掉密码"),
    "old": (_ole("Workbook"), "另存为 .xlsx"),
    "bomb": (_zipped("xl/worksheets/sheet1.xml", bytes(60_000_000)), "大得不正常"),
    "entities": (
        _zipped("xl/sharedStrings.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        "不正常的声明",
    ),
    "half": (_zipped("xl/worksheets/sheet1.xml", b"<x/>")[:-30], "损坏"),
    "no workbook": (_zipped("xl/worksheets/sheet1.xml", b"<x/>"), "损坏"),
    "mixed": (HEAD.encode() + b"\n" + GOOD.encode() + b"\n" + GOOD.encode("gb18030") * 3, "编码"),
    "other header": ("姓名,电话,住址\na,b,c".encode(), "没有找到表头。第一行应是：指标、发生日期"),
    "missing column": ("指标,地区,单位,数量\nlectures,370202,市科协,1".encode(), "缺少“发生日期”"),
    "unknown column": (f"{HEAD},参加人数\n{GOOD},3".encode(), "不认识“参加人数”"),
    "column twice": (f"{HEAD},数量\n{GOOD},3".encode(), "“数量”出现了两次"),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_cannot_be_read_is_refused_where_it_was_given_and_nothing_is_kept(office, settings, tmp_path, name):
    content, words = FILES[name]

    answer = office.post(DOOR, {"file": SimpleUploadedFile(f"{name}.xlsx", content)})

    assert answer.status_code == 422
    said = "".join(answer.context["form"].errors["file"])
    assert words in said
    assert said in answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert nothing_is_stored()
    assert not SheetImport.objects.exists()
    assert not StoredFile.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("rows", [(), ("", ",,,,,,,,,,")])
def test_a_table_without_rows_says_so(office, rows):
    answer, found = bring(office, table(*rows))

    assert found.progress.state == ProgressState.FAILED
    assert "表头下面没有任何一行数据" in answer.content.decode()
    assert nothing_is_stored()


def test_too_large_a_file_is_refused_before_it_is_read(office, monkeypatch):
    monkeypatch.setattr("kepu.ledger.forms.MOST_BYTES", 100)

    answer = office.post(DOOR, {"file": table(*[GOOD] * 20)})

    assert answer.status_code == 422
    assert "请按月份或区市拆成几个文件" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_body_over_the_sites_limit_never_arrives(office, settings):
    settings.KEPU_MOST_UPLOAD_BYTES = 1000

    answer = office.post(DOOR, {"file": table(*[GOOD] * 200)})

    assert answer.status_code == 413
    assert "没有接收" in answer.content.decode()


def test_no_file_is_told_at_its_field(office):
    answer = office.post(DOOR, {})

    assert (answer.status_code, answer.context["form"].errors["file"]) == (422, ["请选一个文件。"])


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


# --- long work --------------------------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    """Let every file be a large one, and the reader report often."""
    monkeypatch.setattr(importing, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr("kepu.foundation.sheets.reading._REPORT_EVERY", 10)


def many(count: int):
    day = date(2024, 1, 1)
    return csv_file(rows=[f"{day + timedelta(days=n % 200)},{n % 7}" for n in range(count)])


def test_a_large_file_waits_for_its_job(office, city, large):
    answer, found = bring(office, table(GOOD))

    assert found.progress.state == ProgressState.WAITING
    assert "排队中" in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    job = ProcrastinateJob.objects.get(task_name="ledger.run_import")
    assert job.args == {"import_id": str(found.pk)}
    assert nothing_is_stored()

    run_import(found.pk)

    fragment = office.get(reverse("ledger:import_result", args=[found.pk]), headers={"HX-Request": "true"})
    assert "都登记好了" in fragment.content.decode()
    assert "hx-trigger" not in fragment.content.decode()
    assert Notice.objects.get(person=city.officer).url == reverse("ledger:import_result", args=[found.pk])


def test_how_far_it_has_come_can_be_seen(office, city, large, monkeypatch):
    found = start_import(many(95), actor=city.officer)
    seen = []
    report = importing.report_progress

    def watched(progress_id, **values):
        report(progress_id, **values)
        progress = Progress.objects.get(pk=progress_id)
        seen.append((progress.done, progress.total, progress.percent))

    monkeypatch.setattr(importing, "report_progress", watched)
    run_import(found.pk)

    assert found.progress.total == 95
    assert [done for done, _total, _percent in seen] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95]
    assert seen[5] == (50, 95, 52)


def test_cancelling_stops_it_and_stores_nothing(office, city, large, monkeypatch):
    found = start_import(many(95), actor=city.officer)
    report = importing.report_progress

    def asked(progress_id, *, done, **values):
        if done == 50:
            request_cancel(progress_id, owner_id=city.officer.pk)
        report(progress_id, done=done, **values)

    monkeypatch.setattr(importing, "report_progress", asked)
    run_import(found.pk)

    found.refresh_from_db()
    assert found.progress.state == ProgressState.CANCELLED
    assert nothing_is_stored()
    page = office.get(reverse("ledger:import_result", args=[found.pk])).content.decode()
    assert "已停止" in page
    run_import(found.pk)  # over is over
    assert nothing_is_stored()


def test_the_owner_stops_it_by_the_button_and_nobody_else(client, city, large):
    liaison = PersonFactory(role=Role.LIAISON, organisation=city.bureau)
    found = start_import(csv_file(body="市教育局"), actor=liaison)
    stop = reverse("ledger:import_cancel", args=[found.pk])
    client.force_login(city.officer)
    assert client.post(stop).status_code == 403

    client.force_login(liaison)
    assert "停止导入" in client.get(reverse("ledger:import_result", args=[found.pk])).content.decode()
    answer = client.post(stop, follow=True)
    assert "已请求停止" in answer.content.decode()
    run_import(found.pk)

    assert nothing_is_stored()
    assert "停不下来了" in client.post(stop, follow=True).content.decode()


def test_a_bug_ends_the_waiting_and_rises(city, large, monkeypatch):
    found = start_import(csv_file(), actor=city.officer)
    monkeypatch.setattr(importing, "load_facts", lambda *_rows, **_options: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_import(found.pk)

    progress = Progress.objects.get(pk=found.progress_id)
    assert (progress.state, progress.message) == (ProgressState.FAILED, importing.broken())


def test_a_lost_file_is_told(city, large):
    found = start_import(csv_file(), actor=city.officer)
    SheetImport.objects.filter(pk=found.pk).update(file=None)

    run_import(found.pk)

    assert "请重新上传" in Progress.objects.get(pk=found.progress_id).message


def test_an_import_whose_worker_was_killed_is_asked_for_again_and_gives_up_at_last(city, large):
    found = start_import(csv_file(), actor=city.officer)
    ProcrastinateJob.objects.all().delete()
    assert resume_imports() == 0  # it waits, its job is in the queue
    Progress.objects.filter(pk=found.progress_id).update(state=ProgressState.RUNNING)
    assert resume_imports() == 0  # it was heard of lately

    def grow_old():
        with connection.cursor() as cursor:
            cursor.execute("update queue_progress set updated_at = now() - interval '1 hour'")

    grow_old()
    assert resume_imports() == 1
    assert resume_imports() == 0
    assert ProcrastinateJob.objects.filter(task_name="ledger.run_import").count() == 1
    SheetImport.objects.update(attempts=importing.MOST_ATTEMPTS)
    grow_old()
    assert resume_imports() == 0
    assert Progress.objects.get(pk=found.progress_id).state == ProgressState.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_worker_loads_it_and_a_second_one_beside_it_does_nothing(large):
    load_indicators(actor=None)
    city = make_city()
    found = start_import(many(95), actor=city.officer)
    held, go_on = threading.Event(), threading.Event()

    def hold():
        with importing._alone_with(found.pk) as is_alone:
            assert is_alone
            held.set()
            go_on.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    run_import(found.pk)
    assert nothing_is_stored()
    go_on.set()
    other.join()

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    found.refresh_from_db()
    assert (found.progress.state, found.added) == (ProgressState.DONE, 95)
    assert Fact.objects.count() == 95
    assert check_rollups().is_sound


def test_an_unknown_import_is_not_there(office):
    assert office.get(reverse("ledger:import_result", args=[uuid.uuid4()])).status_code == 404
