"""What is asked: places that want visits, vans that can make them, days, roads and the hours of drivers.

Times are whole minutes: of the day (480 is 08:00) or lengths. Days are numbers as `datetime.date.toordinal` gives them, so that the
week of a day is (day − 1) // 7, from Monday, and its weekday (day − 1) % 7, 0 for Monday.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

DAY_MIN = 1440
NO_ROAD = 1_000_000
"""Minutes and metres of a pair without a road: more than any shift."""

Table = NDArray[np.int64]


def week_of(day: int) -> int:
    """Give the number of a day's week, which begins on Monday.

    Examples:
        >>> import datetime
        >>> week_of(datetime.date(2026, 3, 1).toordinal()) + 1 == week_of(datetime.date(2026, 3, 2).toordinal())
        True
    """
    return (day - 1) // 7


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Ways between points, in whole minutes and metres.

    Args:
        minutes: shape (n, n), ≥ 0, rounded up so that nobody is late by rounding; `NO_ROAD` where there is none.
        metres: shape (n, n), ≥ 0, rounded; `NO_ROAD` where there is none.
    """

    minutes: Table
    metres: Table

    @classmethod
    def of(cls, minutes: ArrayLike, metres: ArrayLike) -> "Travel":
        """Round tables of ways.

        Args:
            minutes: shape (n, n), ≥ 0; infinite or nan where there is no road. From a point to itself it must be 0.
            metres: shape (n, n), the same.

        Raises:
            ValueError: a shape is wrong, a way is negative, or a point is away from itself.

        Examples:
            >>> Travel.of([[0, 10.2], [np.inf, 0]], [[0, 8000], [np.inf, 0]]).minutes.tolist()
            [[0, 11], [1000000, 0]]
        """
        time, way = np.asarray(minutes, dtype=np.float64), np.asarray(metres, dtype=np.float64)
        if time.ndim != 2 or time.shape[0] != time.shape[1] or time.shape != way.shape:  # noqa: PLR2004 a table
            raise ValueError("minutes: must have the shape (n, n), and metres the same")
        none = ~(np.isfinite(time) & np.isfinite(way))
        if (time[~none] < 0).any() or (way[~none] < 0).any():
            raise ValueError("minutes: a way must not be negative")
        if (time.diagonal() != 0).any() or (way.diagonal() != 0).any():
            raise ValueError("minutes: a point must be 0 away from itself")
        time, way = np.where(none, NO_ROAD, time), np.where(none, NO_ROAD, way)
        return cls(np.ceil(time - 1e-9).astype(np.int64), np.rint(way).astype(np.int64))

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.minutes)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a place can be visited: a visit begins and ends within.

    Args:
        opens: minute of the day.
        closes: minute of the day, after `opens`.
        weekdays: 0 (Monday) to 6, or None for all.
        days: day numbers, or None for all; both must hold.
    """

    opens: int
    closes: int
    weekdays: frozenset[int] | None = None
    days: frozenset[int] | None = None

    def __post_init__(self) -> None:
        """Check the order of the two minutes."""
        if not 0 <= self.opens < self.closes <= DAY_MIN:
            raise ValueError("opens: must lie before closes, both between 0 and 1440")

    def holds_on(self, day: int) -> bool:
        """Whether it is one of the opening's days."""
        return (self.weekdays is None or (day - 1) % 7 in self.weekdays) and (self.days is None or day in self.days)


@dataclass(frozen=True, slots=True)
class Place:
    """A school or village that asks for visits.

    Args:
        id: unique among places.
        point: row of it in the tables of ways.
        township: whose fill it counts for.
        service_min: minutes a visit takes, > 0.
        hours: openings, or empty when it can be visited at any time.
        at_least: visits it must have, ≥ 0.
        at_most: visits it asks for, ≥ `at_least` and ≥ 1; never more are made.
        gap_days: a visit comes at least so many days after the one before, ≥ 1.
        people: people served by a visit.
        exhibits: what must be aboard.
    """

    id: Hashable
    point: int
    township: str
    service_min: int
    hours: tuple[Opening, ...] = ()
    at_least: int = 1
    at_most: int = 1
    gap_days: int = 1
    people: int = 0
    exhibits: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not 0 < self.service_min <= DAY_MIN:
            raise ValueError("service_min: must lie above 0 and within a day")
        if not 0 <= self.at_least <= self.at_most or self.at_most < 1:
            raise ValueError("at_least: must lie between 0 and at_most, and at_most be at least 1")
        if self.gap_days < 1:
            raise ValueError("gap_days: must be at least 1")
        if self.people < 0:
            raise ValueError("people: must be at least 0")

    def openings_on(self, day: int) -> tuple[tuple[int, int], ...]:
        """Give the openings of a day as (opens, closes)."""
        if not self.hours:
            return ((0, DAY_MIN),)
        return tuple(sorted((one.opens, one.closes) for one in self.hours if one.holds_on(day)))


@dataclass(frozen=True, slots=True)
class Van:
    """A van with its driver.

    Args:
        id: unique among vans.
        point: where it is at home, and where it is loaded.
        starts: minute of the day before which it does not leave.
        ends: minute of the day by which it is back, or at its quarters for the night.
        exhibits: what may ride in it.
        capacity: how many exhibits at once; None for all of them.
        days: day numbers on which it works, or None for all days of the problem.
    """

    id: Hashable
    point: int
    starts: int
    ends: int
    exhibits: frozenset[str] = frozenset()
    capacity: int | None = None
    days: frozenset[int] | None = None

    def __post_init__(self) -> None:
        """Check the order of the two minutes and the capacity."""
        if not 0 <= self.starts < self.ends <= DAY_MIN:
            raise ValueError("starts: must lie before ends, both between 0 and 1440")
        if self.capacity is not None and self.capacity < 0:
            raise ValueError("capacity: must be at least 0")

    def works_on(self, day: int) -> bool:
        """Whether it can go out on a day."""
        return self.days is None or day in self.days


@dataclass(frozen=True, slots=True)
class Hours:
    """What a driver may do; every van has one driver.

    Args:
        day_min: minutes of a day from leaving to being back, waiting and visits included.
        week_min: the same, added up from Monday to Sunday.
        week_days: days of a week on which the van is out.
        rest_min: minutes between being back and leaving on the next day.
        leg_min: minutes of driving between two stops.

    Source:
        道路交通安全法实施条例第六十二条 (no more than four hours at the wheel without 20 minutes of rest) for `leg_min`; the others are
        the caller's to set.
    """

    day_min: int
    week_min: int
    week_days: int = 6
    rest_min: int = 660
    leg_min: int = 240

    def __post_init__(self) -> None:
        """Check that all are above 0."""
        if min(self.day_min, self.week_min, self.week_days, self.leg_min) <= 0 or self.rest_min < 0:
            raise ValueError("day_min: the hours of a driver must be above 0")


@dataclass(frozen=True, slots=True)
class Quarters:
    """Where a van may stay overnight.

    Args:
        id: unique among quarters.
        point: row of it in the tables of ways.
    """

    id: Hashable
    point: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan is made from and checked against.

    Args:
        travel: ways between points.
        places: who asks for visits.
        vans: who makes them.
        days: day numbers on which vans may go out, rising.
        hours: of the drivers.
        quarters: where vans may stay overnight.
        most_nights: nights in a row that a van may be out; 0 brings every van home every day. A night lies between two days that follow
            each other and are both working days of the van.
    """

    travel: Travel
    places: tuple[Place, ...]
    vans: tuple[Van, ...]
    days: tuple[int, ...]
    hours: Hours
    quarters: tuple[Quarters, ...] = ()
    most_nights: int = 0

    def __post_init__(self) -> None:
        """Check what belongs together.

        Raises:
            ValueError: an id stands twice, a point is not in the tables, or days do not rise.
        """
        for name, things in (("places", self.places), ("vans", self.vans), ("quarters", self.quarters)):
            _once((one.id for one in things), name)
            if any(not 0 <= one.point < self.travel.points for one in things):
                raise ValueError(f"{name}: a point is not in the tables of ways")
        if not self.days or any(late <= early for early, late in zip(self.days, self.days[1:], strict=False)):
            raise ValueError("days: must be at least one, rising")
        if self.most_nights < 0:
            raise ValueError("most_nights: must be at least 0")


@dataclass(frozen=True, slots=True)
class Settings:
    """How long to search, and what is worth how much.

    Args:
        iterations: of the search in each part of a round (a part is about a week); the same number and seed give the same plan on any machine.
        seed: ≥ 0.
        rounds: how often days, nights, loads, hours and prizes are reconsidered, ≥ 1.
        visit_km: kilometres that a wanted visit beyond the required ones is worth, before its step.
        steps: factors on `visit_km`, falling: the first part of what a township asks for is worth most, the last part least.
        day_km: kilometres that sending a van out on a day costs on top of the way.
        night_km: kilometres that a night out costs.
        fuse_s: seconds after which the search ends whatever it has done; the plan then says `fuse`. None burns never.
    """

    iterations: int = 400
    seed: int = 1
    rounds: int = 10
    visit_km: float = 300.0
    steps: tuple[float, ...] = (4.0, 3.0, 2.0, 1.0)
    day_km: float = 20.0
    night_km: float = 40.0
    fuse_s: float | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.iterations < 1 or self.rounds < 1 or self.seed < 0:
            raise ValueError("iterations: iterations and rounds must be at least 1, seed at least 0")
        if not self.steps or min(self.steps) <= 0 or sorted(self.steps, reverse=True) != list(self.steps):
            raise ValueError("steps: must be above 0 and not rise")
        if min(self.visit_km, self.day_km, self.night_km) < 0:
            raise ValueError("visit_km: what is worth something must not be negative")
        if self.fuse_s is not None and not self.fuse_s > 0:
            raise ValueError("fuse_s: must be above 0")


@dataclass(frozen=True, slots=True)
class Norm:
    """What a van is expected to do in a year.

    Args:
        days: days out.
        km: or kilometres driven.

    Source:
        科普大篷车 rule as quoted by county rules: out on at least 120 days or at least 10,000 km a year.
    """

    days: float = 120
    km: float = 10_000
    year_days: int = field(default=365)


def _once(ids: Iterable[Hashable], name: str) -> None:
    known = list(ids)
    if len(set(known)) != len(known):
        raise ValueError(f"{name}: an id stands twice")
