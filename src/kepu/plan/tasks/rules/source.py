"""The source text cut into paragraphs and marked pieces, so that every finding can be shown in place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kepu.plan.tasks.rules.findings import EffectiveReading

UNTITLED_WORDS = 12
_RANK = {"target": 0, "body": 1, "decoy": 2, "title": 3, "heading": 4}
_REACH = 12
_CLOSING = re.compile("[”」》]")
_STOP = re.compile(r"[，,。；;、：:“”「」《》（）()\s]")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of the text that stands for a finding; `kind` is target, body, decoy, title or heading."""

    start: int
    end: int
    kind: str
    key: str
    name: str = ""

    @property
    def anchor(self) -> str:
        """The key as it stands in addresses and selectors."""
        return self.key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text with at most one mark; one without characters is only an anchor."""

    text: str
    start: int
    mark: Mark | None = None
    is_first: bool = False
    """Whether the mark begins here and did not in a line before."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the source without the space around it; `start` is the place of its first character."""

    start: int
    pieces: tuple[Piece, ...]
    is_heading: bool = False


def marks_of(content: EffectiveReading, text: str) -> list[Mark]:
    """The runs of the text that findings stand on; what a person struck has none."""
    marks = [Mark(t.start, t.end, "target", t.key, t.measure) for t in content.live_targets]
    for task in content.live_tasks:
        marks += [Mark(duty.start, duty.end, "body", duty.key, duty.organisation) for duty in task.live_duties]
        at = text.find(task.title, task.start, task.end) if task.title else -1
        start, end = (at, at + len(task.title)) if at >= 0 else (task.body_start, task.body_start + UNTITLED_WORDS)
        marks.append(Mark(start, min(end, task.end), "title", task.key, task.code))
    used = {(target.start, target.end) for target in content.live_targets}
    marks += [Mark(d.start, d.end, "decoy", d.key, d.text) for d in content.decoys if (d.start, d.end) not in used]
    for section in content.live_sections:
        line = _LINE.match(text, section.start)
        if line and section.start < len(text):
            end = min(line.end(), section.start + max(len(section.label) + 4, 1), section.end)
            marks.append(Mark(section.start, end, "heading", section.key, section.label))
    return [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]


def wide_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a bare number to the words that it stands in: the quoted name, else up to the next mark, at most so far.

    Examples:
        >>> text = "培育“双百工程”品牌，五年内"
        >>> text[slice(*wide_span(text, 3, 4))], text[slice(*wide_span(text, 11, 12))]
        ('“双百工程”', '五年内')
    """
    left = max(text.rfind(mark, max(0, start - _REACH), start) for mark in "“「《")
    if left >= 0 and not re.search("[”」》]", text[left:start]):
        close = _CLOSING.search(text, end, min(len(text), left + 2 * _REACH))
        if close:
            return left, close.end()
    stop = _STOP.search(text, end, min(len(text), end + _REACH // 2))
    return start, stop.start() if stop else min(len(text), end + _REACH // 2)


def paragraphs(text: str, marks: Iterable[Mark]) -> tuple[Paragraph, ...]:
    """Cut a text into lines and every line into pieces.

    Where marks overlap, targets go before bodies, bodies before numbers that are no targets, these before titles and
    headings; the one that gives way keeps an anchor where it begins.

    Returns:
        Paragraphs whose pieces, put together, are the lines of the text without the space around them.

    Examples:
        >>> [p.text for p in paragraphs("每年100人", [Mark(2, 5, "target", "g0")])[0].pieces]
        ['每年', '100', '人']
    """
    kept: list[Mark] = []
    anchors: list[Mark] = []
    taken = bytearray(len(text))
    for mark in sorted(marks, key=lambda m: (_RANK.get(m.kind, 9), m.start)):
        if any(taken[mark.start : mark.end]):
            anchors.append(mark)
        else:
            taken[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
            kept.append(mark)
    kept.sort(key=lambda m: m.start)
    anchors.sort(key=lambda m: m.start)
    found = []
    seen: set[str] = set()
    for line in _LINE.finditer(text):
        words = line.group()
        start = line.start() + len(words) - len(words.lstrip())
        end = line.end() - (len(words) - len(words.rstrip()))
        if start >= end:
            continue
        inside = [mark for mark in kept if mark.start < end and mark.end > start]
        here = [mark for mark in anchors if line.start() <= mark.start <= line.end()]
        pieces = _pieces(text, (start, end), inside, here, seen)
        found.append(Paragraph(start, pieces, is_heading=any(mark.kind == "heading" for mark in [*inside, *here])))
    return tuple(found)


def _pieces(
    text: str, span: tuple[int, int], marks: list[Mark], anchors: list[Mark], seen: set[str]
) -> tuple[Piece, ...]:
    start, end = span
    pieces: list[Piece] = []
    waiting = list(anchors)
    at = start

    def put(words: str, place: int, mark: Mark) -> None:
        pieces.append(Piece(words, place, mark, is_first=mark.key not in seen))
        seen.add(mark.key)

    def anchor_until(place: int) -> None:
        while waiting and waiting[0].start < place:
            put("", max(at, start), waiting.pop(0))

    for mark in marks:
        left, right = max(mark.start, start), min(mark.end, end)
        anchor_until(right)
        if left > at:
            pieces.append(Piece(text[at:left], at))
        put(text[left:right], left, mark)
        at = right
    anchor_until(end + 1)
    if at < end:
        pieces.append(Piece(text[at:end], at))
    return tuple(pieces)
