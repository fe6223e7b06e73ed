"""One definition, two papers: page and sizes of an official paper, numbers with their sources, any words as they are."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kepu.foundation.documents import (
    Chart,
    ChartTarget,
    Cited,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Series,
    Source,
    Table,
    chart_picture,
    laid_out,
    to_pdf,
    to_word,
)
from kepu.foundation.documents.laying import ticks_for

SOURCE = Source("a", "培训科技辅导员", "台账流量", date(2024, 9, 15), "/data/counsellors_trained/")
UNUSED = Source("b", "没有引用的来源")
CHART = Chart(
    "具备科学素质的比例", "line", "%", ("2015", "2018", "2020"),
    (Series("比例", (Decimal("10.0"), None, Decimal("14.3"))),), ChartTarget(Decimal(18), "目标 18%"), note="口径：抽样调查。",
    description="2015 年 10%，2020 年 14.3%，目标 18%",
)  # fmt: skip
TABLE = Table("各项", (Column("任务", 3), Column("完成", 1, is_number=True)), (("甲", Cited("128", "a")),), note="注。")
DOCUMENT = Document(
    "示例市监测报告",
    (
        Heading(1, "总体情况"),
        Paragraph(("培训", Cited("128人次", "a"), "。")),
        Heading(2, "青少年"),
        Heading(2, "农民"),
        Heading(3, "田间"),
        Heading(4, "课堂"),
        Heading(1, "进展"),
        Heading(2, "表与图"),
        TABLE,
        CHART,
        PageBreak(),
        Paragraph(("完。",)),
    ),
    issuer="示例办公室", doc_number="示科〔2024〕3号", recipients="各成员单位", issued_on=date(2024, 9, 30),
    mark="演示数据", sources=(SOURCE, UNUSED),
)  # fmt: skip


def pdf_of(document):
    return PdfReader(BytesIO(to_pdf(document)))


def words_of(reader):
    return "".join("".join(page.extract_text().split()) for page in reader.pages).replace("\u2060", "")


def word_of(document):
    return docx.Document(BytesIO(to_word(document)))


def text_of(word):
    return [paragraph.text for paragraph in word.paragraphs]


def test_headings_are_numbered_and_begin_anew_under_each():
    labels = [item["label"] for item in laid_out(DOCUMENT).items if item["kind"] == "heading"]

    assert labels == ["一、", "（一）", "（二）", "1.", "（1）", "二、", "（一）"]


def test_every_cited_number_has_its_source_in_the_annex_and_no_other():
    laid = laid_out(DOCUMENT)

    assert laid.annex is not None
    assert [[cell["text"] for cell in row] for row in laid.annex["rows"]] == [
        ["1", "培训科技辅导员", "台账流量", "2024-09-15", "/data/counsellors_trained/"]
    ]
    assert laid_out(Document("无", (Paragraph(("没有数字。",)),))).annex is None


def test_the_pdf_is_an_official_page_with_its_own_font_and_the_mark_on_each():
    reader = pdf_of(DOCUMENT)

    assert {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in reader.pages} == {
        (210, 297)
    }
    assert all("演示数据" in page.extract_text() for page in reader.pages)
    assert [page.extract_text().split("—")[1].strip() for page in reader.pages] == [
        str(n) for n in range(1, len(reader.pages) + 1)
    ]
    fonts = {font["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert all("NotoSansSC" in font for font in fonts)
    words = words_of(reader)
    for piece in ("示例市监测报告", "示科〔2024〕3号", "各成员单位：", "一、总体情况", "128人次[1]", "表1各项", "图1具备科学素质的比例",
                  "示例办公室", "2024年9月30日", "附件数据来源"):  # fmt: skip
        assert piece in words
    assert reader.metadata is not None
    assert reader.metadata.title == "示例市监测报告"


def test_the_word_file_has_the_page_the_grid_and_the_same_words():
    word = word_of(DOCUMENT)
    section = word.sections[0]

    lengths = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length / Mm(1)) for length in lengths] == [210, 297, 37, 28]
    grid = section._sectPr.find("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}docGrid")
    assert {name.rsplit("}")[-1]: value for name, value in grid.attrib.items()}["linePitch"] == "579"
    text = text_of(word)
    assert "一、总体情况" in text
    assert "培训128人次[1]。" in text
    assert section.header.paragraphs[0].text == "演示数据"
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [["任务", "完成"], ["甲", "128[1]"]]
    assert word.tables[1].rows[1].cells[1].text == "培训科技辅导员"
    assert "2015 年 10%，2020 年 14.3%，目标 18%" in word.element.xml
    assert 'w:eastAsia="仿宋"' in word.element.xml


def test_the_same_document_gives_the_same_pdf():
    assert to_pdf(DOCUMENT) == to_pdf(DOCUMENT)


@pytest.mark.parametrize(
    "words", ['#include "x" $x$ *a* @ref <b> `c` \\n // /* =', "<script>alert(1)</script>", "]]> &amp; \x00\x0b\ufffe"]
)
def test_words_are_words_whatever_they_look_like(words):
    document = Document(words, (Heading(1, words), Paragraph((words,)), Table(words, (Column(words),), ((words,),), words)),
                        mark=words, issuer=words)  # fmt: skip
    shown = "".join(c for c in words if c.isprintable() and c != "\ufffe")

    assert "".join(shown.split()) in words_of(pdf_of(document)).replace("“", '"').replace("”", '"')
    assert word_of(document).tables[0].rows[1].cells[0].text == shown


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_can_be_set(title, words):
    document = Document(title, (Heading(1, words), Paragraph((words,)), Table(title, (Column(words),), ((words,),))))

    assert to_pdf(document).startswith(b"%PDF")
    assert to_word(document).startswith(b"PK")


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ((Heading(0, "无"),), "level"),
        ((Heading(5, "无"),), "level"),
        ((Table("表", (Column("甲"), Column("乙")), (("一",),)),), "one cell for each column"),
        ((Table("表", (), ()),), "one cell for each column"),
        ((Table("表", (Column("甲", 0),), ()),), "weights"),
        ((Chart("图", "bar", "个", (), (Series("甲", ()),)),), "categories"),
        ((Chart("图", "bar", "个", ("甲",), ()),), "series"),
        ((Chart("图", "bar", "个", ("甲",), (Series("甲", ()),)),), "one value for each category"),
        ((Paragraph((Cited("1", "nowhere"),)),), "nowhere"),
    ],
)
def test_a_document_that_does_not_hold_together_is_refused(blocks, said):
    with pytest.raises(ValueError, match=said):
        laid_out(Document("题", blocks))


def test_a_long_table_repeats_its_head_on_every_page():
    rows = tuple((f"任务{n}", str(n)) for n in range(300))
    reader = pdf_of(Document("长表", (Table("表", TABLE.columns, rows),)))

    assert len(reader.pages) > 5
    assert all("完成" in page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_chart_alone_is_a_picture(form):
    picture = chart_picture(CHART, form)

    assert picture.startswith(b"\x89PNG") if form == "png" else b"<svg" in picture[:200]
    assert chart_picture(Chart("空", "bar", "个", ("甲",), (Series("甲", (None,)),)), form)


@given(st.lists(st.decimals(-(10**12), 10**12, allow_nan=False, places=2), max_size=20))
def test_ticks_hold_every_value_and_zero(values):
    ticks = ticks_for(values)

    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 7
    assert ticks[0] <= min([Decimal(0), *values])
    assert ticks[-1] >= max([Decimal(0), *values])
    assert Decimal(0) in ticks
