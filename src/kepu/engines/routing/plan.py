"""What comes out: routes of van-days, what stays unserved and why, and how townships and vans fare."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Reason = Literal["no_hours", "too_far", "exhibits", "days", "capacity"]
Ended = Literal["iterations", "fuse", "stopped"]


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit.

    Args:
        place: id of the place.
        arrives: minute of the day.
        starts: minute at which the visit begins; later than `arrives` where the van waits for the opening.
        leaves: minute at which it ends.
    """

    place: Hashable
    arrives: int
    starts: int
    leaves: int


@dataclass(frozen=True, slots=True)
class VanDay:
    """What one van does on one day; days on which a van stays at home are left out.

    Args:
        van: id.
        day: day number.
        tour: number of the tour, from 1; days joined by a night out have the same.
        start: point where the day begins.
        end: point where it ends.
        leaves: minute of the day.
        returns: minute of the day at which the van is at `end`.
        stops: in order; none on a day that only drives, or only stands at its quarters.
        metres: driven.
        driven_min: minutes of driving.
        exhibits: loaded for the whole tour.
        night: id of the quarters where the van stays after this day, or None when it is at home.
    """

    van: Hashable
    day: int
    tour: int
    start: int
    end: int
    leaves: int
    returns: int
    stops: tuple[Stop, ...]
    metres: int
    driven_min: int
    exhibits: frozenset[str]
    night: Hashable | None = None

    @property
    def minutes(self) -> int:
        """From leaving to being back, waiting and visits included."""
        return self.returns - self.leaves


@dataclass(frozen=True, slots=True)
class Unserved:
    """Visits that a place asked for and does not get.

    Args:
        place: id.
        missing: how many of those it asked for.
        required: how many of them it must have had.
        reason: `exhibits` (no van carries what is needed), `no_hours` (the opening hours fit no van's day), `too_far` (not reachable within
            a shift), `days` (no more days are far enough apart), `capacity` (the vans have no time left).
    """

    place: Hashable
    missing: int
    required: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Fill:
    """How much of what a township asks for it gets.

    Args:
        township: its name.
        wanted: visits its places ask for.
        required: visits they must have.
        visits: visits they get.
        people: people served.
        share: visits / wanted, 0 to 1.
    """

    township: str
    wanted: int
    required: int
    visits: int
    people: int
    share: float


@dataclass(frozen=True, slots=True)
class Use:
    """The log of one van over the plan.

    Args:
        van: id.
        days_out: days on which it is out.
        nights: nights out.
        metres: driven.
        stops: visits made.
        people: people served.
        exhibits: different exhibits that were out.
        minutes: of its driver, from leaving to being back, added up.
    """

    van: Hashable
    days_out: int
    nights: int
    metres: int
    stops: int
    people: int
    exhibits: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TourPlan:
    """A plan and how it came about.

    Args:
        days: van-days in the order of day and van.
        unserved: in the order of places.
        townships: in the order of names.
        vans: in the order of the problem.
        worst_fill: smallest share of a township; 1 where nothing is asked for.
        visits: visits made.
        wanted: visits asked for.
        required: visits that must be made.
        required_visits: how many of those are made.
        metres: driven by all vans.
        iterations: done by each strand of the search.
        seed: of the search.
        ended: `iterations` (the allowance was used: same input, same plan), `fuse` (time ran out: the plan depends on the machine), `stopped`
            (the caller stopped it; what had been found stands).
    """

    days: tuple[VanDay, ...]
    unserved: tuple[Unserved, ...]
    townships: tuple[Fill, ...]
    vans: tuple[Use, ...]
    worst_fill: float
    visits: int
    wanted: int
    required: int
    required_visits: int
    metres: int
    iterations: int
    seed: int
    ended: Ended
