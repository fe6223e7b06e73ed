"""Read .docx: paragraphs with their drawn numbers, tables with merged cells, inserted but not deleted text."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from kepu.engines.policy import errors
from kepu.engines.policy.reading.numbering import Numbering, W
from kepu.engines.policy.reading.source import Source, SourceBuilder

_MOST_UNPACKED = 120 * 1024 * 1024
_MOST_RATIO = 200
_SMALL = 1024 * 1024
_MAIN = "word/document.xml"
_SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}footnoteReference", f"{W}txbxContent",
            "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip


def read_word(data: bytes) -> Source:
    """Read a Word document.

    Raises:
        WrongOfficeFile, BrokenDocument, UnsafeDocument: it is no .docx, is damaged, or unpacks to a danger.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if _MAIN not in names:
                raise errors.WrongOfficeFile
            parts = {
                name: _part(archive, name) for name in (_MAIN, "word/numbering.xml", "word/styles.xml") if name in names
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise errors.BrokenDocument from error
    styles = parts.get("word/styles.xml")
    reader = _Reader(Numbering(parts.get("word/numbering.xml"), styles), _heading_styles(styles))
    body = parts[_MAIN].find(f"{W}body")
    if body is None:
        raise errors.BrokenDocument
    reader.walk(body)
    return reader.builder.build()


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    info = archive.getinfo(name)
    if info.file_size > _MOST_UNPACKED or (
        info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(info.compress_size, 1)
    ):
        raise errors.UnsafeDocument
    with archive.open(info) as stream:  # the sizes in the directory may lie: never read past the limit
        content = stream.read(_MOST_UNPACKED + 1)
    if len(content) > _MOST_UNPACKED or b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
        raise errors.UnsafeDocument
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise errors.BrokenDocument from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise errors.UnsafeDocument
    return root


def _heading_styles(styles: etree._Element | None) -> dict[str, int]:
    levels: dict[str, int] = {}
    for style in styles.iter(f"{W}style") if styles is not None else ():
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        name = style.find(f"{W}name")
        label = (name.get(f"{W}val") or "").lower() if name is not None else ""
        if outline is not None and (outline.get(f"{W}val") or "9") < "9":
            levels[style.get(f"{W}styleId", "")] = int(outline.get(f"{W}val", "0")[:1]) + 1
        elif label.startswith("heading ") and label[8:].isdecimal():
            levels[style.get(f"{W}styleId", "")] = int(label[8:9])
        elif label.startswith("toc "):
            levels[style.get(f"{W}styleId", "")] = -1
    return levels


class _Reader:
    def __init__(self, numbering: Numbering, headings: dict[str, int]) -> None:
        self.builder = SourceBuilder()
        self._numbering = numbering
        self._headings = headings

    def walk(self, parent: etree._Element) -> None:
        for item in _blocks(parent):
            if item.tag == f"{W}tbl":
                rows = self._rows(item)
                if any(len(row) > 1 for row in rows):
                    self.builder.grid(rows)
                else:
                    for row in rows:
                        for line in (row[0] or "" if row else "").split("\n"):
                            self.builder.line(line)
            else:
                text, level = self._paragraph(item)
                if level is None or level > 0:
                    for number, line in enumerate(text.split("\n")):
                        self.builder.line(line, None if number else level)

    def _paragraph(self, item: etree._Element) -> tuple[str, int | None]:
        properties = item.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        style = named.get(f"{W}val") if named is not None else None
        text = "".join(_words(item))
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        level = self._headings.get(style or "")
        if outline is not None and (outline.get(f"{W}val") or "9") < "9":
            level = int((outline.get(f"{W}val") or "0")[:1]) + 1
        label = self._numbering.label(properties, style or "Normal") if text.strip() else ""
        return label + text, level

    def _rows(self, table: etree._Element) -> list[list[str | None]]:
        rows: list[list[str | None]] = []
        for row in _down(table, f"{W}tr"):
            cells: list[str | None] = []
            for cell in _down(row, f"{W}tc"):
                properties = cell.find(f"{W}tcPr")
                merged = properties.find(f"{W}vMerge") if properties is not None else None
                words: str | None = self._cell(cell)
                if merged is not None and merged.get(f"{W}val", "continue") != "restart" and rows:
                    words = None  # one cell over several rows: its words stand in the first
                cells.append(words)
                span = properties.find(f"{W}gridSpan") if properties is not None else None
                width = span.get(f"{W}val", "1") if span is not None else "1"
                cells += [""] * (min(int(width), 60) - 1 if width.isdecimal() and len(width) < 4 else 0)
            rows.append(cells)
        return rows

    def _cell(self, cell: etree._Element) -> str:
        lines: list[str] = []
        for item in _blocks(cell):
            if item.tag == f"{W}tbl":
                lines += [" ".join(words or "" for words in row) for row in self._rows(item)]
            else:
                lines.append(self._paragraph(item)[0])
        return "\n".join(line for line in lines if line.strip())


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    for item in parent:
        if item.tag in (f"{W}p", f"{W}tbl"):
            yield item
        elif item.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _blocks(item)


def _down(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    for item in parent:
        if item.tag == tag:
            yield item
        elif item.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _down(item, tag)


def _words(item: etree._Element) -> Iterator[str]:
    for child in item:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        else:
            yield from _words(child)
