"""From a file or a text to the whole reading of a plan."""

from dataclasses import replace
from pathlib import Path

from kepu.engines.policy import errors
from kepu.engines.policy.document import read_document
from kepu.engines.policy.duties import Rule, find_rule
from kepu.engines.policy.lines import Clean
from kepu.engines.policy.model import LeadRule, PlanReading, ReadingWarning
from kepu.engines.policy.outline import Node, build_outline
from kepu.engines.policy.reader import Reader, Scope
from kepu.engines.policy.reading import MOST_BYTES, Source, read_source
from kepu.engines.policy.table_tasks import read_tables
from kepu.engines.policy.tables import find_grids, read_columns

MOST_CHARACTERS = 200_000
"""No plan is so long; reading more would keep somebody waiting for nothing."""


def parse_file(path: str | Path) -> PlanReading:
    """Read the plan in a file.

    Raises:
        PolicyUnreadable: the file is not there, is no document, or holds no plan.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise errors.TooLarge
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, errors.PolicyUnreadable):
            raise
        raise errors.NotThere from None
    return parse_plan(data, name=file.name)


def parse_plan(data: bytes, *, name: str) -> PlanReading:
    """Read a plan from the bytes of a file.

    Args:
        data: the whole file.
        name: its name.

    Raises:
        PolicyUnreadable: it is no document, or holds no plan.
    """
    return _parse(read_source(data, name=name))


def parse_text(text: str) -> PlanReading:
    """Read a plan from pasted words.

    Raises:
        PolicyUnreadable: there is no task in them.
    """
    if not text.strip():
        raise errors.EmptyFile
    return _parse(Source(text.replace("\r\n", "\n").replace("\r", "\n")))


def _parse(source: Source) -> PlanReading:
    if len(source.text) > MOST_CHARACTERS:
        raise errors.TooLong
    clean = Clean(_with_tables(source))
    document, begin = read_document(clean)
    rule = find_rule(clean.text)
    root = build_outline(clean, begin)
    reader = _read(root, Reader(clean, document, rule), begin)
    if not reader.tasks:
        raise errors.NoTask
    _warn(reader)
    return PlanReading(
        text=source.text,
        document=document,
        sections=tuple(sorted(reader.sections, key=lambda section: (section.span[0], section.level))),
        lead_rule=_lead_rule(clean, rule),
        tasks=tuple(sorted(reader.tasks, key=lambda task: task.span)),
        targets=tuple(sorted(reader.targets, key=lambda target: target.span)),
        warnings=tuple(sorted(reader.warnings, key=lambda warning: warning.span)),
        decoys=tuple(sorted(reader.decoys, key=lambda decoy: decoy.span)),
    )


def _with_tables(source: Source) -> Source:
    """Keep the tables that are tasks or indicators; the lines of all others are words like any."""
    if source.grids:
        kept = tuple(
            grid for grid in source.grids if read_columns([[source.text[a:b] for a, b in row] for row in grid.rows])
        )
        return replace(source, grids=kept)
    return replace(source, grids=tuple(find_grids(source.text)))


def _read(root: Node, reader: Reader, begin: int) -> Reader:
    reader.prepare(root)
    reader.read_notice(begin)
    reader.walk(root, Scope())
    for node in [root, *root.walk()]:
        read_tables(reader, node)
    return reader


def _lead_rule(clean: Clean, rule: Rule | None) -> LeadRule | None:
    return LeadRule(clean.printed(rule.start, rule.end), clean.span(rule.start, rule.end)) if rule else None


def _warn(reader: Reader) -> None:
    without = [task for task in reader.tasks if not task.duties and not task.has_others]
    if len(without) == len(reader.tasks):
        words = "全文没有写明责任单位，请在核对时为任务指定单位。"
        reader.warnings.append(ReadingWarning("no_duties", words, reader.tasks[0].span))
        return
    for task in without:
        words = f"{task.id} 没有写明责任单位，请核对。"
        reader.warnings.append(ReadingWarning("no_duty", words, task.span))
