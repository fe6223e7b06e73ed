"""What a document says, without any layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from; named in the annex of every document that cites it."""

    key: str
    label: str
    method: str = ""
    as_of: date | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """Words, mostly a number, with the key of their source."""

    text: str
    source: str


Part = str | Cited


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its number (一、 （一） 1. （1）) is made by the layout.

    Args:
        level: 1 to 4.
        text: without number.
    """

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of words and cited numbers."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `weight` is its share of the width against the others."""

    label: str
    weight: float = 1.0
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title above and a note below; every row has one cell for each column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Part, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one thing, one for each category; None where nothing is known, drawn as a break."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ChartTarget:
    """A promised value, drawn as a line across."""

    value: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers; the table with the same numbers stands in the document too.

    Args:
        title: what it shows.
        kind: bars beside each other, or lines.
        unit: of the values.
        categories: along the bottom, left to right.
        series: at most five, each as long as the categories.
        target: a line across, where something was promised.
        note: below, e.g. the instrument.
        description: read out in place of the picture.
    """

    title: str
    kind: Literal["bar", "line"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    target: ChartTarget | None = None
    note: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square that a telephone reads, with what it says in words below."""

    text: str
    caption: str


Block = Heading | Paragraph | Table | Chart | PageBreak | QrCode


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of an office.

    Args:
        title: centred above the text; a line break stays one.
        blocks: the text in order.
        issuer: who signs; stands with the day below the text.
        doc_number: 发文字号, where it has one.
        recipients: 主送, before the text.
        issued_on: the day below the text.
        mark: stands on every page, e.g. 演示数据.
        sources: everything that may be cited; what is not cited is left out of the annex.
    """

    title: str
    blocks: tuple[Block, ...]
    issuer: str = ""
    doc_number: str = ""
    recipients: str = ""
    issued_on: date | None = None
    mark: str = ""
    sources: tuple[Source, ...] = ()

    def parts(self) -> Iterator[Part]:
        """Every piece of running text and every cell, in order."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from block.parts
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row
