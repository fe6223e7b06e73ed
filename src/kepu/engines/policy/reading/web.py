"""Read .html: the words of the page, its tables, the numbers of its ordered lists."""

import re

from lxml import etree, html

from kepu.engines.policy import errors
from kepu.engines.policy.reading.encoding import decode_text
from kepu.engines.policy.reading.source import Source, SourceBuilder

_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "main", "blockquote", "pre", "dd",
           "dt", "center", "ul", "ol", "dl", "body", "form", "fieldset", "figure", "figcaption", "tr", "tbody", "thead",
           "caption", "table", "td", "th"}  # fmt: skip
_SKIPPED = {"script", "style", "noscript", "template", "head", "nav", "button", "select", "option", "textarea", "svg"}
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_MARKED = re.compile(r"\s*(?:[（(]?[0-9０-９一二三四五六七八九十]+[)）、.．]|第)")


def read_web(data: bytes) -> Source:
    """Read a web page.

    Raises:
        UnknownEncoding, BrokenDocument: the bytes cannot be decoded or hold no page.
    """
    declared = _CHARSET.search(data[:4096])
    text = None
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        codec = declared.group(1).decode("ascii").lower()
        try:
            text = data.decode("gb18030" if codec.startswith("gb") else codec)
        except (UnicodeDecodeError, LookupError):
            text = None
    text = decode_text(data) if text is None else text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, ValueError) as error:
        raise errors.BrokenDocument from error
    page = _Page()
    page.walk(root)
    page.close()
    return page.builder.build()


class _Page:
    def __init__(self) -> None:
        self.builder = SourceBuilder()
        self._words: list[str] = []
        self._heading: int | None = None

    def close(self) -> None:
        line = " ".join("".join(self._words).split("\n")).strip("\n ")
        self._words = []
        if line.strip():
            self.builder.line(re.sub(r"[ \t]{3,}", "  ", line), self._heading)
        self._heading = None

    def walk(self, root: html.HtmlElement) -> None:
        """Go through the page without recursion: a hostile page may nest without end."""
        stack: list[tuple[html.HtmlElement, bool]] = [(root, True)]
        while stack:
            item, opening = stack.pop()
            tag = item.tag if isinstance(item.tag, str) else ""
            if not opening:
                if tag in _BLOCKS:
                    self.close()
                self._words.append(item.tail or "")
                continue
            if not tag or tag in _SKIPPED:
                self._words.append(item.tail or "")
                continue
            rows = _rows(item) if tag == "table" else None
            if rows:
                self.close()
                self.builder.grid(rows)
                self._words.append(item.tail or "")
                continue
            if tag in _BLOCKS:
                self.close()
                if re.fullmatch(r"h[1-6]", tag):
                    self._heading = int(tag[1])
            if tag == "br":
                self.close()
            if tag == "li":
                self._words.append(_list_number(item))
            self._words.append(item.text or "")
            stack.append((item, False))
            stack.extend((child, True) for child in reversed(item))


def _list_number(item: html.HtmlElement) -> str:
    parent = item.getparent()
    if parent is None or parent.tag != "ol" or _MARKED.match(item.text_content()):
        return ""
    before = sum(1 for other in item.itersiblings("li", preceding=True))
    return f"{before + 1}."


def _rows(table: html.HtmlElement) -> list[list[str | None]] | None:
    """Cells of a table of data; None where the table only lays out the page."""
    if table.find(".//table") is not None:
        return None
    rows: list[list[str | None]] = []
    for row in table.iter("tr"):
        cells: list[str | None] = []
        for cell in row.iter("td", "th"):
            cells.append(" ".join(part for part in cell.itertext() if part.strip()))
            span = cell.get("colspan") or "1"
            cells += [""] * (int(span) - 1 if span.isdecimal() and len(span) < 3 else 0)
        rows.append(cells)
    _fill_rowspans(table, rows)
    widths = [len(row) for row in rows]
    return rows if len(rows) > 1 and max(widths, default=0) > 1 else None


def _fill_rowspans(table: html.HtmlElement, rows: list[list[str | None]]) -> None:
    """Leave a place where a cell of an earlier row reaches down."""
    for at, row in enumerate(table.iter("tr")):
        column = 0
        while column < len(rows[at]) and rows[at][column] is None:
            column += 1
        for cell in row.iter("td", "th"):
            down = cell.get("rowspan") or "1"
            for below in range(1, int(down) if down.isdecimal() and len(down) < 4 else 1):
                if at + below < len(rows) and column <= len(rows[at + below]):
                    rows[at + below].insert(column, None)
            across = cell.get("colspan") or "1"
            column += int(across) if across.isdecimal() and len(across) < 3 else 1
            while column < len(rows[at]) and rows[at][column] is None:
                column += 1
