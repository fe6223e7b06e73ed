"""Tables of tasks and of indicators, drawn as tables or flattened into lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kepu.engines.chinese.folding import fold
from kepu.engines.policy.marks import read_mark
from kepu.engines.policy.model import Span
from kepu.engines.policy.organisations import divide
from kepu.engines.policy.reading.source import Grid

_UNIT = r"(?:单位|部门|机构|主体|处室|科室|地区)?"
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(r"(?:序\s?号|编号|号|项次|序|No\.?)")),
    ("person", re.compile(r".*(?:责任人|责任领导|分管领导|牵头领导|联系人|负责人|责任科室|电话)")),
    ("lead", re.compile(rf".*牵头.{{0,4}}{_UNIT}")),
    ("support", re.compile(rf".*(?:配合|协办|参与|参加|协同|协助|协作|支持).{{0,2}}{_UNIT}")),
    ("guide", re.compile(rf".*指导{_UNIT}")),
    ("deadline", re.compile(r".*(?:时限|期限|时间|进度|节点|完成日期|年限)")),
    ("joint", re.compile(r".*(?:责任|负责|实施|落实|承担|主管|主办|承办|执行|完成|推进|组织)(?:单位|部门|机构|主体|处室|科室)|责任分工|部门分工|单位|部门|职责分工|分工")),
    ("note", re.compile(r".*(?:备注|说明|属性|性质|依据|来源|类型|方式)")),
    ("unit", re.compile(r"(?:计量|指标)?单位")),
    ("past", re.compile(r".*(?:现状|基期|基数|基准|现值|完成(?:情况|值)|实际).*")),
    ("target", re.compile(r".*(?:目标|指标值|预期|成果|成效|产出|指标|要求).*")),
    ("group", re.compile(r".*(?:类别|领域|板块|行动|工程|分类|重点方向|方面|专项|一级|大类|项目类别)(?:名称)?")),
    ("task", re.compile(r".*(?:任务|举措|措施|内容|事项|工作|项目|要点|名称).*")),
)  # fmt: skip
_INDICATOR = re.compile(r".*指标(?:名称|内容)?|名称|项目")
_YEAR = re.compile(r"(?P<year>20\d\d)年?")
_HEADER_CELLS = 3
_LONGEST_HEADER = 12
_DUTIES = ("lead", "joint", "support", "guide")
_SERIAL = re.compile(r"\d{1,3}")
_FEWEST_CELLS = 3
_LONGEST_CELL = 60
_LONGEST_GROUP = 40
_DATED = re.compile(
    r"(?:20\d\d年)?(?:\d{1,2}月|[上下]半年|[一二三四]季度|年)?(?:底|末|[上中下]旬|\d{1,2}日)?(?:之?前|以?前完成|完成)?(?<=.)|全年|长期|持续(?:推进|开展|实施)?|常年|每[年月季].{0,8}|20\d\d[—\-~]20\d\d年"
)
_EMPTY_COST = {"group": 0.2, "note": 0.2, "person": 0.5, "target": 0.5, "body": 0.5}
_ROW_SPLIT = re.compile(r"\t+| *\| *| {2,}")


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table holds; `body` is the second column of words, where titles stand apart."""

    roles: tuple[str, ...]
    header_rows: int
    is_indicators: bool = False
    years: dict[int, int] = field(default_factory=dict)

    def at(self, role: str) -> list[int]:
        return [column for column, found in enumerate(self.roles) if found == role]


def cell_role(words: str) -> str:
    """Say what a column is for by its heading, '' where the words are no heading.

    Examples:
        >>> cell_role("牵头单位"), cell_role("完成时限"), cell_role("主要任务"), cell_role("弘扬科学精神。")
        ('lead', 'deadline', 'task', '')
    """
    if len(words) > _LONGEST_CELL:
        return ""
    plain = re.sub(r"\s|[(（].*?[)）]", "", words)
    if not plain or len(plain) > _LONGEST_HEADER or re.search(r"[。;,]", plain):
        return ""
    return next((role for role, pattern in _ROLES if pattern.fullmatch(plain)), "")


def read_columns(rows: list[list[str]]) -> Columns | None:
    """Find the heading of a table among its first rows; None where it is no table of tasks or indicators."""
    for at, row in enumerate(rows[:3]):
        cells = [cell.strip() for cell in row]
        if sum(1 for cell in cells if cell) < 2:
            continue
        indicators = _indicator_columns(cells, at)
        if indicators is not None:
            return indicators
        roles = [cell_role(cell) for cell in cells]
        header_rows = at + 1
        if at + 1 < len(rows) and any(role in _DUTIES for role in roles) and _is_second_header(rows[at + 1], roles):
            under = [cell_role(cell) for cell in rows[at + 1]]
            roles = [low or high for low, high in zip(under, roles, strict=False)]
            header_rows += 1
        if any(role in _DUTIES for role in roles) and ("task" in roles or "target" in roles or "group" in roles):
            return Columns(tuple(_settle(roles)), header_rows)
    return None


def _is_second_header(row: list[str], roles: list[str]) -> bool:
    under = [cell_role(cell) for cell in row]
    return (
        len(row) == len(roles)
        and sum(1 for role in under if role in _DUTIES) >= 2
        and not any(re.search(r"\d", cell) for cell in row)
    )


def _settle(roles: list[str]) -> list[str]:
    """Without a column of tasks the group or goal column holds them; of two columns of words the first names the task."""
    if "task" not in roles:
        for other in ("group", "target"):
            if other in roles:
                roles[roles.index(other)] = "task"
                break
    words = [column for column, role in enumerate(roles) if role == "task"]
    for column in words[1:]:
        roles[column] = "body"
    return roles


def _indicator_columns(cells: list[str], at: int) -> Columns | None:
    cells = [cell[:_LONGEST_CELL] for cell in cells]
    names = [column for column, cell in enumerate(cells) if _INDICATOR.fullmatch(re.sub(r"\s", "", cell))]
    if not names or (
        not any("指标" in cells[column] for column in names) and not any("目标值" in cell for cell in cells)
    ):
        return None
    roles, years = [], {}
    for column, cell in enumerate(cells):
        plain = re.sub(r"\s", "", cell)
        year = _YEAR.search(plain)
        if year:
            years[column] = int(year["year"])
        if column == names[-1]:
            roles.append("name")
        elif re.search(r"现状|基期|基数|基准|现值|完成|实际|20\d\d年?值$(?<!目标值)", plain) and "目标" not in plain:
            roles.append("past")
        elif re.search(r"目标值?|规划值|预期值|计划值|达到", plain) or (year and not re.search(r"属性|单位", plain)):
            roles.append("value")
        elif re.fullmatch(r"(?:计量)?单位", plain):
            roles.append("unit")
        else:
            roles.append("note" if plain != "序号" else "number")
    dated = [column for column, role in enumerate(roles) if role == "value" and column in years]
    if "value" not in roles or any(cell_role(cell) in ("lead", "support") for cell in cells):
        return None
    if len(dated) > 1 and "past" not in roles:
        roles[min(dated, key=lambda column: years[column])] = "past"
    return Columns(tuple(roles), at + 1, is_indicators=True, years=years)


def find_grids(text: str) -> Iterator[Grid]:
    """Find tables in a text whose cells are set apart by tabs, bars or wide spaces, or stand one in a line."""
    lines = [(start, end) for start, end in _lines(text)]
    at = 0
    while at < len(lines):
        found = _delimited(text, lines, at) or _stacked(text, lines, at)
        if found is None:
            at += 1
            continue
        grid, at = found
        yield grid


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _cells(text: str, line: Span) -> list[Span]:
    words = fold(text[line[0] : line[1]].replace("\t", "\x01")).replace("\x01", "\t")
    cells: list[Span] = []
    begin = 0
    for found in _ROW_SPLIT.finditer(words):
        cells.append((begin, found.start()))
        begin = found.end()
    cells.append((begin, len(words)))
    if words.lstrip().startswith("|"):
        cells = cells[1:-1] if words.rstrip().endswith("|") else cells[1:]
    out = []
    for start, end in cells:
        piece = words[start:end]
        out.append(
            (line[0] + start + len(piece) - len(piece.lstrip()), line[0] + end - (len(piece) - len(piece.rstrip())))
        )
    return [(a, max(a, b)) for a, b in out]


def _delimited(text: str, lines: list[Span], at: int) -> tuple[Grid, int] | None:
    header = _cells(text, lines[at])
    if len(header) < _HEADER_CELLS or read_columns([[fold(text[a:b]) for a, b in header]]) is None:
        return None
    rows = [tuple(header)]
    place = at + 1
    while place < len(lines):
        cells = _cells(text, lines[place])
        if len(cells) < 2 or (len(cells) < len(header) - 2 and read_mark(fold(text[cells[0][0] : cells[0][1]]))):
            if len(cells) == 1 and place + 1 < len(lines) and len(_cells(text, lines[place + 1])) >= len(header) - 1:
                below = _cells(text, lines[place + 1])
                if read_columns([[fold(text[a:b]) for a, b in below]]) is not None:
                    break  # a table of its own, under its own heading
                rows.append(tuple(cells))  # a row that is one cell: the name of a group
                place += 1
                continue
            break
        if re.fullmatch(r"[-:| ]+", fold(text[slice(*lines[place])])):
            place += 1
            continue
        missing = len(header) - len(cells)
        rows.append(tuple(_aligned(text, cells, header, missing)))
        place += 1
    if len(rows) < 2:
        return None
    return Grid((lines[at][0], lines[place - 1][1]), tuple(rows)), place


def _aligned(text: str, cells: list[Span], header: list[Span], missing: int) -> list[Span]:
    """A row with fewer cells than the heading lacks those of the merged group column, or its last ones."""
    if missing <= 0:
        return cells[: len(header)]
    first = fold(text[slice(*cells[0])])
    names = [cell_role(fold(text[a:b])) for a, b in header]
    if missing == 1 and "group" in names[:2] and _SERIAL.fullmatch(first) and names[0] == "number":
        return [cells[0], (cells[0][1], cells[0][1]), *cells[1:]]
    if missing == 1 and names[0] == "group":
        return [(cells[0][0], cells[0][0]), *cells]
    return [*cells, *[(cells[-1][1], cells[-1][1])] * missing]


def _stacked(text: str, lines: list[Span], at: int) -> tuple[Grid, int] | None:
    """One cell in each line: a run of headings, then the cells row by row."""
    place = at
    while place < len(lines) and place - at < 9 and cell_role(fold(text[slice(*lines[place])])):
        place += 1
    names = [cell_role(fold(text[slice(*line)])) for line in lines[at:place]]
    if len(names) < _HEADER_CELLS or not set(names) & set(_DUTIES) or not set(names) & {"task", "target", "group"}:
        return None
    rows = [tuple(_trimmed(text, line) for line in lines[at:place])]
    width = len(names)
    if names[0] == "number":
        place = _serial_rows(text, lines, place, names, rows)
    else:
        while place < len(lines):
            block = [_trimmed(text, line) for line in lines[place : place + width]]
            mark = read_mark(fold(text[slice(*lines[place])]).strip())
            if len(block) < width or (mark and mark.style == "一、") or not _fits(text, block, names):
                break
            rows.append(tuple(block))
            place += width
    if len(rows) < 2:
        return None
    return Grid((lines[at][0], lines[place - 1][1]), tuple(rows)), place


def _serial_rows(text: str, lines: list[Span], place: int, names: list[str], rows: list[tuple[Span, ...]]) -> int:
    """Rows that begin with their number, and lines between them that name a group; give the line behind the last."""

    def plain(at: int) -> str:
        return fold(text[slice(*lines[at])]).strip() if at < len(lines) else ""

    def is_group(at: int) -> bool:
        return plain(at + 1) in ("1", str(count)) and plain(at) != str(count) and len(plain(at)) <= _LONGEST_GROUP

    width, count = len(names), 1
    while place < len(lines):
        if is_group(place):
            count = int(plain(place + 1))
            rows.append((_trimmed(text, lines[place]),))
            place += 1
            continue
        if plain(place) != str(count):
            break
        stop = place + 1
        while stop < len(lines) and stop - place < 3 * width:
            if plain(stop) == str(count + 1) or (stop - place >= width - 2 and _ends_rows(plain(stop))):
                break
            if stop - place >= width - 2 and plain(stop + 1) == str(count + 1) and not _is_cell(plain(stop)):
                break
            stop += 1
        block = [_trimmed(text, line) for line in lines[place:stop]]
        if len(block) < _FEWEST_CELLS:
            break
        open_end = stop - place >= 3 * width or stop == len(lines)
        cells, used = _fitted(text, block, names, open_end=open_end)
        rows.append(tuple(cells))
        place += used
        count += 1
        if used < len(block) and not is_group(place):
            break
    return place


def _ends_rows(words: str) -> bool:
    mark = read_mark(words)
    return mark is not None and mark.style in ("一、", "第章", "(一)", "壹、")


def _is_cell(words: str) -> bool:
    """Words that stand in a row rather than above a group of rows."""
    return bool(_DATED.search(words)) or divide(re.sub(r"\s", "", words)).certain


def _trimmed(text: str, line: Span) -> Span:
    words = text[line[0] : line[1]]
    return line[0] + len(words) - len(words.lstrip()), line[1] - (len(words) - len(words.rstrip()))


def _is_list(text: str, cell: Span) -> bool:
    words = re.sub(r"\s", "", fold(text[cell[0] : cell[1]]))
    return bool(words) and divide(words).certain


def _fits(text: str, block: list[Span], names: list[str]) -> bool:
    return all(
        _is_list(text, cell) or text[slice(*cell)].strip() in ("", "/", "—", "-", "无")
        for cell, name in zip(block, names, strict=True)
        if name in _DUTIES
    )


def _fitted(text: str, block: list[Span], names: list[str], *, open_end: bool = False) -> tuple[list[Span], int]:
    """Give the lines of one row their columns: lists of bodies under duties, dates under deadlines, words under words.

    Where the row may be followed by other words (`open_end`), the best number of lines is chosen.

    Returns:
        A cell for each column, and how many lines were used.
    """
    lengths = range(_FEWEST_CELLS, min(len(block), len(names) + 3) + 1) if open_end else [len(block)]
    best: tuple[float, int, list[tuple[int, int]]] | None = None
    for length in lengths:
        score, cuts = _align(text, block[:length], names)
        if best is None or score > best[0]:
            best = (score, length, cuts)
    if best is None:
        return [(block[0][1], block[0][1])] * len(names), len(block)
    cells: list[Span] = []
    for first, stop in best[2]:
        empty = block[min(first, best[1]) - 1][1] if first else block[0][0]
        cells.append((block[first][0], block[stop - 1][1]) if stop > first else (empty, empty))
    return cells, best[1]


def _align(text: str, block: list[Span], names: list[str]) -> tuple[float, list[tuple[int, int]]]:
    """The best cut of the lines over the columns, in order: (score, [first, stop) of each column)."""
    lines = [re.sub(r"\s", "", fold(text[slice(*cell)])) for cell in block]
    fits = [[_fit(words, name) for name in names] for words in lines]
    table: list[list[tuple[float, int]]] = [[(0.0, 0)] + [(-1e9, 0)] * len(block)]
    for column, name in enumerate(names):
        row: list[tuple[float, int]] = []
        for stop in range(len(block) + 1):
            options = [(table[column][stop][0] - _EMPTY_COST.get(name, 1.0), stop)]
            for first in range(stop):
                if column == 0 and (first, stop) != (0, 1):
                    continue
                score = sum(fits[at][column] for at in range(first, stop)) - (0.8 if name == "lead" else 0.4) * (
                    stop - first - 1
                )
                options.append((table[column][first][0] + score, first))
            row.append(max(options))
        table.append(row)
    cuts: list[tuple[int, int]] = []
    stop = len(block)
    for column in range(len(names), 0, -1):
        first = table[column][stop][1]
        cuts.append((first, stop))
        stop = first
    return table[-1][-1][0], cuts[::-1]


def _fit(words: str, name: str) -> float:
    """How well a line stands in a column."""
    empty = words in ("", "/", "—", "-", "无")
    is_list = bool(words) and divide(words).certain
    is_date = bool(_DATED.fullmatch(words))
    if name in _DUTIES:
        return 1.0 if empty else 2.0 if is_list else -3.0
    if name == "deadline":
        return 2.0 if is_date else -3.0 if is_list else -1.0
    if name == "number":
        return 2.0 if _SERIAL.fullmatch(words) else -3.0
    return -2.0 if is_list else -1.0 if is_date else 1.0
