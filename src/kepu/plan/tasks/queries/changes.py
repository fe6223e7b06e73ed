"""What changed lately: states that became others, decisions of named persons, the newest evidence."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kepu.plan.tasks.models import Decision, Plan
from kepu.plan.tasks.queries.pages import PlanOverview, TaskRow
from kepu.plan.tasks.queries.status import Judgement, PartState, PlanJudge

LATELY_DAYS = 92
MOST = 6


@dataclass(frozen=True, slots=True)
class StateChange:
    """A task whose state is another one than some time ago."""

    row: TaskRow
    before: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest evidence of one part of a task."""

    on: date
    row: TaskRow
    part: PartState


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new between two days; states are compared at both, what happened in between is not looked for."""

    since: date
    day: date
    states: tuple[StateChange, ...]
    decisions: tuple[Decision, ...]
    arrivals: tuple[Arrival, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all changed."""
        return not (self.states or self.decisions or self.arrivals)


def decisions_between(plan: Plan, since: date, until: date) -> QuerySet[Decision]:
    """What named persons decided about a plan from one day to another, newest first."""
    found = plan.decisions.filter(decided_on__gte=since, decided_on__lte=until)
    return found.select_related("task", "target", "decided_by")


def lately(judge: PlanJudge, day: date) -> tuple[date, date]:
    """The two days that are compared: 92 days before a day (or the plan's last), and that day."""
    at = min(day, judge.ends_on) if judge.ends_on else day
    return at - timedelta(days=LATELY_DAYS), at


def changes_of(judge: PlanJudge, overview: PlanOverview, earlier: Judgement) -> Changes:
    """What changed in the 92 days up to the overview's day.

    Args:
        judge: of the plan.
        overview: as of the day.
        earlier: the same plan on the first of the two days of `lately`.
    """
    since, day = lately(judge, overview.day)
    rows = [*overview.rows, *overview.own]
    before = earlier.tasks if since >= judge.starts_on else {}
    states = [
        StateChange(row, before[row.task.pk].status)
        for row in rows
        if row.task.pk in before and before[row.task.pk].status != row.status
    ]
    arrivals = [
        Arrival(part.view.evidence_on, row, part)
        for row in rows
        for part in row.state.parts
        if part.view.evidence_on is not None and part.view.evidence_on >= since
    ]
    arrivals.sort(key=lambda arrival: arrival.on, reverse=True)
    return Changes(
        since=since,
        day=day,
        states=tuple(states),
        decisions=tuple(decisions_between(judge.plan, since, day)[:MOST]),
        arrivals=tuple(arrivals[:MOST]),
    )
