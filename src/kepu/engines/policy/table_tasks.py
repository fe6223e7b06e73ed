"""The rows of tables as tasks and targets."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kepu.engines.policy.duties import Statement, find_statements, read_list
from kepu.engines.policy.kinds import heading_kind
from kepu.engines.policy.marks import read_mark
from kepu.engines.policy.model import Section, Span, Target
from kepu.engines.policy.outline import Node
from kepu.engines.policy.quantities import Quantity, find_quantities, unit_of
from kepu.engines.policy.reader import Draft, Reader, Scope
from kepu.engines.policy.tables import Columns, read_columns
from kepu.engines.policy.targets import Refused, read_promises
from kepu.engines.policy.titles import LONGEST_TITLE, find_title

_DUTY_ROLES = ("lead", "joint", "support", "guide")
_EMPTY = re.compile(r"[\s/—\-无]*")
_NAME_UNIT = re.compile(r"\((?P<unit>[^()]+)\)$")


@dataclass(slots=True)
class _Table:
    """A table of the text at the node where it stands."""

    reader: Reader
    node: Node
    number: int
    columns: Columns
    rows: int
    group: tuple[str, ...] = ()
    group_number: str = ""
    seen: set[Span] = field(default_factory=set)

    def cell(self, row: int, column: int) -> Span | None:
        return self.reader.clean.cells.get((self.number, row, column))

    def words(self, span: Span | None) -> str:
        return self.reader.clean.text[slice(*span)] if span else ""


def read_tables(reader: Reader, node: Node) -> None:
    """Read the tables that stand in a node."""
    clean = reader.clean
    for number in node.tables:
        places = [place for place in clean.cells if place[0] == number]
        rows = max(row for _, row, _ in places) + 1
        printed = [
            [clean.text[slice(*clean.cells[number, row, column])] for _, r, column in sorted(places) if r == row]
            for row in range(rows)
        ]
        columns = read_columns(printed)
        if columns is None:
            continue
        table = _Table(reader, node, number, columns, rows)
        table.columns = _with_groups(table)
        if columns.is_indicators:
            _read_indicators(table)
        else:
            _read_task_rows(table)


def _with_groups(table: _Table) -> Columns:
    """Of two columns of words the first names a group where one of its cells reaches over several rows."""
    columns = table.columns
    if columns.is_indicators or not columns.at("task") or not columns.at("body"):
        return columns
    first, second = columns.at("task")[0], columns.at("body")[0]
    reach = [
        row
        for row in range(columns.header_rows + 1, table.rows)
        if (span := table.cell(row, first)) and span == table.cell(row - 1, first)
    ]
    if not reach or first > second:
        return columns
    roles = list(columns.roles)
    roles[first], roles[second] = "group", "task"
    return replace(columns, roles=tuple(roles))


def _read_task_rows(table: _Table) -> None:
    for row in range(table.columns.header_rows, table.rows):
        cells = {column: table.cell(row, column) for column in range(len(table.columns.roles))}
        filled = {column: span for column, span in cells.items() if span and table.words(span).strip()}
        if not filled:
            continue
        if len(set(filled.values())) == 1 and len(table.columns.roles) > 2:
            _open_group(table, next(iter(filled.values())))
            continue
        _follow_group(table, cells)
        _read_row(table, row, cells)


def _follow_group(table: _Table, cells: dict[int, Span | None]) -> None:
    for column in table.columns.at("group"):
        span = cells[column]
        if span and table.words(span).strip() and span not in table.seen:
            table.seen.add(span)
            _open_group(table, span)


def _open_group(table: _Table, span: Span) -> None:
    """A row or a merged cell that names the group of the rows after it is a section."""
    reader = table.reader
    mark = read_mark(reader.clean.text, span[0])
    start = mark.end if mark and mark.end < span[1] else span[0]
    title = (start, span[1])
    name = (mark.number + mark.joint if mark else "") + reader.clean.printed(*title)
    table.group = (name,)
    table.group_number = mark.number if mark else ""
    parent = table.node.kind if table.node.parent else ""
    reader.sections.append(
        Section(
            number=mark.number if mark else None,
            title=reader.clean.printed(*title),
            level=table.node.depth + 1,
            path=(*reader.path(table.node), name),
            kind=heading_kind(
                reader.clean.text[slice(*title)], parent if parent in ("actions", "projects", "tasks") else "tasks"
            ),
            span=reader.clean.span(*span),
        )
    )


def _read_row(table: _Table, row: int, cells: dict[int, Span | None]) -> None:
    reader, columns = table.reader, table.columns
    clean = reader.clean
    statements: list[Statement] = []
    for column, role in enumerate(columns.roles):
        span = cells[column]
        if role in _DUTY_ROLES and span and not _EMPTY.fullmatch(table.words(span)):
            statements.append(read_list(clean, span[0], span[1], role))
    task_column = next((column for column in columns.at("task")), None)
    task = cells.get(task_column) if task_column is not None else None
    bodies = [span for column in columns.at("body") if (span := cells[column]) and table.words(span).strip()]
    if task is None or not table.words(task).strip():
        if statements and reader.drafts and reader.drafts[-1].from_table and not bodies:
            return
        if not bodies:
            return
        task = bodies.pop(0)
    elif task_column is not None and bodies and task == table.cell(row - 1, task_column) and row > columns.header_rows:
        if task not in table.seen:
            table.seen.add(task)
        task = bodies.pop(0)  # one cell of words over several rows: each row is a task of its own
    inner = find_statements(clean, task[0], task[1], reader.rule)
    for span in bodies:
        inner += find_statements(clean, span[0], span[1], reader.rule)
    statements += inner
    mark = read_mark(clean.text, task[0])
    begin = mark.end if mark and mark.end < task[1] else task[0]
    number_span = next((cells[column] for column in columns.at("number") if cells[column]), None)
    printed_number = table.words(number_span).strip().rstrip(".、") if number_span else ""
    number = printed_number or (mark.number if mark else None)
    stop = min([s.start for s in inner if begin < s.start < task[1]], default=task[1])
    title = find_title(clean, begin, stop, more=bool(bodies))
    if title is None and not bodies and stop - begin <= LONGEST_TITLE and "," not in clean.text[begin:stop]:
        title = None
    body_begin = title[1] if title else begin
    words = [(body_begin, task[1]), *bodies]
    words = [(a, b) for a, b in words if clean.text[a:b].strip(" 。")] or [(task[1], task[1])]
    body_start, body_end = words[0][0], words[-1][1]
    while body_start < body_end and clean.text[body_start] in "。: ":
        body_start += 1
    regions = [task, *bodies]
    regions += [span for column in columns.at("target") if (span := cells[column])]
    first = number_span if printed_number and number_span else task
    last = max([span[1] for span in cells.values() if span], default=task[1])
    identity = reader.identity(table.node) + table.group_number + (number or f"-{row}")
    draft = Draft(
        id=reader._unique(identity),  # noqa: SLF001 - the table is read on the reader's behalf
        number=number,
        title=title,
        path=(*reader.path(table.node), *table.group) if table.node.parent else table.group,
        start=min(first[0], task[0]),
        end=last,
        body=(body_start, body_end),
        statements=statements,
        scope=Scope(),
        regions=[],
        from_table=True,
    )
    if _names_again(reader, draft):
        return
    passage = replace(reader.passage(table.node), needs_deadline=False, is_past=False)
    reader.add(draft, passage)
    for start, end in regions:
        reader.promises(draft.id, start, end, passage)


def _names_again(reader: Reader, draft: Draft) -> bool:
    """A table that repeats the tasks of the text names their bodies; it makes no new tasks."""
    if draft.title is None:
        return False
    name = reader.clean.text[slice(*draft.title)]
    for at, old in enumerate(reader.drafts):
        if old.from_table or old.title is None or reader.clean.text[slice(*old.title)] != name:
            continue
        old.statements = [*old.statements, *draft.statements]
        duties, has_others = reader._duties(old)  # noqa: SLF001
        task = reader.tasks[at]
        reader.tasks[at] = type(task)(
            task.id, task.number, task.title, task.section_path, task.span, task.body_span, duties, has_others
        )
        return True
    return False


def _read_indicators(table: _Table) -> None:
    reader, columns = table.reader, table.columns
    name_column = columns.at("name")[0]
    at = "/".join(reader.path(table.node))
    for row in range(columns.header_rows, table.rows):
        name = table.cell(row, name_column)
        if not name or not table.words(name).strip():
            continue
        unit_cell = next((table.cell(row, column) for column in columns.at("unit")), None)
        for column in columns.at("past"):
            span = table.cell(row, column)
            if span and re.search(r"\d", table.words(span)):
                reader.keep(at, [], [Refused("baseline", *span)])
        for column in columns.at("value"):
            span = table.cell(row, column)
            if span:
                _read_value(table, at, name, span, table.words(unit_cell).strip(), columns.years.get(column))


def _read_value(table: _Table, at: str, name: Span, span: Span, unit: str, year: int | None) -> None:
    reader = table.reader
    text = reader.clean.text
    words = text[slice(*span)]
    quantities = list(find_quantities(text, *span))
    quantity = next((q for q in quantities), None)
    if quantity is None or not re.match(
        r"[\s≥≤><=~约达到不低少于超过力争至至少提高增长新增左右]*$", text[span[0] : quantity.start]
    ):
        return
    label = text[slice(*name)]
    bracket = _NAME_UNIT.search(label)
    named = bracket["unit"] if bracket else ""
    if not unit:
        unit = named if named and (unit_of(named) or re.match(r"[万亿]?[\u4e00-\u9fff%‰/]{1,6}$", named)) else ""
    value, high, scale_unit = _scaled(quantity, unit)
    read, _ = read_promises(f"达{words}", 0, len(words) + 1)
    comparator = read[0].comparator if read else _sign(words)
    printed = reader.clean.printed(*name)
    measure = printed[: len(printed) - len(bracket.group())] if bracket and scale_unit else printed
    reader.targets.append(
        Target(
            at=at,
            measure=measure.strip(),
            value=value,
            value_max=high,
            unit=scale_unit or None,
            comparator=comparator,
            period="year" if re.match(r"每年|年均|年度", label) else None,
            deadline=year,
            plan_end=reader.document.period[1] if reader.document.period else None,
            aspirational="力争" in words,
            approximate=bool(re.search(r"左右|约", words)),
            span=reader.clean.span(*span),
        )
    )


def _sign(words: str) -> str:
    if re.search(r"≥|>|以上|不低于|不少于|超过", words):
        return ">="
    return "<=" if re.search(r"≤|<|以内|以下|不超过|低于", words) else "="


def _scaled(quantity: Quantity, unit: str) -> tuple[Decimal, Decimal | None, str]:
    """Multiply out a unit that carries the scale: 万人次."""
    if quantity.unit:
        return quantity.value, quantity.value_max, quantity.unit
    found = re.match(r"(?P<scale>万|亿|千|百)(?P<unit>.*)", unit)
    if not found:
        return quantity.value, quantity.value_max, unit
    factor = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[found["scale"]]
    high = quantity.value_max * factor if quantity.value_max is not None else None
    return quantity.value * factor, high, found["unit"]
