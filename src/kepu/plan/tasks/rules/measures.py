"""How far a target is on a day, by its kind: a flow of every year, a total, a level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kepu.plan.tasks.choices import Comparator
from kepu.plan.tasks.rules.terms import ONE, ZERO, Cycle, Kind, Reading, Terms, Thresholds, months_later, share_of_way


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is judged, and whether the plan's period is over by then."""

    on: date
    is_final: bool


@dataclass(frozen=True, slots=True)
class Measure:
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


def has_ceiling(terms: Terms) -> bool:
    return terms.comparator == Comparator.AT_MOST


def is_reduction(terms: Terms) -> bool:
    """Whether a level is to come down from the plan's baseline."""
    if terms.kind != Kind.STATE or terms.baseline is None or terms.comparator == Comparator.GROW:
        return False
    return terms.comparator != Comparator.AT_LEAST and terms.baseline > _limit(terms)


def _limit(terms: Terms) -> Decimal:
    return terms.value_max if has_ceiling(terms) and terms.value_max is not None else terms.value


def _threshold(terms: Terms, goal: Decimal, thresholds: Thresholds) -> Decimal:
    """From which value on a promise upwards is reached."""
    return goal * thresholds.approximate_share if terms.is_approximate else goal


def _ceiling(terms: Terms, limit: Decimal, thresholds: Thresholds) -> Decimal:
    return limit / thresholds.approximate_share if terms.is_approximate else limit


def _capped(share: Decimal) -> Decimal:
    return max(ZERO, min(ONE, share))


def _flow(terms: Terms, seen: Sequence[Reading], day: Day, thresholds: Thresholds) -> Measure:
    """Every cycle on its own; the one of the day decides, the earlier ones are told."""
    at = day.on
    goal = _limit(terms)
    is_ceiling = has_ceiling(terms)
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
    return Measure(
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


def _total(terms: Terms, seen: Sequence[Reading], day: Day, thresholds: Thresholds) -> Measure:
    """All that was done since the plan began, against a way that is linear unless a person set another."""
    at = day.on
    goal = _limit(terms)
    is_ceiling = has_ceiling(terms)
    counted = [reading for reading in seen if reading.on >= terms.starts_on]
    done = sum((reading.value for reading in counted), ZERO)
    enough = _ceiling(terms, goal, thresholds) if is_ceiling else _threshold(terms, goal, thresholds)
    expected = None if terms.due_on is None else goal * share_of_way(at, terms.starts_on, terms.due_on, terms.pace)
    return Measure(
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


def _state(terms: Terms, seen: Sequence[Reading], day: Day, thresholds: Thresholds) -> Measure:
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
        return Measure(newest.value, terms.value, is_reached=False, expected=None, is_on_pace=None)
    direction = -1 if is_reduction(terms) else 1
    is_reached = _is_level_reached(terms, newest.value, goal, thresholds)
    is_cap = has_ceiling(terms) and direction == 1
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
    return Measure(
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
    if has_ceiling(terms) or is_reduction(terms):
        return level <= _ceiling(terms, goal, thresholds)
    return level >= _threshold(terms, goal, thresholds)


MEASURES = {Kind.FLOW: _flow, Kind.TOTAL: _total, Kind.STATE: _state}
