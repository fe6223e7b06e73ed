"""Write a document as .docx, with the page, grid and sizes of an official paper."""

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kepu.foundation.documents import measures
from kepu.foundation.documents.laying import Item, Laid, laid_out
from kepu.foundation.documents.measures import Face
from kepu.foundation.documents.model import Document
from kepu.foundation.documents.typesetting import chart_picture, square_picture

TWIPS_PER_PT = 20
LATIN = "Times New Roman"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def to_word(document: Document) -> bytes:
    """Write a document as .docx; the same document gives the same bytes but for the archive's own stamps.

    Raises:
        ValueError: the document does not hold together (see `laid_out`).
        FontsMissing: a chart is to be drawn and the house's font is not installed.
    """
    laid = laid_out(document)
    word = docx.Document()
    _set_page(word, laid)
    _set_normal(word)
    _head(word, laid)
    for item in laid.items:
        _WRITERS[item["kind"]](word, item)
    _signature(word, laid)
    if laid.annex is not None:
        _annex(word, laid)
    day = document.issued_on
    stamp = datetime.combine(day, time(), tzinfo=UTC) if day else _EPOCH
    properties = word.core_properties
    properties.title, properties.author = laid.title.replace("\n", "")[:255], laid.issuer[:255]
    properties.created = properties.modified = stamp
    properties.language = "zh-CN"
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _set_page(word: WordDocument, laid: Laid) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(measures.PAGE_MM[0]), Mm(measures.PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(measures.TOP_MM), Mm(measures.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(measures.LEFT_MM), Mm(measures.RIGHT_MM)
    section.footer_distance = Mm(measures.BOTTOM_MM - 7 - 5)
    section.header_distance = Mm(measures.TOP_MM - 12)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 python-docx has no door to the grid
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)  # noqa: SLF001
    # A grid of characters is read differently by different programs; lines only, and the words drawn together.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(int(measures.LINE_PT * TWIPS_PER_PT)))
    section.different_first_page_header_footer = False
    word.settings.odd_and_even_pages_header_footer = True
    for footer, alignment in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        _run(paragraph, "— ", measures.PAGE_NUMBER)
        _page_field(paragraph)
        _run(paragraph, " —", measures.PAGE_NUMBER)
    if laid.mark:
        for header in (section.header, section.even_page_header):
            paragraph = header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, laid.mark, measures.NOTE)


def _page_field(paragraph: Any) -> None:
    run = _run(paragraph, "", measures.PAGE_NUMBER)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 python-docx has no door to fields


def _set_normal(word: WordDocument) -> None:
    style = word.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(measures.BODY.size_pt)
    looks = style.element.get_or_add_rPr()
    looks.get_or_add_rFonts().set(qn("w:eastAsia"), measures.BODY.name)
    narrower = OxmlElement("w:spacing")
    narrower.set(qn("w:val"), str(round((measures.CHARACTER_PT - measures.BODY.size_pt) * TWIPS_PER_PT)))
    looks.append(narrower)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(round(measures.LINE_PT, 1))


def _run(paragraph: Any, text: str, face: Face) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(face.size_pt), face.is_bold, LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face.name)  # noqa: SLF001
    return run


def _paragraph(word: WordDocument, *, indent: bool = True, alignment: Any = None) -> Any:
    paragraph = word.add_paragraph()
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * measures.BODY.size_pt)
    if alignment is not None:
        paragraph.alignment = alignment
    return paragraph


def _loose(paragraph: Any) -> None:
    """Lines as high as their words ask, off the grid, for what is larger or smaller than the text."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().append(off)  # noqa: SLF001 python-docx has no door to the grid


def _head(word: WordDocument, laid: Laid) -> None:
    title = _paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    _loose(title)
    title.paragraph_format.space_after = Pt(measures.LINE_PT)
    for number, line in enumerate(laid.title.split("\n")):
        if number:
            title.add_run().add_break()
        _run(title, line, measures.TITLE)
    if laid.doc_number:
        _run(_paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.CENTER), laid.doc_number, measures.BODY)
    if laid.recipients:
        _run(_paragraph(word, indent=False), f"{laid.recipients}：", measures.BODY)


def _heading(word: WordDocument, item: Item) -> None:
    paragraph = _paragraph(word)
    paragraph.paragraph_format.keep_with_next = True
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(item["level"] - 1))
    paragraph._p.get_or_add_pPr().append(outline)  # noqa: SLF001
    _run(paragraph, f"{item['label']}{item['text']}", measures.HEADINGS[item["level"] - 1])


def _text(word: WordDocument, item: Item) -> None:
    _parts(_paragraph(word, alignment=WD_ALIGN_PARAGRAPH.JUSTIFY), item["parts"], measures.BODY)


def _parts(paragraph: Any, parts: list[Item], face: Face) -> None:
    for part in parts:
        _run(paragraph, part["text"], face)
        if part["note"]:
            _run(paragraph, f"[{part['note']}]", face).font.superscript = True


def _caption(word: WordDocument, text: str) -> None:
    paragraph = _paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)
    _run(paragraph, text, measures.CAPTION)


def _note(word: WordDocument, text: str) -> None:
    paragraph = _paragraph(word, indent=False)
    _loose(paragraph)
    paragraph.paragraph_format.space_after = Pt(8)
    if text:
        _run(paragraph, text, measures.NOTE)


def _table(word: WordDocument, item: Item) -> None:
    if item["title"]:
        _caption(word, item["title"])
    columns = item["columns"]
    table = word.add_table(rows=1 + len(item["rows"]), cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    total = sum(column["weight"] for column in columns)
    widths = [Mm(measures.TEXT_MM[0] * column["weight"] / total) for column in columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    rows = list(table.rows)  # asking the table again for each row would take time that grows with its square
    repeated = OxmlElement("w:tblHeader")
    rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001
    head = [{"text": column["label"], "note": 0} for column in columns]
    for row, cells in zip(rows, [head, *item["rows"]], strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        is_head = row is rows[0]
        for cell, part, column, width in zip(row.cells, cells, columns, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            _loose(paragraph)
            centred, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.alignment = centred if is_head else right if column["is_number"] else WD_ALIGN_PARAGRAPH.LEFT
            face = Face(measures.TABLE.name, measures.TABLE.size_pt, is_bold=is_head)
            _parts(paragraph, [part], face)
    _note(word, item["note"])


def _chart(word: WordDocument, item: Item) -> None:
    _caption(word, item["title"])
    paragraph = _paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    _loose(paragraph)
    paragraph.paragraph_format.keep_with_next = bool(item["note"])
    picture = paragraph.add_run().add_picture(BytesIO(chart_picture(item)), width=Mm(measures.TEXT_MM[0]))
    picture._inline.docPr.set("descr", item["description"])  # noqa: SLF001 python-docx has no door to alt text
    _note(word, item["note"])


def _square(word: WordDocument, item: Item) -> None:
    paragraph = _paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    _loose(paragraph)
    paragraph.paragraph_format.keep_with_next = True
    picture = paragraph.add_run().add_picture(BytesIO(square_picture(item["svg"])), width=Mm(32))
    picture._inline.docPr.set("descr", item["text"])  # noqa: SLF001 python-docx has no door to alt text
    _note(word, item["caption"])


def _break(word: WordDocument, item: Item) -> None:  # noqa: ARG001 one shape for all writers
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _signature(word: WordDocument, laid: Laid) -> None:
    for text, spaces in ((laid.issuer, 2), (laid.issued_on, 4)):
        if text:
            paragraph = _paragraph(word, indent=False, alignment=WD_ALIGN_PARAGRAPH.RIGHT)
            paragraph.paragraph_format.right_indent = Pt(spaces * measures.BODY.size_pt)
            if text == laid.issuer:
                paragraph.paragraph_format.space_before = Pt(2 * measures.LINE_PT)
            _run(paragraph, text, measures.BODY)


def _annex(word: WordDocument, laid: Laid) -> None:
    _break(word, {})
    _run(_paragraph(word, indent=False), laid.as_dict()["annex_title"], measures.HEADINGS[0])
    if laid.annex is not None:
        _table(word, laid.annex)


_WRITERS = {
    "heading": _heading,
    "paragraph": _text,
    "table": _table,
    "chart": _chart,
    "square": _square,
    "break": _break,
}
