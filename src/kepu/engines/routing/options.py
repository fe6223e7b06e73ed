"""Which visits are possible at all, each looked at alone, and why those that are not are not."""

from dataclasses import dataclass

from kepu.engines.routing.plan import Reason
from kepu.engines.routing.problem import DAY_MIN, Place, Problem, Van


@dataclass(frozen=True, slots=True)
class Options:
    """What is possible for each place.

    Args:
        days: for each place, indices of the days on which some van can visit it.
        visits: for each place, the most visits that its days and gap allow, at most what it asks for.
        why: for each place, why no visit is possible, or None.
        is_remote: for each place, whether it can only be visited with a night out.
        trip_min: for each place, minutes of the shortest trip from a home and back with one visit.
    """

    days: tuple[tuple[int, ...], ...]
    visits: tuple[int, ...]
    why: tuple[Reason | None, ...]
    is_remote: tuple[bool, ...]
    trip_min: tuple[int, ...]


def back_by(problem: Problem, van: Van) -> int:
    """Give the minute by which a van is back so that its driver has had his rest when the next day begins."""
    return min(van.ends, van.starts + DAY_MIN - problem.hours.rest_min)


def options_of(problem: Problem) -> Options:
    """Look at every place alone."""
    found = [_options(problem, place) for place in problem.places]
    days, why, remote, trips = zip(*found, strict=True) if found else ((), (), (), ())
    visits = [
        min(place.at_most, len(spread(problem, open_days, place.gap_days)))
        for place, open_days in zip(problem.places, days, strict=True)
    ]
    return Options(tuple(days), tuple(visits), tuple(why), tuple(remote), tuple(trips))


def spread(problem: Problem, days: tuple[int, ...], gap_days: int) -> tuple[int, ...]:
    """Give as many of the days as can keep their distance, the earliest first."""
    chosen: list[int] = []
    for day in days:
        if not chosen or problem.days[day] - problem.days[chosen[-1]] >= gap_days:
            chosen.append(day)
    return tuple(chosen)


def _options(problem: Problem, place: Place) -> tuple[tuple[int, ...], Reason | None, bool, int]:
    carriers = [
        van
        for van in problem.vans
        if place.exhibits <= van.exhibits and (van.capacity is None or len(place.exhibits) <= van.capacity)
    ]
    minutes = problem.travel.minutes
    trip = min(
        (
            int(minutes[van.point, place.point] + minutes[place.point, van.point]) + place.service_min
            for van in carriers
        ),
        default=0,
    )
    if not carriers:
        return (), "exhibits", False, trip
    by_day: list[int] = []
    by_night: list[int] = []
    is_open = False
    seen: dict[tuple[int, tuple[tuple[int, int], ...], bool], tuple[bool, bool, bool]] = {}
    working = set(problem.days)
    for index, day in enumerate(problem.days):
        openings = place.openings_on(day)
        at_home = in_tour = False
        for number, van in enumerate(carriers):
            if not van.works_on(day):
                continue
            may_stay = any(one in working and van.works_on(one) for one in (day - 1, day + 1))
            key = number, openings, may_stay
            if key not in seen:
                seen[key] = _fits(problem, place, van, openings, may_stay=may_stay)
            opened, home, tour = seen[key]
            is_open, at_home, in_tour = is_open or opened, at_home or home, in_tour or tour
        if at_home:
            by_day.append(index)
        if at_home or in_tour:
            by_night.append(index)
    if by_day:
        return tuple(by_day), None, False, trip
    if by_night:
        return tuple(by_night), None, True, trip
    return (), ("too_far" if is_open else "no_hours"), False, trip


def _fits(
    problem: Problem, place: Place, van: Van, openings: tuple[tuple[int, int], ...], *, may_stay: bool
) -> tuple[bool, bool, bool]:
    """Whether the hours meet, whether a trip from home and back is possible, whether one with a night out is."""
    last = back_by(problem, van)
    opened = any(min(closes, last) - max(opens, van.starts) >= place.service_min for opens, closes in openings)
    home = any(_trip(problem, place, van, van.point, van.point, one) for one in openings)
    tour = False
    if opened and not home and may_stay and problem.most_nights:
        for quarters in problem.quarters:
            for start, end in ((van.point, quarters.point), (quarters.point, van.point)):
                tour = tour or any(_trip(problem, place, van, start, end, one) for one in openings)
    return opened, home, tour


def _trip(problem: Problem, place: Place, van: Van, start: int, end: int, opening: tuple[int, int]) -> bool:
    there = int(problem.travel.minutes[start, place.point])
    back = int(problem.travel.minutes[place.point, end])
    hours = problem.hours
    done = max(van.starts + there, opening[0]) + place.service_min
    return (
        max(there, back) <= hours.leg_min
        and done <= opening[1]
        and done + back <= back_by(problem, van)
        and there + place.service_min + back <= min(hours.day_min, hours.week_min)
    )
