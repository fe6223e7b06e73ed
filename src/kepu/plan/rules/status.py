"""How a promise stands on a day: a pure function of its terms, the facts and the day.

The formulas are told in words in docs/explanation/status.md. A rule answers with a state, a reason code and values;
the sentence for it is found in `kepu.plan.queries.status`, so that nothing here knows a language.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kepu.plan.choices import Comparator, Status

ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    """What the number of a target counts."""

    FLOW = "flow"
    """So much in every cycle (每年 100 人次); each cycle is judged on its own."""
    TOTAL = "total"
    """So much in all until the due day (累计建成 100 个)."""
    STATE = "state"
    """A level on a day (2025 年达到 18%)."""


class Freshness(StrEnum):
    """How old the newest evidence is against the agreed interval."""

    FRESH = "fresh"
    STALE = "stale"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures of the rules; a site may give its own (plan/codes/status.toml)."""

    pace_tolerance: Decimal = Decimal("0.9")
    """Share of the way expected by today that still counts as on pace."""
    settling_days: int = 45
    """So many days from the start of a cycle or of the plan, pace is not judged yet."""
    silent_factor: int = 2
    """Evidence is stale after the agreed interval, silent after this many intervals."""
    approximate_share: Decimal = Decimal("0.95")
    """A number given as 约 or 左右 is reached from this share of it."""
    milestone_days: int = 366
    """A task that has only milestones must complete something in so many days."""


@dataclass(frozen=True, slots=True)
class PacePoint:
    """A person's own pace: by this day, this share (0–1) of the way."""

    on: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised.

    Attributes:
        value: the promised number; with `value_max` the lower end of a range.
        kind: None while nobody has decided what the number counts.
        starts_on: the first day that counts, usually the first of the plan's period.
        due_on: the day by which it must be reached; for a flow, the last day of the last cycle.
        ends_on: the last day of the plan's period; None if it has none.
        cycle_months: length of a cycle of a flow.
        baseline: the plan's own starting level of a state; never the first value that came in.
        baseline_on: the day of the baseline; `starts_on` if None.
        is_relative_growth: `+` means per cent of the baseline, not points or pieces.
        expected_days: how often evidence was agreed to come.
        has_evidence: whether a person chose what of the ledger speaks for it.
    """

    value: Decimal
    kind: Kind | None
    starts_on: date
    due_on: date | None
    ends_on: date | None = None
    value_max: Decimal | None = None
    comparator: str = Comparator.EQUAL
    cycle_months: int = 12
    baseline: Decimal | None = None
    baseline_on: date | None = None
    is_relative_growth: bool = False
    is_aspirational: bool = False
    is_approximate: bool = False
    pace: tuple[PacePoint, ...] = ()
    expected_days: int = 92
    has_evidence: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """What the ledger knows of one day or period: an amount (flow, total) or a level (state).

    `order` settles which of two levels of one day is the later.
    """

    on: date
    order: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a flow and how it ended, or how it stands."""

    starts_on: date
    ends_on: date
    value: Decimal
    goal: Decimal
    is_kept: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Something more to say beside the reason: a code and its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusView:
    """How one target, indicator or row of milestones stands, and why."""

    status: Status
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    value: Decimal | None = None
    goal: Decimal | None = None
    expected: Decimal | None = None
    ratio: Decimal | None = None
    """Share of the way from baseline (or nothing) to the goal, between 0 and 1."""
    evidence_on: date | None = None
    age_days: int | None = None
    cycles: tuple[Cycle, ...] = ()
    is_final: bool = False
    is_aspirational: bool = False
    has_regressed: bool = False


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


STANDARD = Thresholds()
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


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month.

    Examples:
        >>> months_later(date(2021, 1, 31), 1)
        datetime.date(2021, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def kind_in_words(clause: str, unit: str, *, period: str, words: Mapping[str, Sequence[str]]) -> Kind | None:
    """Read from the plan's own words what a number counts; None where they leave it open.

    Args:
        clause: the words around the number, from the mark before it.
        unit: its unit; a percentage is a level by nature.
        period: the cycle that the text states, empty if none.
        words: lists of words by kind (`total`, `state`), as data.
    """
    if period:
        return Kind.FLOW
    if unit in {"%", "％", "‰"}:
        return Kind.STATE
    found = {kind for kind in (Kind.TOTAL, Kind.STATE) if any(word in clause for word in words.get(kind, ()))}
    return found.pop() if len(found) == 1 else None


def cycle_months(period: str) -> int:
    """Return the months of a stated period: `year`, `half`, `quarter`, `month` or `N years`."""
    lengths = {"year": 12, "half": 6, "quarter": 3, "month": 1}
    if period in lengths:
        return lengths[period]
    number = period.partition(" ")[0]
    return 12 * int(number) if number.isdigit() and int(number) else 12


def freshness(evidence_on: date, day: date, expected_days: int, thresholds: Thresholds = STANDARD) -> Freshness:
    """Tell how old evidence is on a day against the agreed interval."""
    age = (day - evidence_on).days
    if age > expected_days * thresholds.silent_factor:
        return Freshness.SILENT
    return Freshness.STALE if age > expected_days else Freshness.FRESH


def share_of_way(day: date, starts_on: date, due_on: date, pace: Sequence[PacePoint] = ()) -> Decimal:
    """Return the share (0–1) of the way that should be done by the end of a day.

    Without a pace of its own the way is linear in days. A pace runs linearly through its points.
    """
    if day < starts_on:
        return ZERO
    if day >= due_on:
        return ONE
    points = [
        (starts_on - timedelta(days=1), ZERO),
        *sorted((p.on, p.share) for p in pace if starts_on <= p.on < due_on),
        (due_on, ONE),
    ]
    for (earlier, low), (later, high) in pairwise(points):
        if day <= later:
            return low + (high - low) * (day - earlier).days / (later - earlier).days
    return ONE


@dataclass(frozen=True, slots=True)
class _Day:
    """The day that is judged, and whether the plan's period is over by then."""

    on: date
    is_final: bool


@dataclass(frozen=True, slots=True)
class _Measure:
    """What the facts say, before anybody asks how old they are."""

    value: Decimal
    goal: Decimal
    is_reached: bool
    expected: Decimal | None
    is_on_pace: bool | None
    """None: pace is not judged (still settling) or cannot be."""
    is_settling: bool = False
    reached_on: date | None = None
    ratio: Decimal | None = None
    regress: Decimal | None = None
    cycles: tuple[Cycle, ...] = ()
    is_exceeded: bool = False


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
    measure = _MEASURES[kind](terms, seen, _Day(at, is_final=is_final), thresholds)
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


def _verdict(
    terms: Terms, measure: _Measure, age: Freshness, *, is_past_due: bool, is_over: bool
) -> tuple[Status, str]:
    """Say what holds: what can no longer change first, then how old the evidence is, then pace."""
    return (
        _settled(terms, measure, age, is_past_due=is_past_due)
        or _aged(measure, age)
        or _by_pace(terms, measure, is_past_due=is_past_due, is_over=is_over)
    )


def _settled(terms: Terms, measure: _Measure, age: Freshness, *, is_past_due: bool) -> tuple[Status, str] | None:
    """What age does not change: a total used up or reached, and a due day that has passed."""
    if measure.is_exceeded and terms.kind != Kind.STATE:
        return _exceeded(terms, is_past_due=is_past_due)
    if measure.is_reached and (terms.kind != Kind.STATE or age == Freshness.FRESH):
        # A total or a year once reached stays reached; a level may have fallen since, so it must be fresh.
        is_late = measure.reached_on is not None and terms.due_on is not None and measure.reached_on > terms.due_on
        return Status.KEPT, "kept_late" if is_late else f"kept_{terms.kind}"
    is_ceiling = _is_ceiling(terms) and not _is_reduction(terms)
    if is_past_due and not (measure.is_reached or terms.is_aspirational or is_ceiling):
        return Status.OVERDUE, "overdue_cycles" if terms.kind == Kind.FLOW else "overdue"
    return None


def _aged(measure: _Measure, age: Freshness) -> tuple[Status, str] | None:
    if age == Freshness.SILENT:
        return Status.SILENT, "silent"
    if age == Freshness.STALE:
        return Status.STALE, "stale_reached" if measure.is_reached else "stale"
    return None


def _by_pace(terms: Terms, measure: _Measure, *, is_past_due: bool, is_over: bool) -> tuple[Status, str]:
    """Fresh evidence, not reached, not late: pace decides."""
    if measure.is_exceeded:
        return _exceeded(terms, is_past_due=is_past_due)
    if _is_ceiling(terms) and not _is_reduction(terms):
        return (Status.KEPT, "kept_limit") if is_over else (Status.ON_PACE, "within_limit")
    if terms.is_aspirational:
        return Status.ON_PACE, "aspiration"
    if is_over:
        return Status.BEHIND, "final_cycles" if terms.kind == Kind.FLOW else "final_short"
    return _pace_verdict(terms, measure)


def _pace_verdict(terms: Terms, measure: _Measure) -> tuple[Status, str]:
    if measure.expected is None:
        return Status.UNDECIDED, "no_due" if terms.due_on is None else "no_baseline"
    if measure.is_settling:
        return Status.ON_PACE, "settling"
    return (Status.ON_PACE, "on_pace") if measure.is_on_pace else (Status.BEHIND, "behind")


def _exceeded(terms: Terms, *, is_past_due: bool) -> tuple[Status, str]:
    if terms.is_aspirational:
        return Status.ON_PACE, "aspiration"
    return (Status.OVERDUE if is_past_due else Status.BEHIND), "exceeded"


def _values(view: StatusView, terms: Terms, measure: _Measure) -> dict[str, Any]:
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


def _notes(terms: Terms, measure: _Measure, reason: str) -> tuple[Note, ...]:
    notes: list[Note] = []
    if measure.regress is not None:
        notes.append(Note("regress", {"drop": measure.regress}))
    missed = [cycle for cycle in measure.cycles if cycle.is_over and not cycle.is_kept]
    if missed and reason not in {"overdue_cycles", "final_cycles"}:
        notes.append(Note("missed_cycles", {"missed": tuple(missed)}))
    if terms.value_max is not None and terms.comparator != Comparator.AT_MOST and measure.value > terms.value_max:
        notes.append(Note("above_range", {"top": terms.value_max}))
    return tuple(notes)


def _is_ceiling(terms: Terms) -> bool:
    return terms.comparator == Comparator.AT_MOST


def _is_reduction(terms: Terms) -> bool:
    """Whether a level is to come down from the plan's baseline."""
    if terms.kind != Kind.STATE or terms.baseline is None or terms.comparator == Comparator.GROW:
        return False
    return terms.comparator != Comparator.AT_LEAST and terms.baseline > _limit(terms)


def _limit(terms: Terms) -> Decimal:
    return terms.value_max if _is_ceiling(terms) and terms.value_max is not None else terms.value


def _threshold(terms: Terms, goal: Decimal, thresholds: Thresholds) -> Decimal:
    """From which value on a promise upwards is reached."""
    return goal * thresholds.approximate_share if terms.is_approximate else goal


def _ceiling(terms: Terms, limit: Decimal, thresholds: Thresholds) -> Decimal:
    return limit / thresholds.approximate_share if terms.is_approximate else limit


def _capped(share: Decimal) -> Decimal:
    return max(ZERO, min(ONE, share))


def _flow(terms: Terms, seen: Sequence[Reading], day: _Day, thresholds: Thresholds) -> _Measure:
    """Every cycle on its own; the one of the day decides, the earlier ones are told."""
    at = day.on
    goal = _limit(terms)
    is_ceiling = _is_ceiling(terms)
    enough = _ceiling(terms, goal, thresholds) if is_ceiling else _threshold(terms, goal, thresholds)
    last = at if terms.due_on is None else min(at, terms.due_on)
    cycles: list[Cycle] = []
    number = 0
    while (start := months_later(terms.starts_on, number * terms.cycle_months)) <= last or not cycles:
        number += 1
        end = months_later(terms.starts_on, number * terms.cycle_months) - timedelta(days=1)
        done = sum((r.value for r in seen if start <= r.on <= end), ZERO)
        is_over = at > end or day.is_final
        is_kept = (done <= enough and is_over) if is_ceiling else done >= enough
        cycles.append(Cycle(start, end, done, goal, is_kept, is_over))
    current = cycles[-1]
    is_closed = day.is_final or (terms.due_on is not None and at > terms.due_on)
    share = share_of_way(at, current.starts_on, current.ends_on, terms.pace)
    expected = goal * share
    return _Measure(
        value=current.value,
        goal=goal,
        is_reached=all(cycle.is_kept for cycle in cycles) if is_closed else current.is_kept,
        expected=expected,
        is_on_pace=current.value >= expected * thresholds.pace_tolerance,
        is_settling=(at - current.starts_on).days < thresholds.settling_days,
        ratio=_capped(current.value / goal) if goal else ONE,
        regress=_drop(seen),
        cycles=tuple(cycles),
        is_exceeded=is_ceiling and current.value > enough,
    )


def _total(terms: Terms, seen: Sequence[Reading], day: _Day, thresholds: Thresholds) -> _Measure:
    """All that was done since the plan began, against a way that is linear unless a person set another."""
    at = day.on
    goal = _limit(terms)
    is_ceiling = _is_ceiling(terms)
    counted = [reading for reading in seen if reading.on >= terms.starts_on]
    done = sum((reading.value for reading in counted), ZERO)
    enough = _ceiling(terms, goal, thresholds) if is_ceiling else _threshold(terms, goal, thresholds)
    expected = None if terms.due_on is None else goal * share_of_way(at, terms.starts_on, terms.due_on, terms.pace)
    return _Measure(
        value=done,
        goal=goal,
        is_reached=not is_ceiling and done >= enough,
        expected=expected,
        is_on_pace=None if expected is None else done >= expected * thresholds.pace_tolerance,
        is_settling=(at - terms.starts_on).days < thresholds.settling_days,
        reached_on=None if is_ceiling else _reached_on(counted, enough),
        ratio=_capped(done / goal) if goal else ONE,
        regress=_drop(counted),
        is_exceeded=is_ceiling and done > enough,
    )


def _reached_on(counted: Sequence[Reading], enough: Decimal) -> date | None:
    """The day since which the sum has stood at or above what is enough."""
    done = ZERO
    since: date | None = None
    for reading in counted:
        done += reading.value
        if done < enough:
            since = None
        elif since is None:
            since = reading.on
    return since


def _drop(counted: Sequence[Reading]) -> Decimal | None:
    """By how much the newest entry took something back, if it did."""
    return -counted[-1].value if counted and counted[-1].value < 0 else None


def _state(terms: Terms, seen: Sequence[Reading], day: _Day, thresholds: Thresholds) -> _Measure:
    """The newest level, on a way from the plan's baseline to the goal."""
    at = day.on
    base = terms.baseline
    goal = _state_goal(terms)
    newest = seen[-1]
    if terms.due_on is not None and at > terms.due_on:
        # A promise for a day is judged by what was known of that day, or by what came after it if nothing held.
        held = [r for r in seen if r.on <= terms.due_on]
        if held and goal is not None and _is_level_reached(terms, held[-1].value, goal, thresholds):
            newest = held[-1]
    if goal is None:
        return _Measure(newest.value, terms.value, is_reached=False, expected=None, is_on_pace=None)
    direction = -1 if _is_reduction(terms) else 1
    is_reached = _is_level_reached(terms, newest.value, goal, thresholds)
    is_cap = _is_ceiling(terms) and direction == 1
    expected = None
    is_on_pace = None
    ratio = _capped(newest.value / goal) if goal else ONE
    if base is not None and terms.due_on is not None:
        starts_on = terms.starts_on if terms.baseline_on is None else terms.baseline_on + timedelta(days=1)
        way = (goal - base) * share_of_way(at, starts_on, terms.due_on, terms.pace)
        expected = base + way
        # Tolerance is on the way gone, not on the level: 14.6 of 16.2 is not "90 %" when the way began at 14.3.
        is_on_pace = (newest.value - base) * direction >= way * direction * thresholds.pace_tolerance
        ratio = _capped((newest.value - base) / (goal - base)) if goal != base else ratio
    before = [r for r in seen if r.on < seen[-1].on]
    step = (seen[-1].value - before[-1].value) * (-1 if is_cap else direction) if before else ZERO
    return _Measure(
        value=newest.value,
        goal=goal,
        is_reached=is_reached and not is_cap,
        expected=expected,
        is_on_pace=is_on_pace,
        is_settling=(at - terms.starts_on).days < thresholds.settling_days,
        reached_on=newest.on if is_reached else None,
        ratio=ratio,
        regress=abs(step) if step < 0 else None,
        is_exceeded=is_cap and not is_reached,
    )


def _state_goal(terms: Terms) -> Decimal | None:
    if terms.comparator != Comparator.GROW:
        return _limit(terms)
    if terms.baseline is None:
        return None
    return terms.baseline * (1 + terms.value / 100) if terms.is_relative_growth else terms.baseline + terms.value


def _is_level_reached(terms: Terms, level: Decimal, goal: Decimal, thresholds: Thresholds) -> bool:
    if _is_ceiling(terms) or _is_reduction(terms):
        return level <= _ceiling(terms, goal, thresholds)
    return level >= _threshold(terms, goal, thresholds)


_MEASURES = {Kind.FLOW: _flow, Kind.TOTAL: _total, Kind.STATE: _state}


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
