"""How a promise stands on a day: a pure function of its terms, the facts and the day.

The formulas are told in words in docs/explanation/status.md. A rule answers with a state, a reason code and values;
the sentence for it is found in `kepu.plan.tasks.queries.status`, so that nothing here knows a language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kepu.plan.tasks.choices import Comparator, Status
from kepu.plan.tasks.rules.measures import MEASURES, Day, Measure, has_ceiling, is_reduction
from kepu.plan.tasks.rules.terms import (
    STANDARD,
    Freshness,
    Kind,
    Note,
    Reading,
    StatusView,
    Terms,
    Thresholds,
    freshness,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as the rules see it."""

    due_on: date
    done_on: date | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class TaskView:
    """How a task stands: the worst of its parts, and which part that is."""

    status: Status
    reason: str
    parts: tuple[StatusView, ...]
    leading: StatusView | None
    evidence_on: date | None
    is_final: bool


SEVERITY: tuple[Status, ...] = (
    Status.OVERDUE,
    Status.BEHIND,
    Status.SILENT,
    Status.STALE,
    Status.UNDECIDED,
    Status.ON_PACE,
    Status.KEPT,
)
"""Worst first. A task is kept only when every part is."""


def target_status(
    terms: Terms, readings: Iterable[Reading], day: date, thresholds: Thresholds = STANDARD
) -> StatusView:
    """Judge one promise on one day.

    Args:
        terms: what was promised.
        readings: what the ledger holds for it, in any order; what lies after `day` is ignored.
        day: the day to judge; after the plan's period, its last day is judged and the view is final.
        thresholds: the figures of the rules.
    """
    is_final = terms.ends_on is not None and day > terms.ends_on
    at = min(day, terms.ends_on) if terms.ends_on is not None else day
    seen = sorted(reading for reading in readings if reading.on <= at)
    evidence_on = seen[-1].on if seen else None
    blank = StatusView(
        status=Status.UNDECIDED,
        reason="",
        goal=terms.value,
        evidence_on=evidence_on,
        age_days=None if evidence_on is None else (at - evidence_on).days,
        is_final=is_final,
        is_aspirational=terms.is_aspirational,
    )
    kind = terms.kind
    if kind is None:
        return replace(blank, reason="meaning_open", values={"goal": terms.value})
    if not terms.has_evidence:
        return replace(blank, reason="no_evidence_chosen", values={"goal": terms.value})
    if terms.comparator == Comparator.GROW and terms.is_relative_growth and kind != Kind.STATE:
        return replace(blank, reason="growth_open", values={"goal": terms.value})
    if evidence_on is None:
        return _without_evidence(blank, terms, at)
    measure = MEASURES[kind](terms, seen, Day(at, is_final=is_final), thresholds)
    is_past_due = terms.due_on is not None and at > terms.due_on
    age_day = min(at, terms.due_on) if kind == Kind.STATE and terms.due_on is not None else at
    age = freshness(evidence_on, age_day, terms.expected_days, thresholds)
    status, reason = _verdict(terms, measure, age, is_past_due=is_past_due, is_over=is_past_due or is_final)
    return replace(
        blank,
        status=status,
        reason=reason,
        values=_values(blank, terms, measure),
        notes=_notes(terms, measure, reason),
        value=measure.value,
        goal=measure.goal,
        expected=measure.expected,
        ratio=measure.ratio,
        cycles=measure.cycles,
        has_regressed=measure.regress is not None,
    )


def _without_evidence(blank: StatusView, terms: Terms, at: date) -> StatusView:
    """Nothing ever came in: late once the due day has passed, silent before; never green."""
    first = terms.starts_on + timedelta(days=terms.expected_days)
    values = {"goal": terms.value, "due_on": terms.due_on, "first_on": first, "days": terms.expected_days}
    is_ceiling = terms.comparator == Comparator.AT_MOST
    if terms.due_on is not None and at > terms.due_on and not terms.is_aspirational and not is_ceiling:
        return replace(blank, status=Status.OVERDUE, reason="overdue_never_reported", values=values)
    reason = "awaiting_first" if at <= first else "never_reported"
    return replace(blank, status=Status.SILENT, reason=reason, values=values)


def _verdict(terms: Terms, measure: Measure, age: Freshness, *, is_past_due: bool, is_over: bool) -> tuple[Status, str]:
    """Say what holds: what can no longer change first, then how old the evidence is, then pace."""
    return (
        _settled(terms, measure, age, is_past_due=is_past_due)
        or _aged(measure, age)
        or _by_pace(terms, measure, is_past_due=is_past_due, is_over=is_over)
    )


def _settled(terms: Terms, measure: Measure, age: Freshness, *, is_past_due: bool) -> tuple[Status, str] | None:
    """What age does not change: a total used up or reached, and a due day that has passed."""
    if measure.is_exceeded and terms.kind != Kind.STATE:
        return _exceeded(terms, is_past_due=is_past_due)
    if measure.is_reached and (terms.kind != Kind.STATE or age == Freshness.FRESH):
        # A total or a year once reached stays reached; a level may have fallen since, so it must be fresh.
        is_late = measure.reached_on is not None and terms.due_on is not None and measure.reached_on > terms.due_on
        return Status.KEPT, "kept_late" if is_late else f"kept_{terms.kind}"
    is_ceiling = has_ceiling(terms) and not is_reduction(terms)
    if is_past_due and not (measure.is_reached or terms.is_aspirational or is_ceiling):
        return Status.OVERDUE, "overdue_cycles" if terms.kind == Kind.FLOW else "overdue"
    return None


def _aged(measure: Measure, age: Freshness) -> tuple[Status, str] | None:
    if age == Freshness.SILENT:
        return Status.SILENT, "silent"
    if age == Freshness.STALE:
        return Status.STALE, "stale_reached" if measure.is_reached else "stale"
    return None


def _by_pace(terms: Terms, measure: Measure, *, is_past_due: bool, is_over: bool) -> tuple[Status, str]:
    """Fresh evidence, not reached, not late: pace decides."""
    if measure.is_exceeded:
        return _exceeded(terms, is_past_due=is_past_due)
    if has_ceiling(terms) and not is_reduction(terms):
        return (Status.KEPT, "kept_limit") if is_over else (Status.ON_PACE, "within_limit")
    if terms.is_aspirational:
        return Status.ON_PACE, "aspiration"
    if is_over:
        return Status.BEHIND, "final_cycles" if terms.kind == Kind.FLOW else "final_short"
    return _pace_verdict(terms, measure)


def _pace_verdict(terms: Terms, measure: Measure) -> tuple[Status, str]:
    if measure.expected is None:
        return Status.UNDECIDED, "no_due" if terms.due_on is None else "no_baseline"
    if measure.is_settling:
        return Status.ON_PACE, "settling"
    return (Status.ON_PACE, "on_pace") if measure.is_on_pace else (Status.BEHIND, "behind")


def _exceeded(terms: Terms, *, is_past_due: bool) -> tuple[Status, str]:
    if terms.is_aspirational:
        return Status.ON_PACE, "aspiration"
    return (Status.OVERDUE if is_past_due else Status.BEHIND), "exceeded"


def _values(view: StatusView, terms: Terms, measure: Measure) -> dict[str, Any]:
    cycle = measure.cycles[-1] if measure.cycles else None
    return {
        "value": measure.value,
        "goal": measure.goal,
        "expected": measure.expected,
        "gap": abs(measure.goal - measure.value),
        "due_on": terms.due_on,
        "evidence_on": view.evidence_on,
        "age": view.age_days,
        "days": terms.expected_days,
        "cycle": cycle,
        "kept_cycles": sum(1 for one in measure.cycles if one.is_kept),
        "cycles": len(measure.cycles),
        "kind": terms.kind,
    }


def _notes(terms: Terms, measure: Measure, reason: str) -> tuple[Note, ...]:
    notes: list[Note] = []
    if measure.regress is not None:
        notes.append(Note("regress", {"drop": measure.regress}))
    missed = [cycle for cycle in measure.cycles if cycle.is_over and not cycle.is_kept]
    if missed and reason not in {"overdue_cycles", "final_cycles"}:
        notes.append(Note("missed_cycles", {"missed": tuple(missed)}))
    if terms.value_max is not None and terms.comparator != Comparator.AT_MOST and measure.value > terms.value_max:
        notes.append(Note("above_range", {"top": terms.value_max}))
    return tuple(notes)


def activity_status(
    evidence_on: date | None,
    day: date,
    *,
    expected_days: int,
    starts_on: date,
    ends_on: date | None,
    value: Decimal | None = None,
    thresholds: Thresholds = STANDARD,
) -> StatusView:
    """Judge an indicator that a person set for a task without a number: only whether it is being fed."""
    is_final = ends_on is not None and day > ends_on
    at = min(day, ends_on) if ends_on is not None else day
    if evidence_on is None or evidence_on > at:
        first = starts_on + timedelta(days=expected_days)
        reason = "awaiting_first" if at <= first else "never_reported"
        values = {"first_on": first, "days": expected_days, "due_on": None, "goal": None}
        return StatusView(Status.SILENT, reason, values, is_final=is_final)
    age = (at - evidence_on).days
    values = {"evidence_on": evidence_on, "age": age, "days": expected_days, "value": value}
    status, reason = {
        Freshness.FRESH: (Status.ON_PACE, "fed"),
        Freshness.STALE: (Status.STALE, "unfed"),
        Freshness.SILENT: (Status.SILENT, "unfed"),
    }[freshness(evidence_on, at, expected_days, thresholds)]
    return StatusView(status, reason, values, value=value, evidence_on=evidence_on, age_days=age, is_final=is_final)


def milestones_status(
    steps: Sequence[Step], day: date, *, ends_on: date | None, thresholds: Thresholds = STANDARD
) -> StatusView:
    """Judge dated steps: all done is kept, one past its day is overdue, a row in which nothing happens is silent."""
    is_final = ends_on is not None and day > ends_on
    at = min(day, ends_on) if ends_on is not None else day
    done = [step for step in steps if step.done_on is not None and step.done_on <= at]
    open_ = sorted((step for step in steps if step not in done), key=lambda step: (step.due_on, step.title))
    late = [step for step in open_ if step.due_on < at]
    evidence_on = max((step.done_on for step in done if step.done_on is not None), default=None)
    age = None if evidence_on is None else (at - evidence_on).days
    following = next(iter(late or open_), None)
    values = {
        "done": len(done),
        "count": len(steps),
        "late": len(late),
        "title": following.title if following else "",
        "due_on": following.due_on if following else None,
        "evidence_on": evidence_on,
        "age": age,
        "days": thresholds.milestone_days,
    }
    if not open_:
        status, reason = Status.KEPT, "milestones_done"
    elif late:
        status, reason = Status.OVERDUE, "milestone_late"
    elif evidence_on is None:
        status, reason = Status.SILENT, "milestones_silent"
    else:
        fresh = freshness(evidence_on, at, thresholds.milestone_days, thresholds)
        status, reason = {
            Freshness.FRESH: (Status.ON_PACE, "milestones_on_pace"),
            Freshness.STALE: (Status.STALE, "milestones_stale"),
            Freshness.SILENT: (Status.SILENT, "milestones_stale"),
        }[fresh]
    ratio = Decimal(len(done)) / len(steps) if steps else None
    return StatusView(status, reason, values, ratio=ratio, evidence_on=evidence_on, age_days=age, is_final=is_final)


def task_status(parts: Sequence[StatusView], *, day: date, ends_on: date | None) -> TaskView:
    """Judge a task by the worst of its parts; aspirations count only where nothing else was promised.

    Args:
        parts: its targets, the indicators and milestones that persons set, in their order.
        day: the day judged.
        ends_on: the last day of the plan's period.
    """
    is_final = ends_on is not None and day > ends_on
    if not parts:
        return TaskView(Status.UNDECIDED, "nothing_decided", (), None, None, is_final)
    counted = [part for part in parts if not part.is_aspirational] or list(parts)
    leading = min(counted, key=lambda part: SEVERITY.index(part.status))
    evidence_on = max((part.evidence_on for part in parts if part.evidence_on is not None), default=None)
    return TaskView(leading.status, leading.reason, tuple(parts), leading, evidence_on, is_final)
