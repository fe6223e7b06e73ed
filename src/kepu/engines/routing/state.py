"""A plan in the making: its routes, what it is worth, and whether it keeps hours and loads."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kepu.engines.routing.model import UNIT_M, Routes, timed
from kepu.engines.routing.options import Options
from kepu.engines.routing.problem import Place, Problem, Settings
from kepu.engines.routing.shifts import Key, Shifts


@dataclass(frozen=True, slots=True)
class State:
    """A plan in the making, and what it is worth: required visits first, then the steps of the others less the way."""

    shifts: Shifts
    routes: Routes
    worth: tuple[int, float]


def units(km: float) -> int:
    """Give kilometres in the units of the search."""
    return round(km * 1000 / UNIT_M)


def places_visited(problem: Problem, routes: Routes) -> dict[Key, list[Place]]:
    """Give the places that each van visits on each day, one for every visit."""
    return {key: [problem.places[one.place] for one in visits] for key, visits in routes.items()}


def counts_of(routes: Routes) -> Counter[int]:
    """Count the visits of each place."""
    return Counter(one.place for visits in routes.values() for one in visits)


def missing_of(problem: Problem, options: Options, routes: Routes) -> list[Place]:
    """Give the places that lack visits, one for every visit."""
    counts = counts_of(routes)
    return [
        place
        for number, place in enumerate(problem.places)
        for _visit in range(options.visits[number] - counts[number])
    ]


def remote_of(options: Options, counts: Mapping[int, int]) -> dict[int, int]:
    """Give the visits that places lack which need a night out."""
    lacks = {
        number: visits - counts.get(number, 0)
        for number, visits in enumerate(options.visits)
        if options.is_remote[number]
    }
    return {number: visits for number, visits in lacks.items() if visits > 0}


def worth_of(problem: Problem, settings: Settings, shifts: Shifts, routes: Routes) -> tuple[int, float]:
    """Say what a plan is worth: required visits, then the steps of all visits less kilometres, days and nights out."""
    counts, got, wanted = counts_of(routes), Counter[str](), Counter[str]()
    required = 0
    for number, place in enumerate(problem.places):
        got[place.township] += counts[number]
        wanted[place.township] += place.at_most
        required += min(counts[number], place.at_least)
    steps = settings.steps
    prize = sum(
        settings.visit_km * steps[min(len(steps) - 1, one * len(steps) // wanted[township])]
        for township, visits in got.items()
        for one in range(visits)
    )
    way = 0.0
    for key in shifts:
        if is_out(problem, shifts, routes, key):
            way += metres_of(problem, shifts, routes, key) / 1000 + settings.day_km
            way += settings.night_km if shifts[key].night is not None else 0.0
    return required, prize - way


def is_out(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> bool:
    """Whether a van leaves home on a day, or does not come back."""
    shift, home = shifts[key], problem.vans[key[0]].point
    return bool(routes.get(key)) or shift.start != home or shift.end != home or shift.night is not None


def points_of(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> list[int]:
    """Give the points of a day in their order, its start and its end among them."""
    visits = routes.get(key, ())
    return [shifts[key].start, *(problem.places[one.place].point for one in visits), shifts[key].end]


def metres_of(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> int:
    """Give the metres of a day."""
    points = points_of(problem, shifts, routes, key)
    return sum(int(problem.travel.metres[one, two]) for one, two in pairwise(points))


def minutes_of(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> int:
    """Give the minutes from leaving to being back; 0 where the van stays at home."""
    if not is_out(problem, shifts, routes, key):
        return 0
    times = timed(problem, key, shifts[key], routes.get(key, ()))
    if times is None:
        raise RuntimeError("a route of the search is late")
    return times[2] - times[0]


def is_kept(problem: Problem, state: State, van: int, days: Sequence[int]) -> bool:
    """Whether days keep their hours; a leg that is too long fails as well."""
    for day in days:
        shift, visits = state.shifts[van, day], state.routes.get((van, day), ())
        points = points_of(problem, state.shifts, state.routes, (van, day))
        if any(int(problem.travel.minutes[one, two]) > problem.hours.leg_min for one, two in pairwise(points)):
            return False
        times = timed(problem, (van, day), shift, visits)
        if times is None or times[2] - times[0] > shift.budget:
            return False
    return True


def is_loaded(problem: Problem, state: State, van: int) -> bool:
    """Whether every visit of a van finds what it needs in the load of its tour."""
    return all(
        problem.places[one.place].exhibits <= state.shifts[van, day].load
        for (number, day), visits in state.routes.items()
        if number == van
        for one in visits
    )
