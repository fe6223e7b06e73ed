"""A document as the parser sees it: one text, its tables and headings by position."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kepu.engines.policy.model import Span


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: each cell as the span of its words in the text."""

    span: Span
    rows: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Decoded text with newlines as \\n, tables, and the level of headings by the offset where their line starts.

    `has_paragraphs` says that each line is a whole paragraph, as in a document that marks its paragraphs itself.
    """

    text: str
    grids: tuple[Grid, ...] = ()
    headings: dict[int, int] = field(default_factory=dict)
    has_paragraphs: bool = False


class SourceBuilder:
    """Collects lines and tables in order and knows where each one landed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._grids: list[Grid] = []
        self._headings: dict[int, int] = {}

    def line(self, text: str, heading: int | None = None) -> None:
        """Add one paragraph."""
        if heading and text.strip():
            self._headings[self._length] = heading
        self._add(text + "\n")

    def grid(self, rows: Sequence[Sequence[str | None]]) -> None:
        """Add a table: a line for each row, cells set apart by tabs; line breaks inside a cell become spaces.

        A cell that is None carries on the one above it and stands at its place.
        """
        start = self._length
        placed: list[tuple[Span, ...]] = []
        for row in rows:
            spans: list[Span] = []
            for number, cell in enumerate(row):
                if number:
                    self._add("\t")
                if cell is None and placed and number < len(placed[-1]):
                    spans.append(placed[-1][number])
                    continue
                words = " ".join((cell or "").split())
                spans.append((self._length, self._length + len(words)))
                self._add(words)
            self._add("\n")
            placed.append(tuple(spans))
        self._grids.append(Grid((start, self._length), tuple(placed)))

    def build(self) -> Source:
        return Source("".join(self._parts), tuple(self._grids), self._headings, has_paragraphs=True)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
