"""Pure rules of the venues: when one is open, when its content is due, which rows of a roster are doubtful."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from kepu.foundation.sheets.likeness import alike, folded_name
from kepu.outreach.venues.choices import DoubtReason

NEAR_M = 60
_EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of one weekday on which a venue is open."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Table:
    """Opening hours that hold from a day on."""

    valid_from: date
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another, both included, and why."""

    since: date
    until: date
    reason: str = ""

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What holds on one day. `hours` is None where no table was ever given: nobody knows."""

    day: date
    hours: tuple[Hours, ...] | None
    closed_for: str = ""
    is_free_day: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is open at some hour of the day."""
        return bool(self.hours)

    @property
    def is_known(self) -> bool:
        """Whether anybody said."""
        return self.hours is not None


def plan_of_day(day: date, tables: Iterable[Table], closures: Iterable[Span], free: Iterable[Span]) -> DayPlan:
    """Say when a venue is open on a day: the newest table that holds, unless a closure covers the day.

    Examples:
        >>> table = Table(date(2024, 1, 1), (Hours(6, time(9), time(16)),))
        >>> plan_of_day(date(2024, 9, 15), [table], [], []).is_open, plan_of_day(date(2024, 9, 16), [table], [], []).is_open
        (True, False)
    """
    closure = next((one for one in closures if one.holds(day)), None)
    if closure is not None:
        return DayPlan(day, (), closed_for=closure.reason)
    holding = [table for table in tables if table.valid_from <= day]
    is_free = any(one.holds(day) for one in free)
    if not holding:
        return DayPlan(day, None, is_free_day=is_free)
    newest = max(holding, key=lambda table: table.valid_from)
    hours = tuple(sorted((one for one in newest.hours if one.weekday == day.weekday()), key=lambda one: one.opens))
    return DayPlan(day, hours, is_free_day=is_free and bool(hours))


def overlapping(hours: Iterable[Hours]) -> Hours | None:
    """The first stretch that begins before another of the same day has ended, or None."""
    before: Hours | None = None
    for one in sorted(hours, key=lambda hour: (hour.weekday, hour.opens)):
        if before is not None and before.weekday == one.weekday and one.opens < before.closes:
            return one
        before = one
    return None


def content_due(last: date, cycle_days: int) -> date:
    """The day by which content has to be changed again."""
    return last + timedelta(days=cycle_days)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two near points of (longitude, latitude), on a plane that touches the earth between them."""
    middle = math.radians((one[1] + other[1]) / 2)
    east = math.radians(one[0] - other[0]) * math.cos(middle)
    return _EARTH_M * math.hypot(east, math.radians(one[1] - other[1]))


@dataclass(frozen=True, slots=True)
class Known:
    """What of a venue counts when twins are looked for."""

    key: int
    name: str
    kind: str
    district: str
    point: tuple[float, float] | None


def twins(row: Known, others: Sequence[Known]) -> list[tuple[int, DoubtReason]]:
    """The venues that a row may be, surest first, at most five."""
    found: list[tuple[int, int, DoubtReason]] = []
    name = folded_name(row.name)
    for one in others:
        reason = _twin_reason(row, name, one)
        if reason is not None:
            found.append((list(DoubtReason).index(reason), one.key, reason))
    return [(key, reason) for _rank, key, reason in sorted(found)[:5]]


def _twin_reason(row: Known, name: str, one: Known) -> DoubtReason | None:
    theirs = folded_name(one.name)
    if name == theirs:
        return DoubtReason.SAME_NAME
    if row.district == one.district and alike(name, theirs):
        return DoubtReason.LIKE_NAME
    is_near = row.point is not None and one.point is not None and distance_m(row.point, one.point) < NEAR_M
    return DoubtReason.NEAR if is_near and row.kind == one.kind else None
