"""Everything the page of one task shows: its words, promises, indicators with their facts, what persons decided."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from kepu.directory.register.choices import Audience
from kepu.ledger.models import Indicator
from kepu.ledger.queries import FactPage, Point, newest_facts, series
from kepu.plan.tasks.choices import DecisionKind
from kepu.plan.tasks.models import Decision, Duty, Evidence, Milestone, Plan, Task, TaskLink
from kepu.plan.tasks.queries.pages import TaskRow, is_over, judged_tasks, rows_of
from kepu.plan.tasks.queries.panels import Panel, Place, panels_of
from kepu.plan.tasks.queries.sentences import KINDS
from kepu.plan.tasks.queries.status import PartState, PlanJudge
from kepu.plan.tasks.queries.wording import promise_words
from kepu.plan.tasks.rules.terms import Kind

FACTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of the plan's words; `kind` is empty, `body` or `target`."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One body's part, as printed, and the decision that made it another one."""

    duty: Duty
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a promise is, and how far it should be, both from 0 to 100."""

    done: Decimal
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class Source:
    """One indicator that speaks for a part: how often it should come, its values over time, the facts behind it."""

    evidence: Evidence
    indicator: Indicator | None
    audiences: tuple[str, ...]
    points: tuple[Point, ...]
    facts: FactPage | None
    goal: Decimal | None

    @property
    def spoken(self) -> tuple[Point, ...]:
        """The months in which something was said, newest first, for the table."""
        return tuple(point for point in reversed(self.points) if point.value is not None)

    @property
    def first(self) -> Point | None:
        """The first month in which something was said."""
        return next((point for point in self.points if point.value is not None), None)

    @property
    def json(self) -> str:
        """What the chart draws."""
        rows: dict[str, Any] = {
            "unit": self.indicator.unit_label if self.indicator else "",
            "stock": bool(self.indicator and self.indicator.is_stock),
            "goal": None if self.goal is None else float(self.goal),
            "points": [[f"{p.since:%Y-%m}", None if p.value is None else float(p.value)] for p in self.points],
        }
        return json.dumps(rows, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One target, indicator or row of milestones with all that is shown of it."""

    state: PartState
    promise: str
    counts: str
    pace: Pace | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A milestone as it stands on a day: `done`, `late` or `open`."""

    milestone: Milestone
    state: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of a task shows."""

    plan: Plan
    day: date
    row: TaskRow
    words: tuple[TextPart, ...]
    duties: tuple[DutyRow, ...]
    parts: tuple[Part, ...]
    steps: tuple[StepRow, ...]
    decisions: tuple[Decision, ...]
    links: tuple[TaskLink, ...]
    previous: Task | None
    following: Task | None
    panels: tuple[Panel, ...]
    is_demonstration: bool
    is_final: bool

    @property
    def has_lead(self) -> bool:
        """Whether the plan or a person said who leads."""
        return self.row.lead is not None

    @property
    def targets(self) -> tuple[Part, ...]:
        """The numbers that the text promises."""
        return tuple(part for part in self.parts if part.state.kind == "target")

    @property
    def indicators(self) -> tuple[Part, ...]:
        """The indicators that a person set for a task without a number."""
        return tuple(part for part in self.parts if part.state.kind == "indicator")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every indicator of every part."""
        return tuple(source for part in self.parts for source in part.sources)


def text_parts(text: str, start: int, end: int, marks: Sequence[tuple[int, int, str]]) -> tuple[TextPart, ...]:
    """Cut [start, end) of a text at its marks.

    Args:
        text: the plan's words.
        start: first character shown.
        end: the one after the last.
        marks: start, end and kind of what is marked; those that overlap an earlier one are left out.
    """
    parts: list[TextPart] = []
    at = start
    for begin, stop, kind in sorted(marks):
        if begin < at or stop > end:
            continue
        parts.append(TextPart(text[at:begin]))
        parts.append(TextPart(text[begin:stop], kind))
        at = stop
    parts.append(TextPart(text[at:end]))
    return tuple(part for part in parts if part.text)


def task_page(plan: Plan, slug: str, day: date) -> TaskPage | None:
    """The page of one task, or None where the plan has no such task."""
    judge = judged_tasks(plan, plan.tasks.filter(slug=slug, is_struck=False), with_goals=False)
    if not judge.tasks:
        return None
    judgement = judge.on(day)
    row = rows_of(judge, judgement)[0]
    task = row.task
    at = min(day, judge.ends_on) if judge.ends_on else day
    found = plan.decisions.filter(Q(task=task) | Q(target__task=task)).select_related("decided_by", "target")
    decisions = tuple(found)
    marks = [(d.start, d.end, "body") for d in row.duties if d.start is not None and d.end is not None]
    marks += [(target.start, target.end, "target") for target in row.targets]
    neighbours = plan.tasks.filter(is_struck=False)
    facts = _facts(judge, row.state.parts, at)
    return TaskPage(
        plan=plan,
        day=day,
        row=row,
        words=text_parts(plan.text, task.start, task.end, marks),
        duties=tuple(DutyRow(duty, _lead_decision(duty, decisions)) for duty in row.duties),
        parts=tuple(_part(judge, state, at, facts) for state in row.state.parts),
        steps=tuple(_step(milestone, at) for milestone in task.milestones.all()),
        decisions=decisions,
        links=tuple(
            TaskLink.objects.filter(Q(later=task) | Q(earlier=task))
            .select_related("earlier__plan", "later__plan")
            .order_by("pk")
        ),
        previous=neighbours.filter(position__lt=task.position).order_by("-position").first(),
        following=neighbours.filter(position__gt=task.position).order_by("position").first(),
        panels=panels_of(Place.PUBLIC_TASK, task, day),
        is_demonstration=judgement.is_demonstration,
        is_final=is_over(judge, day),
    )


def _lead_decision(duty: Duty, decisions: Sequence[Decision]) -> Decision | None:
    """The newest decision that made a body the lead, for the body that leads by it."""
    if duty.role == duty.printed_role:
        return None
    newest = next((decision for decision in decisions if decision.kind == DecisionKind.LEAD), None)
    return newest if newest is not None and newest.data.get("organisation") == duty.organisation_id else None


def _facts(judge: PlanJudge, parts: Sequence[PartState], at: date) -> dict[int, FactPage]:
    """The newest facts behind each piece of evidence."""
    rows = [row for part in parts for row in part.evidence if judge.indicator_of(row)]
    found = newest_facts([judge.filter_of(row) for row in rows], until=at, limit=FACTS_SHOWN, known=judge.indicators)
    return {row.pk: page for row, page in zip(rows, found, strict=True)}


def _part(judge: PlanJudge, state: PartState, at: date, facts: Mapping[int, FactPage]) -> Part:
    target = state.target
    promise = ""
    if target is not None:
        promise = promise_words(
            target.comparator,
            target.value,
            state.unit or target.unit,
            value_max=target.value_max,
            period=target.period,
            deadline=target.deadline,
        )
    goal = target.value if target is not None and state.counts == Kind.STATE and len(state.evidence) == 1 else None
    return Part(
        state=state,
        promise=promise,
        counts=KINDS[state.counts]() if state.counts else "",
        pace=pace_of(state),
        sources=tuple(_source(judge, row, at, goal, facts) for row in state.evidence),
    )


def pace_of(state: PartState) -> Pace | None:
    """Done and expected share of a promise's way; None where the promise has no way."""
    view, target = state.view, state.target
    if target is None or view.ratio is None:
        return None
    expected = None
    if view.expected is not None and view.goal is not None:
        base = target.baseline if state.counts == Kind.STATE and target.baseline is not None else Decimal(0)
        if view.goal != base:
            expected = max(Decimal(0), min(Decimal(1), (view.expected - base) / (view.goal - base))) * 100
    return Pace(view.ratio * 100, expected)


def _source(judge: PlanJudge, row: Evidence, at: date, goal: Decimal | None, facts: Mapping[int, FactPage]) -> Source:
    indicator = judge.indicator_of(row)
    labels = tuple(str(Audience(code).label) for code in row.audiences if code in Audience.values)
    if indicator is None:
        return Source(row, None, labels, (), None, None)
    points: Sequence[Point] = ()
    if at >= judge.starts_on:
        points = series(judge.filter_of(row), since=judge.starts_on, until=at, known=judge.indicators)
    return Source(row, indicator, labels, tuple(points), facts[row.pk], goal)


def _step(milestone: Milestone, at: date) -> StepRow:
    if milestone.done_on is not None and milestone.done_on <= at:
        return StepRow(milestone, "done")
    return StepRow(milestone, "late" if milestone.due_on < at else "open")
