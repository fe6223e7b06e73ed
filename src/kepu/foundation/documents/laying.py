"""Number headings, citations, tables and charts, and check a document; what every output is made from."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.documents.model import (
    Block,
    Chart,
    Cited,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Part,
    QrCode,
    Table,
)
from kepu.foundation.squares import qr_svg

DEEPEST = 4
MOST_SERIES = 5
_NUMERALS = "零一二三四五六七八九"
_TEN = 10
_HUNDRED = 100
# What XML 1.0 (and so a .docx) cannot hold.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Laid:
    """A document ready to be set: plain values only, the same for every output."""

    title: str
    issuer: str
    doc_number: str
    recipients: str
    issued_on: str
    mark: str
    items: tuple[Item, ...]
    annex: Item | None
    """The table of sources, a table item as those among the items; None where nothing is cited."""

    def as_dict(self) -> dict[str, Any]:
        """For a template in another language."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "doc_number": self.doc_number,
            "recipients": self.recipients,
            "issued_on": self.issued_on,
            "mark": self.mark,
            "items": list(self.items),
            "annex": self.annex,
            "annex_title": _("附件　数据来源"),
        }


def chinese_numeral(number: int) -> str:
    """Write 1 to 99 in Chinese.

    Examples:
        >>> [chinese_numeral(n) for n in (1, 10, 11, 20, 35)]
        ['一', '十', '十一', '二十', '三十五']
    """
    if not 1 <= number < _HUNDRED:
        raise ValueError("number must be between 1 and 99")
    tens, ones = divmod(number, _TEN)
    head = ("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else ""
    return head + (_NUMERALS[ones] if ones or not tens else "")


def heading_label(level: int, number: int) -> str:
    """The number before a heading.

    Source:
        GB/T 9704-2012 7.3.3: 结构层次序数依次可以用“一、”“（一）”“1.”“（1）”标注.

    Examples:
        >>> [heading_label(level, 2) for level in (1, 2, 3, 4)]
        ['二、', '（二）', '2.', '（2）']
    """
    return (f"{chinese_numeral(number)}、", f"（{chinese_numeral(number)}）", f"{number}.", f"（{number}）")[level - 1]


def laid_out(document: Document) -> Laid:
    """Number and check a document.

    Raises:
        ValueError: a level outside 1–4, a row that does not fit its columns, a series that does not fit its categories,
            or a citation of a source that the document does not name.
    """
    numbers = _citations(document)
    counts = [0] * DEEPEST
    tables = charts = 0
    items: list[Item] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            items.append(_heading(block, counts))
        elif isinstance(block, Table):
            tables += 1
            items.append(_table(block, _("表 %(n)d　%(title)s") % {"n": tables, "title": block.title}, numbers))
        elif isinstance(block, Chart):
            charts += 1
            items.append(chart_item(block, _("图 %(n)d　%(title)s") % {"n": charts, "title": block.title}))
        else:
            items.append(_plain(block, numbers))
    return Laid(
        title=clean(document.title),
        issuer=clean(document.issuer),
        doc_number=clean(document.doc_number),
        recipients=clean(document.recipients),
        issued_on=_day(document),
        mark=clean(document.mark),
        items=tuple(items),
        annex=_annex(document, numbers),
    )


def clean(text: str) -> str:
    """Leave out characters that no document can hold."""
    return _UNWRITABLE.sub("", text)


def _day(document: Document) -> str:
    day = document.issued_on
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _citations(document: Document) -> dict[str, int]:
    known = {source.key for source in document.sources}
    numbers: dict[str, int] = {}
    for part in document.parts():
        if isinstance(part, Cited):
            if part.source not in known:
                raise ValueError(f"sources: nothing is called {part.source!r}")
            numbers.setdefault(part.source, len(numbers) + 1)
    return numbers


def _heading(block: Heading, counts: list[int]) -> Item:
    if not 1 <= block.level <= DEEPEST:
        raise ValueError("level must be between 1 and 4")
    counts[block.level - 1] += 1
    counts[block.level :] = [0] * (DEEPEST - block.level)
    label = heading_label(block.level, counts[block.level - 1])
    return {"kind": "heading", "level": block.level, "label": label, "text": clean(block.text)}


def _plain(block: Block, numbers: dict[str, int]) -> Item:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "parts": _parts(block.parts, numbers)}
    if isinstance(block, PageBreak):
        return {"kind": "break"}
    if isinstance(block, QrCode):
        return {"kind": "square", "svg": qr_svg(block.text), "text": block.text, "caption": clean(block.caption)}
    raise TypeError(block)


def _parts(parts: Iterable[Part], numbers: dict[str, int]) -> list[Item]:
    return [
        {"text": clean(part.text), "note": numbers[part.source]}
        if isinstance(part, Cited)
        else {"text": clean(part), "note": 0}
        for part in parts
    ]


def _table(block: Table, title: str, numbers: dict[str, int]) -> Item:
    if not block.columns or any(len(row) != len(block.columns) for row in block.rows):
        raise ValueError(f"rows: every row of {block.title!r} needs one cell for each column")
    if any(column.weight <= 0 for column in block.columns):
        raise ValueError(f"columns: weights of {block.title!r} must be above 0")
    return {
        "kind": "table",
        "title": clean(title),
        "columns": [_column(column) for column in block.columns],
        "rows": [[_parts([cell], numbers)[0] for cell in row] for row in block.rows],
        "note": clean(block.note),
    }


def _column(column: Column) -> Item:
    return {"label": clean(column.label), "weight": column.weight, "is_number": column.is_number}


def _annex(document: Document, numbers: dict[str, int]) -> Item | None:
    if not numbers:
        return None
    named = {source.key: source for source in document.sources}
    rows = tuple(
        (str(number), source.label, source.method or "—", source.as_of.isoformat() if source.as_of else "—",
         source.address or "—")
        for key, number in numbers.items()
        for source in (named[key],)
    )  # fmt: skip
    columns = (
        Column(_("序号"), 0.8, is_number=True), Column(_("数据"), 2.4), Column(_("口径与方法"), 2.8),
        Column(_("截至"), 1.6), Column(_("查看"), 2.4),
    )  # fmt: skip
    return _table(Table("", columns, rows), "", {})


def chart_item(block: Chart, title: str) -> Item:
    """A chart with its scale.

    Raises:
        ValueError: no category, no series or too many, or a series that does not fit the categories.
    """
    if not block.categories or not 1 <= len(block.series) <= MOST_SERIES:
        raise ValueError(f"series: {block.title!r} needs categories and 1 to {MOST_SERIES} series")
    if any(len(series.values) != len(block.categories) for series in block.series):
        raise ValueError(f"series: every series of {block.title!r} needs one value for each category")
    known = [value for series in block.series for value in series.values if value is not None]
    ticks = ticks_for([*known, *([block.target.value] if block.target else [])])
    return {
        "kind": "chart",
        "shape": block.kind,
        "title": clean(title),
        "unit": clean(block.unit),
        "categories": [clean(category) for category in block.categories],
        "series": [
            {
                "name": clean(series.name),
                "values": [None if value is None else float(value) for value in series.values],
                "labels": ["" if value is None else written(value) for value in series.values],
            }
            for series in block.series
        ],
        "ticks": [{"at": float(tick), "label": written(tick)} for tick in ticks],
        "target": {"value": float(block.target.value), "label": clean(block.target.label)} if block.target else None,
        "note": clean(block.note),
        "description": clean(block.description or block.title),
    }


def ticks_for(values: Iterable[Decimal]) -> list[Decimal]:
    """Four to six round marks from zero (or below it) to above every value.

    Examples:
        >>> [str(tick) for tick in ticks_for([Decimal("14.3"), Decimal(18)])]
        ['0', '5', '10', '15', '20']
        >>> [str(tick) for tick in ticks_for([])]
        ['0', '1']
    """
    numbers = list(values)
    low, high = min([Decimal(0), *numbers]), max([Decimal(0), *numbers])
    if low == high:
        return [Decimal(0), Decimal(1)]
    step = _step((high - low) / 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [_tidy(step * number) for number in range(first, last + 1)]


def _step(wanted: Decimal) -> Decimal:
    power = Decimal(10) ** math.floor(wanted.log10())
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= wanted)


def _tidy(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def written(value: Decimal) -> str:
    """A number with thousands marks, exactly as it is.

    Examples:
        >>> written(Decimal("12345.60")), written(Decimal("500000"))
        ('12,345.6', '500,000')
    """
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
