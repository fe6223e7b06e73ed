"""A report as it was sent: plain values that no later fact or decision changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kepu.plan.reports.models import Report
from kepu.plan.reports.queries.prefill import Block, Line


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """One indicator as it stood."""

    label: str
    unit: str
    audiences: tuple[str, ...]
    everyone: Decimal | None
    own: Decimal | None
    before: Decimal | None
    typed: Decimal | None
    origin: str


@dataclass(frozen=True, slots=True)
class FrozenTask:
    """One task as it stood, with what the body said of it."""

    code: str
    slug: str
    title: str
    status: str
    sentence: str
    before: str
    words: str
    obstacle: str
    lines: tuple[FrozenLine, ...]
    steps: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """Number and name of each attachment."""

    @property
    def has_changed(self) -> bool:
        """Whether its state was another one before the period."""
        return bool(self.before) and self.before != self.status


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A whole report as it was sent."""

    on: date
    tasks: tuple[FrozenTask, ...]
    is_demonstration: bool


def freeze(blocks: Sequence[Block], *, on: date, is_demonstration: bool) -> dict[str, Any]:
    """What is kept of a report when it is sent, as JSON."""
    return {
        "on": on.isoformat(),
        "is_demonstration": is_demonstration,
        "tasks": [
            {
                "code": block.task.code,
                "slug": block.task.slug,
                "title": block.row.label,
                "status": block.row.status,
                "sentence": block.row.sentence,
                "before": block.before,
                "words": block.entry.words,
                "obstacle": block.entry.obstacle,
                "lines": [_line(line) for line in block.lines],
                "steps": [step.title for step in block.steps],
                "files": [[str(one.file_id), one.file.name] for one in block.attachments],
            }
            for block in blocks
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.indicator.name,
        "unit": line.indicator.unit,
        "audiences": list(line.audiences),
        "everyone": _text(line.everyone.value),
        "own": _text(line.own.value if line.is_spoken else None),
        "before": _text(line.before),
        "typed": _text(line.figure.quantity) if line.figure else None,
        "origin": line.figure.origin if line.figure else "",
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def thawed(report: Report) -> FrozenReport | None:
    """A sent report as it was; None while nothing was sent."""
    kept = report.frozen
    if kept is None:
        return None
    return FrozenReport(
        on=date.fromisoformat(kept["on"]),
        tasks=tuple(_task(task) for task in kept["tasks"]),
        is_demonstration=kept["is_demonstration"],
    )


def _task(kept: dict[str, Any]) -> FrozenTask:
    lines = tuple(
        FrozenLine(
            label=line["label"],
            unit=line["unit"],
            audiences=tuple(line["audiences"]),
            everyone=_number(line["everyone"]),
            own=_number(line["own"]),
            before=_number(line["before"]),
            typed=_number(line["typed"]),
            origin=line["origin"],
        )
        for line in kept["lines"]
    )
    plain = {
        name: kept[name] for name in ("code", "slug", "title", "status", "sentence", "before", "words", "obstacle")
    }
    return FrozenTask(
        **plain, lines=lines, steps=tuple(kept["steps"]), files=tuple((pk, name) for pk, name in kept["files"])
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
