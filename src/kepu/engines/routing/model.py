"""Bands and shifts as a routing problem for PyVRP, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from kepu.engines.routing.bands import Band
from kepu.engines.routing.options import back_by
from kepu.engines.routing.partition import Route, Wanted
from kepu.engines.routing.problem import DAY_MIN, NO_ROAD, Problem
from kepu.engines.routing.shifts import Key, Shift, Shifts

UNIT_M = 10
"""Metres of one unit of cost: small enough for whole numbers, large enough for PyVRP's penalties to outweigh a way."""
_MOST_WINDOWS = 8
"""Days offered at once to a visit whose hours are narrower than the vans' day; each is a client of its own."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop of a route: index of the place and the opening in which the visit lies."""

    place: int
    opens: int
    closes: int


Routes = dict[Key, tuple[Visit, ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """A routing problem with what its numbers mean.

    Args:
        data: `pyvrp.ProblemData`.
        wanted: tasks of the clients and van-days of the kinds.
        clients: for each client its task, place, first and last day, opening.
        kinds: van-days of each kind.
    """

    data: Any
    wanted: Wanted
    clients: tuple[tuple[int, int, int, int, int, int], ...]
    kinds: tuple[tuple[Key, ...], ...]

    def routes(self, found: Sequence[Route]) -> Routes:
        """Give the routes of van-days; those of one kind go to its vans in order.

        Args:
            found: kind and clients in order.
        """
        result: Routes = {}
        free = [list(keys) for keys in self.kinds]
        for kind, clients in sorted(found):
            if clients:
                key = free[kind].pop(0)
                result[key] = tuple(self._visit(client) for client in clients)
        return result

    def _visit(self, client: int) -> Visit:
        _task, place, _first, _last, opens, closes = self.clients[client]
        return Visit(place, opens, closes)

    def start(self, routes: Routes) -> list[Route]:
        """Give routes as kinds and clients; visits that are not in the model are left out."""
        kind_of = {key: kind for kind, keys in enumerate(self.kinds) for key in keys}
        by_place: dict[int, list[int]] = {}
        for client, (_task, place, *_rest) in enumerate(self.clients):
            by_place.setdefault(place, []).append(client)
        used: set[int] = set()
        result = []
        for key, visits in sorted(routes.items()):
            clients = []
            for visit in visits:
                for client in by_place.get(visit.place, ()):
                    task, _place, first, last, opens, closes = self.clients[client]
                    if task not in used and first <= key[1] <= last and opens <= visit.opens and closes >= visit.closes:
                        used.add(task)
                        clients.append(client)
                        break
            if clients and key in kind_of:
                result.append((kind_of[key], tuple(clients)))
        return result


def model_of(
    problem: Problem, shifts: Shifts, bands: Sequence[Band], prizes: Sequence[int], day_cost: int, turn: int
) -> Model:
    """Build the routing problem.

    Args:
        problem: places, vans and ways.
        shifts: van-days.
        bands: wanted visits.
        prizes: what missing each of them costs, in units of `UNIT_M`.
        day_cost: what sending a van out costs, in the same units.
        turn: which days are offered where not all can be.
    """
    import pyvrp

    origin = problem.days[0]
    classes, load_of = _classes(problem, shifts)
    groups: dict[tuple[Any, ...], list[Key]] = {}
    for key, shift in sorted(shifts.items(), key=lambda item: (item[0][1], item[0][0])):
        van = problem.vans[key[0]]
        carried = tuple(needs <= shift.load for needs in classes)
        like = (
            key[1],
            shift.start,
            shift.end,
            van.starts,
            back_by(problem, van),
            shift.budget,
            carried,
            shift.night is None,
        )
        groups.setdefault(like, []).append(key)
    home_day = {key: shift.start == shift.end == problem.vans[key[0]].point for key, shift in shifts.items()}
    many = len(bands) + 1
    depots = sorted({point for shift in shifts.values() for point in (shift.start, shift.end)})
    depot_of = {point: number for number, point in enumerate(depots)}
    types, kinds = [], []
    for (day, start, end, opens, closes, budget, carried, _at_home), keys in groups.items():
        if budget <= 0:
            continue
        zero = (problem.days[day] - origin) * DAY_MIN
        types.append(
            pyvrp.VehicleType(
                num_available=len(keys),
                capacity=[many if one else 0 for one in carried],
                start_depot=depot_of[start],
                end_depot=depot_of[end],
                fixed_cost=day_cost if home_day[keys[0]] else 0,
                tw_early=zero + opens,
                tw_late=zero + closes,
                shift_duration=budget,
            )
        )
        kinds.append(tuple(keys))
    clients: list[Any] = []
    groups_of_clients: list[Any] = []
    facts: list[tuple[int, int, int, int, int, int]] = []
    missed: list[int] = []
    for task, (band, prize) in enumerate(zip(bands, prizes, strict=True)):
        place = problem.places[band.place]
        windows = _windows(problem, band, turn + task)
        number = None
        if len(windows) > 1:
            number = len(groups_of_clients)
            first = len(clients)
            groups_of_clients.append(pyvrp.ClientGroup(list(range(first, first + len(windows))), required=False))
        carried_by = load_of.get(place.exhibits)
        for first_day, last_day, opens, closes in windows:
            clients.append(
                pyvrp.Client(
                    location=place.point,
                    delivery=[int(one == carried_by) for one in range(len(classes))],
                    service_duration=place.service_min,
                    tw_early=(problem.days[first_day] - origin) * DAY_MIN + opens,
                    tw_late=(problem.days[last_day] - origin) * DAY_MIN + closes - place.service_min,
                    prize=prize,
                    required=False,
                    group=number,
                )
            )
            facts.append((task, band.place, first_day, last_day, opens, closes))
        missed.append(prize)
    minutes, metres = problem.travel.minutes, problem.travel.metres
    closed = minutes > problem.hours.leg_min
    np.fill_diagonal(closed, val=False)
    lengths: Any = np.where(closed, NO_ROAD, (metres + UNIT_M // 2) // UNIT_M)
    times: Any = np.where(closed, NO_ROAD, minutes)
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _point in range(problem.travel.points)],
        clients,
        [pyvrp.Depot(point) for point in depots],
        types,
        [lengths],
        [times],
        groups_of_clients,
    )
    wanted = Wanted(tuple(one[0] for one in facts), tuple(missed), tuple(len(keys) for keys in kinds))
    return Model(data, wanted, tuple(facts), tuple(kinds))


def _classes(problem: Problem, shifts: Shifts) -> tuple[list[frozenset[str]], Mapping[frozenset[str], int]]:
    """Give the sets of exhibits that not every van-day carries; each is a kind of load."""
    needs = {place.exhibits for place in problem.places if place.exhibits}
    found = sorted((one for one in needs if not all(one <= shift.load for shift in shifts.values())), key=sorted)
    return found, {one: number for number, one in enumerate(found)}


def _windows(problem: Problem, band: Band, turn: int) -> list[tuple[int, int, int, int]]:
    """Give first day, last day, opening and closing of the alternatives for one visit.

    Days on which a place is open as long as any van is out need no window of their own: they make one run.
    """
    place = problem.places[band.place]
    early = min((van.starts for van in problem.vans), default=0)
    late = max((van.ends for van in problem.vans), default=DAY_MIN)
    runs: list[tuple[int, int, int, int]] = []
    single: list[tuple[int, int, int, int]] = []
    before = -2
    for day in band.days:
        for opens, closes in place.openings_on(problem.days[day]):
            if opens <= early and closes >= late:
                if before == day - 1 and runs:
                    runs[-1] = runs[-1][0], day, max(runs[-1][2], opens), min(runs[-1][3], closes)
                else:
                    runs.append((day, day, opens, closes))
                before = day
                break
            if closes - opens >= place.service_min:
                single.append((day, day, opens, closes))
    if len(single) > _MOST_WINDOWS:
        near = sorted(single, key=lambda one: (abs(one[0] - band.centre), one))
        half = _MOST_WINDOWS // 2
        rest = near[half:]
        step = len(rest) / (_MOST_WINDOWS - half)
        single = sorted(
            near[:half] + [rest[(int(one * step) + turn) % len(rest)] for one in range(_MOST_WINDOWS - half)]
        )
        single = sorted(set(single))
    return runs + single


def timed(
    problem: Problem, key: Key, shift: Shift, visits: Sequence[Visit]
) -> tuple[int, list[tuple[int, int, int]], int] | None:
    """Give leaving, (arrival, start, leaving) of each visit and being back: back as early as can be, then left as late as that allows.

    Returns:
        None where the van would be too late.
    """
    van, minutes = problem.vans[key[0]], problem.travel.minutes
    points = [shift.start, *(problem.places[one.place].point for one in visits), shift.end]
    ways = [int(minutes[one, two]) for one, two in pairwise(points)]
    # Forwards: the earliest minute at which each visit can begin.
    now, starts = van.starts, []
    for visit, way in zip(visits, ways, strict=False):
        now = max(now + way, visit.opens)
        if now + problem.places[visit.place].service_min > visit.closes:
            return None
        starts.append(now)
        now += problem.places[visit.place].service_min
    back = now + ways[-1]
    if back > back_by(problem, van):
        return None
    # Backwards: the latest that does not change when it is back.
    latest, now = list(starts), back - ways[-1]
    for number in range(len(visits) - 1, -1, -1):
        place = problem.places[visits[number].place]
        latest[number] = min(now, visits[number].closes) - place.service_min
        now = latest[number] - ways[number]
    leaves = now
    # Forwards again from there: arrivals, and what must still be waited for.
    marks, now = [], leaves
    for visit, way in zip(visits, ways, strict=False):
        arrives = now + way
        begins = max(arrives, visit.opens)
        now = begins + problem.places[visit.place].service_min
        marks.append((arrives, begins, now))
    return leaves, marks, now + ways[-1]
