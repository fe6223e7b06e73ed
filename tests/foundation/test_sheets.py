"""Spreadsheets in and out, and everything that people really upload."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kepu.foundation.content import ArchiveTooLarge, FileDamaged, TextUndecodable
from kepu.foundation.errors import InputUnreadable
from kepu.foundation.queue.errors import WorkCancelled
from kepu.foundation.sheets import (
    CellUnfit,
    Column,
    ColumnKind,
    RowsRefused,
    Sheet,
    SheetUnreadable,
    csv_lines,
    file_fingerprint,
    open_sheet,
    read_all,
    template,
    write_xlsx,
)

AUDIENCES = (("youth", "青少年"), ("farmer", "农民"), ("elderly", "老年人"))
FACTS = Sheet(
    title="台账事实",
    columns=(
        Column("day", "日期", ColumnKind.DAY, is_required=True, least=date(2021, 1, 1), most=date(2025, 12, 31)),
        Column("region", "行政区划", is_required=True, aliases=("区划代码",), example="370202"),
        Column("audience", "人群", ColumnKind.CHOICE, choices=AUDIENCES),
        Column("people", "人次", ColumnKind.INTEGER, is_required=True, least=0, unit="人", help="没有就填 0"),
        Column("share", "覆盖率", ColumnKind.SHARE),
        Column("is_public", "是否公开", ColumnKind.BOOLEAN),
    ),
    notes=("每行一场活动。",),
)
HEADER = [column.header for column in FACTS.columns]
GOOD = ["2024-05-01", "370202", "青少年", 35, "18%", "是"]
VALUES = {
    "day": date(2024, 5, 1),
    "region": "370202",
    "audience": "youth",
    "people": 35,
    "share": Decimal("0.18"),
    "is_public": True,
}


def book(*rows, title="台账事实", header=HEADER, before=()):
    made = openpyxl.Workbook()
    page = made.active
    page.title = title
    for row in [*before, header, *rows]:
        page.append(row)
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


def text(*rows, header=HEADER, encoding="utf-8", delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return io.BytesIO(stream.getvalue().encode(encoding))


def errors_of(stream):
    with pytest.raises(RowsRefused) as refused:
        read_all(stream, FACTS)
    return [str(error) for error in refused.value.errors]


# ruff: noqa: DTZ001 cells of a workbook know no zone
# --- good ones --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stream",
    [
        lambda: book(GOOD),
        lambda: book(GOOD, before=[["青岛市科普活动台账"], [None, "单位：人次"]]),
        lambda: book(GOOD, title="别的名字"),
        lambda: book([datetime(2024, 5, 1), 370202, "YOUTH", 35.0, 0.18, True]),
        lambda: book([45413, "370202", "青 少 年", "３５人", 0.18, "1"]),
        lambda: book(GOOD, header=["日期*", "区划代码", "人 群", "人次（人）", "覆盖率", "是否公开(选填)"]),
        lambda: text(GOOD),
        lambda: text(GOOD, encoding="utf-8-sig"),
        lambda: text(GOOD, encoding="utf-16"),
        lambda: text(GOOD, encoding="gb18030"),
        lambda: text(GOOD, delimiter="\t"),
        lambda: text(GOOD, delimiter=";"),
        lambda: text(["2024年5月1日", " 370202 ", "农民", "1,235", "１８％", "否"]),
    ],
)
def test_a_filled_in_table_becomes_typed_rows(stream):
    row = read_all(stream(), FACTS)[0]
    if row.values["audience"] == "farmer":
        assert (row.values["people"], row.values["share"], row.values["is_public"]) == (1235, Decimal("0.18"), False)
    else:
        assert row.values == VALUES


def test_columns_may_stand_in_any_order_and_voluntary_ones_may_lack():
    rows = read_all(book([3, "370202", "2024-05-01"], header=["人次", "行政区划", "日期"]), FACTS)
    assert rows[0].values == {"people": 3, "region": "370202", "day": date(2024, 5, 1)}


def test_blank_is_not_zero_and_empty_rows_do_not_count():
    rows = read_all(book(GOOD, [None] * 6, ["2024-05-02", "370203", None, 0, None, None], ["", "", ""]), FACTS)
    assert [row.number for row in rows] == [2, 4]
    assert (rows[1].values["people"], rows[1].values["share"], rows[1].values["audience"]) == (0, None, None)


def test_the_same_rows_have_the_same_fingerprint_however_saved():
    prints = []
    for stream in (book(GOOD), book(GOOD, before=[["标题"]]), text(GOOD), text(GOOD, encoding="gb18030")):
        reader = open_sheet(stream, FACTS)
        list(reader.rows())
        prints.append((reader.fingerprint, reader.rows_fingerprint))
    assert len({rows for _file, rows in prints}) == 1
    assert len({file for file, _rows in prints}) == 4
    stream = text(GOOD)
    assert file_fingerprint(stream) == open_sheet(stream, FACTS).fingerprint


# --- errors in words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "cell", "words"),
    [
        (3, -3, "第 2 行“人次”：负数，请填 0 或正整数。"),
        (3, None, "第 2 行“人次”：不能为空；没有就填 0。"),
        (3, "=SUM(A1:A9)", "第 2 行“人次”：是公式，请粘贴为数值。"),
        (3, "#REF!", "第 2 行“人次”：是 Excel 的错误值 #REF!，请改正后再上传。"),
        (3, 3.5, "第 2 行“人次”：“3.5”有小数，请填整数。"),
        (3, "1.2万", "第 2 行“人次”：“1.2万”请写成完整的数字，不用“万”“亿”。"),
        (3, "约三十", "第 2 行“人次”：“约三十”不是整数。"),
        (3, 1e300, "太大"),
        (3, True, "“True”不是整数。"),
        (3, datetime(2024, 5, 1), "不是整数"),
        (0, "2024-02-30", "第 2 行“日期”：“2024-02-30”：日历上没有这一天。"),
        (0, "五月", "“五月”不是日期，请写成 2024-05-01。"),
        (0, "24-5-1", "不是日期"),
        (0, "2019-05-01", "第 2 行“日期”：2019-05-01 早于 2021-01-01。"),
        (0, date(2026, 1, 1), "第 2 行“日期”：2026-01-01 晚于 2025-12-31。"),
        (0, 7, "“7”不是日期"),
        (0, None, "第 2 行“日期”：不能为空。"),
        (1, "=A1", "是公式"),
        (1, 370202000000000001, "末几位可能已变"),
        (1, "长" * 501, "超过 500 个字"),
        (2, "青年", "没有“青年”这一项，是不是“青少年”？"),
        (2, "宇航员", "没有“宇航员”这一项，可填：青少年、农民、老年人。"),
        (4, 18, "“18”不在 0 到 100% 之间；请写成 18% 或 0.18。"),
        (5, "也许", "“也许”请填“是”或“否”。"),
    ],
)
def test_a_wrong_cell_is_a_sentence(place, cell, words):
    row = list(GOOD)
    row[place] = cell
    found = errors_of(book(row))
    assert len(found) == 1
    assert words in found[0]


def test_errors_of_all_rows_come_together_and_nothing_is_taken():
    with pytest.raises(RowsRefused, match="有 3 处错误，一行也没有保存") as refused:
        read_all(book(["x", "370202", None, -1], GOOD, ["2024-05-01", None, None, 1]), FACTS)
    assert [(error.row, error.header) for error in refused.value.errors] == [
        (2, "日期"), (2, "人次"), (4, "行政区划"),
    ]  # fmt: skip
    assert len(refused.value.data["errors"]) == 3


def test_reading_stops_at_too_many_errors():
    with pytest.raises(RowsRefused, match="错误太多"):
        list(open_sheet(book(*[["x", "1", None, 1]] * 50), FACTS).rows(most_errors=10))


def test_a_room_adds_its_own_errors():
    reader = open_sheet(book(GOOD), FACTS)
    for row in reader.rows():
        reader.refuse(row, "region", "没有这个区划。")
    with pytest.raises(RowsRefused, match="第 2 行“行政区划”：没有这个区划。"):
        reader.raise_for_errors()


def test_a_room_may_look_at_rows_with_unfit_cells_too():
    reader = open_sheet(book(["x", "370202", None, 3], GOOD), FACTS)
    rows = list(reader.rows(with_unfit=True))

    assert [(row.number, row.is_fit) for row in rows] == [(2, False), (3, True)]
    assert rows[0].values == {"region": "370202", "audience": None, "people": 3, "share": None, "is_public": None}
    plain = open_sheet(book(GOOD), FACTS)
    list(plain.rows())
    assert reader.rows_fingerprint == plain.rows_fingerprint


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["日期", "行政区划", "人群", "人数"], "缺少“人次”；不认识“人数”，是不是“人次”？"),
        (["日期", "行政区划", "人次", "人次"], "“人次”出现了两次"),
        (["日期", "行政区划", "人次", "天气"], "不认识“天气”。"),
        (["日期", None, None, "人次"], "缺少“行政区划”；表头中有空格或合并的单元格"),
        (["甲", "乙"], "没有找到表头。第一行应是：日期、行政区划"),
    ],
)
def test_a_wrong_header_says_what_lacks_and_what_is_unknown(header, words):
    for stream in (book(["2024-05-01"], header=header), text(["2024-05-01"], header=header)):
        with pytest.raises(SheetUnreadable, match=re.escape(words)):
            read_all(stream, FACTS)


def test_a_table_without_rows_is_refused():
    for stream in (book(), text()):
        with pytest.raises(SheetUnreadable, match="没有任何一行数据"):
            read_all(stream, FACTS)


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def bomb():
    with zipfile.ZipFile(book(GOOD)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b" " * 90_000_000
    return zipped(parts)


def broken():
    with zipfile.ZipFile(book(GOOD)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:600]
    return zipped(parts)


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", SheetUnreadable, "空文件"),
        (OLE + "Workbook".encode("utf-16-le"), SheetUnreadable, "另存为 .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), SheetUnreadable, "去掉密码"),
        (zipped({"xl/workbook.xml": "", "xl/vbaProject.bin": ""}), SheetUnreadable, "不带宏"),
        (zipped({"word/document.xml": ""}), SheetUnreadable, "Word 文档"),
        (b"\x89PNG\r\n\x1a\n" + b"IEND\xaeB`\x82", SheetUnreadable, "PNG 图片，这里只收"),
        (book(GOOD).getvalue()[:3000], SheetUnreadable, "损坏"),
        (zipped({"xl/workbook.xml": "<nothing/>"}), FileDamaged, "损坏"),
        (broken(), FileDamaged, "损坏"),
        (bomb(), ArchiveTooLarge, "解开后有"),
        ("日期,行政区划,人次\n第一行科学\n".encode() + "第二行素质提升".encode("gb18030"), TextUndecodable, "第 3 行"),
        (b'\xe6\x97\xa5\xe6\x9c\x9f,a\n"' + b"x" * 300_000, SheetUnreadable, "有一格太长"),
    ],
)
def test_what_is_no_table_is_said_in_words(content, error, words):
    with pytest.raises(error, match=words):
        read_all(io.BytesIO(content), FACTS)


WHOLE = book(GOOD, GOOD).getvalue()


def said_of(work):
    """What the user is told; nothing if it went well."""
    try:
        work()
    except (InputUnreadable, CellUnfit) as problem:
        return str(problem)
    return ""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_never_shows_the_inside(changes):
    content = bytearray(WHOLE)
    for place, byte in changes:
        content[int(place * len(content))] = byte
    assert "Error" not in said_of(lambda: read_all(io.BytesIO(bytes(content)), FACTS))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_table_or_a_sentence(garbage):
    content = (",".join(HEADER) + "\n" + garbage).encode("utf-8", "ignore")
    assert "Error" not in said_of(lambda: read_all(io.BytesIO(content), FACTS))


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates(), st.datetimes(), st.times()
)


@given(CELLS, st.sampled_from(FACTS.columns))
def test_any_cell_is_a_value_of_its_kind_or_a_sentence(cell, column):
    said = said_of(lambda: column.value_of(cell))
    assert not said or said.endswith(("。", "？"))
    if not said and column.least is not None:
        value = column.value_of(cell)
        assert value is None or value >= column.least


# --- out --------------------------------------------------------------------------------------------------------


def test_a_template_is_read_as_the_table_it_is_for():
    page = openpyxl.load_workbook(io.BytesIO(template(FACTS)))
    assert page.sheetnames == ["台账事实", "填写说明", "选项"]
    assert [cell.value for cell in page["台账事实"][1]] == HEADER
    assert page["选项"].sheet_state == "hidden"
    rules = page["台账事实"].data_validations.dataValidation
    assert {str(rule.sqref).split(":")[0] for rule in rules} == {"C2", "F2"}
    explained = [[cell.value for cell in row] for row in page["填写说明"].iter_rows()]
    assert ["人次", "是", "整数", "没有就填 0", None] in [row[:5] for row in explained]
    page["台账事实"].append(GOOD)
    stream = io.BytesIO()
    page.save(stream)
    assert read_all(stream, FACTS)[0].values == VALUES


DANGEROUS = ["=1+1", "+86", "-5 度", "@SUM(A1)", "\t=1", "'=1", "正常", "a\x0bb"]
TEXTS = Sheet("文字", (Column("text", "内容"), Column("number", "数", ColumnKind.INTEGER)))


def test_nothing_that_goes_out_is_a_formula():
    stream = io.BytesIO()
    rows = [{"text": value, "number": -5} for value in DANGEROUS]
    assert write_xlsx(stream, TEXTS, rows) == len(rows)
    page = openpyxl.load_workbook(stream)["文字"]
    assert {cell.data_type for row in page.iter_rows(min_row=2, max_col=1) for cell in row} == {"s"}
    assert page["B2"].value == -5
    lines = list(csv.reader(io.StringIO("".join(csv_lines(TEXTS, rows)).lstrip("\ufeff"))))
    assert not [row for row in lines[1:] if row[0].startswith(("=", "+", "-", "@", "\t"))]
    assert lines[1][1] == "-5"


def test_what_goes_out_can_come_in_again():
    for demonstration in ("", "演示数据"):
        stream = io.BytesIO()
        write_xlsx(stream, FACTS, [VALUES, {**VALUES, "share": None}], banner=demonstration)
        assert [row.values for row in read_all(stream, FACTS)] == [VALUES, {**VALUES, "share": None}]
        lines = "".join(csv_lines(FACTS, [VALUES], banner=demonstration))
        assert demonstration in lines
        assert read_all(io.BytesIO(lines.encode()), FACTS)[0].values == VALUES


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]),
                        min_size=1, max_size=20).filter(lambda t: t[0] not in "=#'"), min_size=1, max_size=5))  # fmt: skip
@example(["0;;"])
@example(["，" * 9])
def test_texts_survive_the_round_trip(texts):
    rows = [{"text": value, "number": place} for place, value in enumerate(texts)]
    stream = io.BytesIO("".join(csv_lines(TEXTS, rows)).encode())
    assert [row.values for row in read_all(stream, TEXTS)] == rows


# --- size -------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        stream = io.BytesIO()
        write_xlsx(stream, FACTS, ({**VALUES, "people": number} for number in range(count)))
        tracemalloc.start()
        assert sum(1 for _ in open_sheet(stream, FACTS).rows()) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)
    assert peak(4000) < peak(1000) * 1.5 + 200_000


def test_progress_is_told_and_a_cancel_goes_through():
    told = []
    lines = "".join(csv_lines(TEXTS, ({"text": "x", "number": n} for n in range(12_000))))
    list(open_sheet(io.BytesIO(lines.encode()), TEXTS).rows(progress=lambda done, total: told.append((done, total))))
    assert told == [(5000, None), (10_000, None), (12_000, 12_000)]

    def cancel(_done, _total):
        raise WorkCancelled("已停止")

    with pytest.raises(WorkCancelled):
        list(open_sheet(io.BytesIO(lines.encode()), TEXTS).rows(progress=cancel))


def test_more_rows_than_allowed_are_refused():
    with pytest.raises(InputUnreadable, match="超过 2 行"):
        read_all(text(GOOD, GOOD, GOOD), FACTS, most_rows=2)


def test_errors_can_be_sent_as_json():
    with pytest.raises(RowsRefused) as refused:
        read_all(book([None] * 3 + [-1]), FACTS)
    assert json.dumps(refused.value.data)
