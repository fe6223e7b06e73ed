"""The door for spreadsheets: everything wrong is told in words where it happened, and nothing is half stored."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.sheets import read_all
from kepu.ledger import queries
from kepu.ledger.models import Fact, SheetImport
from kepu.ledger.services import (
    accept_facts_between,
    importing,
)
from tests.factories import PersonFactory
from tests.ledger.sheets import DOOR, GOOD, HEAD, bring, lines, nothing_is_stored, table


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


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
