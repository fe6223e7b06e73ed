"""From printed lines to paragraphs: broken lines joined, stray spaces dropped, every position kept."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from kepu.engines.chinese.folding import fold
from kepu.engines.policy.flattened import find_breaks
from kepu.engines.policy.marks import NAMED_NUMBER, read_mark
from kepu.engines.policy.model import Span
from kepu.engines.policy.organisations import divide
from kepu.engines.policy.reading.source import Source

_TERMINAL = "。！？；：:;!?”"
_PAGE_NUMBER = re.compile(
    r"(?:[-—–~·?]\s*)?(?:第\s*)?\d{1,3}\s*(?:页(?:\s*[,/]?\s*共\s*\d+\s*页)?)?(?:\s*[-—–~·?])?|\d{1,3}\s*/\s*\d{1,3}"
)
_CONTENTS_LINE = re.compile(r".*(?:\.{4,}|…{2,}|·{4,}|—{6,}|_{4,})\s*\d{1,3}")
_LABEL = re.compile(
    r"[(【\[〔]?\s*(?:牵头|责任|配合|指导|参与|参加|协办|协同|协助|支持|实施|落实|完成|主办|承办|主要责任|市级|省级|县级)[^:,。;]{0,8}?"
    r"(?:单位|部门|时限|时间)?[^:,。;]{0,4}[】\]〕]?\s*:|[(【\[〔]\s*(?:牵头|责任|配合|指导)(?:单位|部门)?|[【\[]"
)
_ENDS_IN_LABEL = re.compile(
    r"(?:牵头|责任|配合|指导|参与|参加|协办|实施|负责|落实|完成)(?:单位|部门|时限|主体)[】\])〕]?:?$"
)
_ALONE = re.compile(
    r"[\u4e00-\u9fff]{1,14}[〔\[(【](?:19|20)\d\d[〕\])】](?:第)?\d{1,4}号|各[^。;]{2,200}:|20\d\d年\d{1,2}月\d{1,2}日|二[〇零O0]..年.{1,2}月.{1,3}日"
)
_FACE_LINE = re.compile(
    r"的(?:通知|(?:[\u4e00-\u9fff]{2})?意见|决定|公告)$|[〔\[(【](?:19|20)\d\d[〕\])】](?:第)?\d{1,4}号$|20\d\d年\d{1,2}月\d{1,2}日$"
)
_BULLET = re.compile(
    r"(?:[●•■◆◇□★☆▲△▶►◎※✦➢➤▪◼◾·○]|—{1,2}(?!\d)|-{1,2}(?=[^\d\-\s])|\?{1,2}(?=[\u4e00-\u9fff])|[*](?=[\u4e00-\u9fff]))\s*"
)
_CN_YEAR = re.compile(
    r"二[零〇OoО0][一二三四五六七八九零〇OoО0]{2}(?=学?年(?![一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)|[—\-~至到]{1,2}二)"
)
_HALF_STOP = re.compile(
    r"(?<=[\u4e00-\u9fff%)”])(?<![\n ][一二三四五六七八九十])(?<![一二三四五六七八九十]{2})(?<![\n (][(（][一二三四五六七八九十][)）])\.(?=[\u4e00-\u9fff“(\s]|$)"
)
_OPENERS, _CLOSERS = "([{〔【《“", ")]}〕】》”"
_LONG_OPEN = 200
_GAPS = re.compile(r"[ \n]+")
_NARROWEST = 16
_LONGEST_NAMED = 8
_SHORTEST_HEAD, _LONGEST_HEAD = 5, 40


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as [start, end) of the clean text; `cell` = (table, row, column) for a cell of a table."""

    start: int
    end: int
    heading: int | None = None
    cell: tuple[int, int, int] | None = None


class Clean:
    """The folded text without line breaks and stray spaces, and where each of its characters is printed."""

    def __init__(self, source: Source) -> None:
        self.source = source.text
        self.paragraphs: list[Paragraph] = []
        self.cells: dict[tuple[int, int, int], Span] = {}
        self._parts: list[str] = []
        self._origin: list[int] = []
        self._gaps: list[int] = []
        folded = _with_marks(fold(source.text))
        self._gather(source, folded)
        self.text = "".join(self._parts)
        del self._parts

    def span(self, start: int, end: int) -> Span:
        """Give [start, end) of the clean text as printed positions."""
        if start >= end:
            at = self._origin[start - 1] + 1 if start else 0  # right behind what comes before
            return at, at
        return self._origin[start], self._origin[end - 1] + 1

    def printed(self, start: int, end: int) -> str:
        """Give the printed characters of [start, end), as they stand but without stray spaces."""
        return "".join(self.source[self._origin[at]] for at in range(start, end) if self.text[at] != "\n").strip()

    def gap_after(self, at: int) -> str:
        """Give what is printed between clean character `at` and the next one."""
        return self.source[self._origin[at] + 1 : self._origin[at + 1]] if at + 1 < len(self._origin) else ""

    def _gather(self, source: Source, folded: str) -> None:
        grids = sorted(enumerate(source.grids), key=lambda pair: pair[1].span)
        lines = list(_lines(folded))
        begun: set[int] = set()
        for line, places in find_breaks(folded, lines).items():
            at = lines.index(line)
            pieces = _cut(folded, line, places)
            begun.update(start for start, _ in pieces[1:])
            lines[at : at + 1] = pieces
        wrap = _wrap_width(folded, [line for line in lines if not _inside(line[0], [g.span for _, g in grids])])
        pending: list[Span] = []
        starts = [grid.span[0] for _, grid in grids]
        done: set[int] = set()
        for start, end in lines:
            at = bisect_right(starts, start) - 1
            if at >= 0 and start < grids[at][1].span[1]:
                if at not in done:
                    done.add(at)
                    self._flush(pending, folded, source)
                    pending = []
                    self._add_cells(grids[at][0], source, folded)
                continue
            if pending and (start in begun or not _joins(folded, pending, (start, end), wrap, source)):
                self._flush(pending, folded, source)
                pending = []
            pending.append((start, end))
        self._flush(pending, folded, source)

    def _add_cells(self, number: int, source: Source, folded: str) -> None:
        for row, cells in enumerate(source.grids[number].rows):
            for column, (start, end) in enumerate(cells):
                above = (number, row - 1, column)
                if row and column < len(source.grids[number].rows[row - 1]) and start < end:
                    if source.grids[number].rows[row - 1][column] == (start, end):
                        self.cells[number, row, column] = self.cells[above]
                        continue
                self._add([(start, end)], folded, None, (number, row, column))
                self.cells[number, row, column] = (self.paragraphs[-1].start, self.paragraphs[-1].end)

    def _take(self, folded: str, start: int, end: int) -> None:
        self._parts.append(folded[start:end])
        self._origin.extend(range(start, end))

    def gaps(self, start: int, end: int) -> list[int]:
        """Give the places inside [start, end) before which white space is printed that the clean text leaves out."""
        first, last = bisect_right(self._gaps, start), bisect_left(self._gaps, end)
        return [at for at in self._gaps[first:last] if not self.gap_after(at - 1).strip() and self.gap_after(at - 1)]

    def _flush(self, pending: list[Span], folded: str, source: Source) -> None:
        if pending:
            self._add(pending, folded, source.headings.get(_line_start(folded, pending[0][0])), None)

    def _add(self, spans: list[Span], folded: str, heading: int | None, cell: tuple[int, int, int] | None) -> None:
        begin = len(self._origin)
        for start, end in spans:
            at = start
            for gap in _GAPS.finditer(folded, start, end):
                self._take(folded, at, gap.start())
                if _keeps_space(folded, gap.start(), start, end):
                    self._parts.append(" ")
                    self._origin.append(gap.start())
                else:
                    self._gaps.append(len(self._origin))
                at = gap.end()
            self._take(folded, at, end)
            self._gaps.append(len(self._origin))
        stop = len(self._origin)
        self.paragraphs.append(Paragraph(begin, stop, heading, cell))
        self._parts.append("\n")
        self._origin.append(min(spans[-1][1], max(len(self.source) - 1, 0)))


def _in_digits(year: re.Match[str]) -> str:
    return "".join(str("零一二三四五六七八九".index("零" if c in "〇OoО0" else c)) for c in year.group())


def _with_marks(folded: str) -> str:
    """Read years in Chinese figures (二〇二七年) as digits, and 。 for the full stops of a text typed with half-width marks."""
    folded = _CN_YEAR.sub(_in_digits, folded)
    stops = _HALF_STOP.findall(folded)
    if len(stops) <= folded.count("。"):
        return folded
    return _HALF_STOP.sub("。", folded)


def _cut(folded: str, line: Span, places: list[int]) -> list[Span]:
    pieces: list[Span] = []
    for start, end in itertools.pairwise([line[0], *places, line[1]]):
        words = folded[start:end]
        if words.strip():
            first = start + len(words) - len(words.lstrip())
            pieces.append((first, first + len(words.strip())))
    return pieces


def _inside(at: int, spans: list[Span]) -> bool:
    return any(start <= at < end for start, end in spans)


def _line_start(folded: str, at: int) -> int:
    return folded.rfind("\n", 0, at) + 1


def _lines(folded: str) -> Iterator[Span]:
    """Printed lines without margins, empty lines, page numbers and lines of a table of contents."""
    printed = folded.split("\n")
    running = _running_heads(printed)
    at = 0
    for line in printed:
        words = line.strip()
        if words:
            start = at + line.index(words[0])
            if (
                not _PAGE_NUMBER.fullmatch(words)
                and not _CONTENTS_LINE.fullmatch(words)
                and (not running or _without_figures(words) not in running)
            ):
                yield start, start + len(words)
        at += len(line) + 1


def _running_heads(printed: list[str]) -> set[str]:
    """Lines that stand at the edge of several pages, next to the page number: the running head of a gazette."""
    words = [line.strip() for line in printed]
    words = [line for line in words if line]
    beside: dict[str, int] = {}
    for at, line in enumerate(words):
        if _PAGE_NUMBER.fullmatch(line):
            for other in {*words[max(at - 1, 0) : at], *words[at + 1 : at + 2]}:
                key = _without_figures(other)
                if (
                    _SHORTEST_HEAD <= len(key) <= _LONGEST_HEAD
                    and other[-1] not in _TERMINAL + ",、"
                    and not _LABEL.match(other)
                    and not read_mark(other)
                ):
                    beside[key] = beside.get(key, 0) + 1
    return {key for key, count in beside.items() if count > 1}


def _without_figures(line: str) -> str:
    return re.sub(r"[\d\s]", "", line)


def _wrap_width(folded: str, lines: list[Span]) -> int:
    """The length at which a fixed-width print breaks its lines; 0 where lines are whole paragraphs."""
    lengths = [_visible(folded, line) for line in lines]
    broken = [
        n
        for n, (start, end) in zip(lengths, lines, strict=True)
        if folded[end - 1] not in _TERMINAL + ")】"
        and not _LABEL.match(folded, start)
        and not _is_heading(folded, start, end)
    ]
    if len(broken) < 6:
        return 0
    broken.sort()
    width = broken[len(broken) * 9 // 10]
    near = sum(1 for n in broken if n >= width * 0.85)
    return width if near >= max(4, len(lines) // 8) and width >= _NARROWEST else 0


def _is_heading(folded: str, start: int, end: int) -> bool:
    """A short numbered line is a heading, however wide the page is."""
    return _visible(folded, (start, end)) < _NARROWEST and read_mark(folded[start:end].replace(" ", "")) is not None


def _visible(folded: str, line: Span) -> int:
    """The printed width in Chinese characters: letters and digits are half as wide."""
    words = folded[line[0] : line[1]].replace(" ", "")
    return len(words) - sum(1 for c in words if c.isascii() and c.isalnum()) // 2


def _joins(folded: str, pending: list[Span], line: Span, wrap: int, source: Source) -> bool:
    """Whether a line goes on with the paragraph before it."""
    start, end = line
    before, after = pending[-1], folded[start:end]
    tight = after.replace(" ", "")
    if _line_start(folded, start) in source.headings or _line_start(folded, pending[0][0]) in source.headings:
        return False
    if read_mark(tight) or _LABEL.match(tight) or _BULLET.match(tight) or _ALONE.fullmatch(tight):
        return False
    between = folded[before[1] : start]
    blank = between.count("\n") > 1 and not between.strip()  # a page number between two lines is no end of a paragraph
    last = folded[before[1] - 1]
    so_far = "".join(folded[a:b] for a, b in pending)
    if _unclosed(so_far):
        return len(so_far) < _LONG_OPEN or not blank
    if last in "、,和与及的" or tight[0] in "、,。;:)】》”":
        return True
    if _ENDS_IN_LABEL.search("".join(so_far[-40:].split())):
        return True
    if _FACE_LINE.search("".join(so_far[-40:].split())):
        return False
    if last in _TERMINAL or last in ")】]〕" or source.has_paragraphs:
        return False
    full = bool(wrap) and _visible(folded, before) >= wrap - max(2, wrap // 8)
    if full and (not blank or _visible(folded, before) >= wrap):
        return True
    if label := _LABEL.match("".join(so_far.split())):
        return _goes_on("".join(so_far.split())[label.end() :], tight)
    if blank:
        return False
    stop = re.search(r"[。,;:]", tight)
    if stop and stop.group() == "。" and stop.start() <= 8 and _visible(folded, before) > 6:
        return True
    return bool(wrap) and len(tight) <= 3 and bool(re.fullmatch(r"[\u4e00-\u9fff]+", tight))


def _goes_on(names: str, tight: str) -> bool:
    """Whether a list of bodies that the page cut goes on: with the next line it is a whole list."""
    is_cut = not divide(names).certain or len(re.split("[、,]", names)[-1]) < 2 or tight[0] in "(、,"
    return is_cut and divide(names + tight.rstrip("。")).certain


def _unclosed(text: str) -> bool:
    depth = 0
    for c in text[-_LONG_OPEN:]:
        if c in _OPENERS:
            depth += 1
        elif c in _CLOSERS and depth:
            depth -= 1
    return depth > 0


def _keeps_space(folded: str, at: int, start: int, end: int) -> bool:
    """A space stays between words of Latin letters or digits, and after a lone Chinese number that heads a line."""
    left, right = at - 1, at + 1
    while right < end and folded[right] in " \n":
        right += 1
    if left < start or right >= end or folded[left] in " \n":
        return False
    a, b = folded[left], folded[right]
    if left - start < _LONGEST_NAMED and NAMED_NUMBER.fullmatch(folded, start, left + 1):
        return _wide(folded, at)
    if a.isascii() and b.isascii() and a.isalnum() and b.isalnum():
        lone_left = left - 1 < start or folded[left - 1] in " \n"
        lone_right = right + 1 >= end or folded[right + 1] in " \n" or not folded[right + 1].isalnum()
        return not (a.isdigit() and b.isdigit() and (lone_left or lone_right))
    return (
        left - start < 3
        and bool(re.fullmatch(r"[一二三四五六七八九十]{1,3}", folded[start : left + 1]))
        and _wide(folded, at)
    )


def _wide(folded: str, at: int) -> bool:
    """OCR puts one space between all characters; a number with its mark lost is followed by words without spaces."""
    rest = folded[at:].lstrip(" ")[:8]
    return " " not in rest.split("\n")[0]


def bullet_end(text: str, start: int) -> int:
    """Give the offset behind a bullet (—— ● or a bullet lost to question marks), or `start`."""
    found = _BULLET.match(text, start)
    return found.end() if found else start
