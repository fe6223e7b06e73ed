"""Monthly tours of vans: rounds of search, with days, nights, loads, hours and prizes reconsidered between them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from time import monotonic

from kepu.engines.routing.bands import Band, bands_around, first_centres, with_missing
from kepu.engines.routing.model import UNIT_M, Model, Routes, model_of, timed
from kepu.engines.routing.options import Options, options_of
from kepu.engines.routing.partition import Route
from kepu.engines.routing.plan import Ended, Fill, Reason, Stop, TourPlan, Unserved, Use, VanDay
from kepu.engines.routing.problem import Norm, Place, Problem, Settings
from kepu.engines.routing.search import STRANDS, Clock, Found, Job, Progress, ShouldStop, searched, together
from kepu.engines.routing.shifts import (
    Key,
    Shifts,
    came_home,
    first_shifts,
    loaded_again,
    may_stay,
    shared_again,
    stayed,
    tours,
    with_nights_for_the_remote,
)

_USUAL, _NORM = Settings(), Norm()
_REQUIRED_KM = 4_000.0
"""What missing a required visit costs in the search, at least; never less than two wanted ones of the first step."""
_BARE = 0.02
_NODES, _PATIENCE = 1, 100
_PART_DAYS = 6
_MOST = 250


@dataclass(frozen=True, slots=True)
class _State:
    """A plan in the making, and what it is worth: required visits first, then the steps of the others less the way."""

    shifts: Shifts
    routes: Routes
    worth: tuple[int, float]


def plan_tours(
    problem: Problem,
    settings: Settings = _USUAL,
    *,
    should_stop: ShouldStop | None = None,
    progress: Progress | None = None,
) -> TourPlan:
    """Plan who visits which place on which day, in which order and at what time.

    Every plan that comes back keeps every rule of the problem (`check` finds nothing), also when it was stopped. Visits that no plan was found
    for are listed with a reason. The same problem, settings and versions of the solvers give the same plan, unless the fuse burns.

    Args:
        problem: what is asked.
        settings: how long to search, and what is worth how much.
        should_stop: asked before every iteration, in this thread; where it says so, the best plan found so far comes back.
        progress: told the share of the search that is done, 0 to 1, in this thread.

    Returns:
        The plan.

    Raises:
        ValueError: a number of the problem is out of bounds (by its parts).

    Source:
        Own outer layer around PyVRP (N. A. Wouda, L. Lan and W. Kool, INFORMS Journal on Computing 36 (2024), 943–955) and HiGHS; see
        docs/explanation/routing.md.

    Examples:
        >>> import numpy as np
        >>> from kepu.engines.routing import Hours, Place, Travel, Van
        >>> way = np.array([[0, 30, 40], [30, 0, 20], [40, 20, 0]])
        >>> places = tuple(Place(name, point, "north", 60, people=50) for name, point in (("A", 1), ("B", 2)))
        >>> van = Van("v", 0, 480, 1080)
        >>> problem = Problem(Travel.of(way, way * 600), places, (van,), (739_000,), Hours(540, 2400))
        >>> plan = plan_tours(problem, Settings(iterations=50, rounds=1))
        >>> [(day.van, sorted(stop.place for stop in day.stops), day.metres, day.minutes) for day in plan.days]
        [('v', ['A', 'B'], 54000, 210)]
    """
    parts = max(1, -(-len(problem.days) // _PART_DAYS))
    clock = Clock(
        settings.iterations * settings.rounds * -(-parts // STRANDS),
        None if settings.fuse_s is None else monotonic() + settings.fuse_s,
        should_stop,
        progress,
    )
    options = options_of(problem)
    shifts = with_nights_for_the_remote(problem, first_shifts(problem, options), _remote(options, {}), {})
    best = _State(shifts, {}, _worth(problem, settings, shifts, {}))
    centres = first_centres(problem, options)
    is_first = True
    for turn in range(settings.rounds):
        if not any(options.visits) or not best.shifts or clock.is_over():
            break
        found = _round(problem, settings, options, best, centres, turn, clock, is_first=is_first)
        is_first = False
        for state in (found, _with_nights(problem, settings, found)):
            if state.worth > best.worth:
                best = state
        centres = _centres(problem, options, best.routes)
    best = _tidied(problem, settings, best)
    if progress is not None:
        progress(1.0)
    ended: Ended = "fuse" if clock.is_burnt else "stopped" if clock.is_stopped else "iterations"
    return _plan(problem, settings, options, best, clock.done, ended)


def _round(
    problem: Problem,
    settings: Settings,
    options: Options,
    best: _State,
    centres: Sequence[tuple[int, ...]],
    turn: int,
    clock: Clock,
    *,
    is_first: bool,
) -> _State:
    shifts = best.shifts
    if not is_first:
        visited = _visited(problem, best.routes)
        minutes = {key: _minutes(problem, best.shifts, best.routes, key) for key in best.shifts}
        shifts = loaded_again(problem, shifts, visited, _missing(problem, options, best.routes), turn)
        remote = _remote(options, _counts(best.routes))
        stops = {key: len(visits) for key, visits in best.routes.items()}
        shifts = with_nights_for_the_remote(problem, shared_again(problem, shifts, minutes, turn), remote, stops)
    bands = [band for number, days in enumerate(centres) for band in bands_around(problem, options, number, days, turn)]
    lacks_required = any(
        _counts(best.routes)[number] < min(place.at_least, options.visits[number])
        for number, place in enumerate(problem.places)
    )
    # A required visit may have to push several wanted ones aside at once, which no single move of the search does: every other
    # time they are worth next to nothing, and come back in the round after.
    prizes = _prizes(problem, settings, bands, best.routes, is_bare=lacks_required and turn % 2 == 1)
    parts = _parts(problem, bands, best.routes, turn)
    models: list[Model] = []
    jobs: list[Job] = []
    plans: dict[int, tuple[list[Route], int] | None] = {}

    def put_together(number: int, founds: Sequence[Found]) -> None:
        limit = clock.limit(_NODES, _MOST)
        plans[number] = together(founds, models[number].wanted, limit)
        clock.is_burnt |= limit.was_hit

    for number, (days, mine) in enumerate(parts):
        inside = {key: shift for key, shift in shifts.items() if key[1] in days}
        if not inside or not mine:
            continue
        known = {key: visits for key, visits in best.routes.items() if key in inside}
        model = model_of(
            problem, inside, [band for _task, band in mine], [prizes[task] for task, _band in mine],
            _units(settings.day_km), turn,
        )  # fmt: skip
        start = model.start(known) if known else None
        first = settings.seed * 1_000 + turn * 100 + number * STRANDS
        if len(parts) == 1:
            jobs += [Job(model.data, start, settings.iterations, first + one, _PATIENCE) for one in range(STRANDS)]
        else:
            here = len(models)
            then = partial(_alone, put_together, here)
            jobs.append(Job(model.data, start, settings.iterations, first, _PATIENCE, then))
        models.append(model)
    found = searched(jobs, clock)
    if len(parts) == 1 and models:
        put_together(0, found)
    routes: Routes = {}
    for number, model in enumerate(models):
        plan = plans[number]
        if plan is not None:
            routes.update(model.routes(plan[0]))
        else:
            routes.update(_still_good(problem, shifts, best.routes, [key for keys in model.kinds for key in keys]))
    return _State(shifts, routes, _worth(problem, settings, shifts, routes))


def _still_good(problem: Problem, shifts: Shifts, routes: Routes, keys: Sequence[Key]) -> Routes:
    """Give the routes that keep their rules in other shifts."""
    state = _State(shifts, routes, (0, 0.0))
    return {
        key: routes[key]
        for key in keys
        if key in routes
        and _is_kept(problem, state, key[0], (key[1],))
        and all(problem.places[one.place].exhibits <= shifts[key].load for one in routes[key])
    }


def _alone(put_together: Callable[[int, Sequence[Found]], None], number: int, found: Found) -> None:
    put_together(number, [found])


def _parts(
    problem: Problem, bands: Sequence[Band], routes: Routes, turn: int
) -> list[tuple[set[int], list[tuple[int, Band]]]]:
    """Divide the days, and with them the visits, into parts that are searched alone.

    Days next to one another first, then days far apart, then days next to one another but cut elsewhere, and so on: so every visit meets
    every other day in the end. A visit that the plan has stays in the part of its day; one that it lacks goes to the part of its
    centre, in later rounds to another one that it may lie in.
    """
    count = max(1, -(-len(problem.days) // _PART_DAYS))
    part_of = {}
    for day in range(len(problem.days)):
        if turn % 2 == 0:
            part_of[day] = min(count - 1, (day + turn) % len(problem.days) // _PART_DAYS)
        else:
            part_of[day] = (day + (turn // 2) * (day // count)) % count
    held = {(one.place, key[1]) for key, visits in routes.items() for one in visits}
    mine: list[list[tuple[int, Band]]] = [[] for _part in range(count)]
    for task, band in enumerate(bands):
        possible = sorted({part_of[day] for day in band.days})
        if not possible:
            continue
        part = part_of[band.centre]
        if turn and (band.place, band.centre) not in held:
            part = possible[(possible.index(part) + turn) % len(possible)] if part in possible else possible[0]
        days = tuple(day for day in band.days if part_of[day] == part)
        if days:
            mine[part].append((task, Band(band.place, days, band.centre)))
    return [({day for day, part in part_of.items() if part == number}, mine[number]) for number in range(count)]


def _units(km: float) -> int:
    return round(km * 1000 / UNIT_M)


def _visited(problem: Problem, routes: Routes) -> dict[Key, list[Place]]:
    return {key: [problem.places[one.place] for one in visits] for key, visits in routes.items()}


def _counts(routes: Routes) -> Counter[int]:
    return Counter(one.place for visits in routes.values() for one in visits)


def _missing(problem: Problem, options: Options, routes: Routes) -> list[Place]:
    counts = _counts(routes)
    return [
        place
        for number, place in enumerate(problem.places)
        for _visit in range(options.visits[number] - counts[number])
    ]


def _remote(options: Options, counts: Mapping[int, int]) -> dict[int, int]:
    """Give the visits that places lack which need a night out."""
    lacks = {
        number: visits - counts.get(number, 0)
        for number, visits in enumerate(options.visits)
        if options.is_remote[number]
    }
    return {number: visits for number, visits in lacks.items() if visits > 0}


def _centres(problem: Problem, options: Options, routes: Routes) -> list[tuple[int, ...]]:
    """Give the days of the visits as they are, and days for those that are missing."""
    days: dict[int, list[int]] = {}
    for (_van, day), visits in routes.items():
        for one in visits:
            days.setdefault(one.place, []).append(day)
    return [
        with_missing(problem, options, number, tuple(sorted(days.get(number, ()))))
        for number in range(len(problem.places))
    ]


def _prizes(problem: Problem, settings: Settings, bands: Sequence[Band], routes: Routes, *, is_bare: bool) -> list[int]:
    """Say what missing each visit costs: falling within a township, from what it has to what it lacks.

    The visits of a township are put in a row: required ones, then those that the plan has, then the others. What a township lacks thus
    stands at the end of its row; the less it has, the earlier the place in the row and the higher the prize.
    """
    counts, seen = _counts(routes), Counter[int]()
    rows: dict[str, list[tuple[tuple[int, int, int, int], int]]] = {}
    prizes = [0] * len(bands)
    wanted: Counter[str] = Counter()
    for place in problem.places:
        wanted[place.township] += place.at_most
    for number, band in enumerate(bands):
        place, copy = problem.places[band.place], seen[band.place]
        seen[band.place] += 1
        is_required, has = copy < place.at_least, copy < counts[band.place]
        rank = (0 if is_required else 1, 0 if has else 1, copy, -place.people)
        rows.setdefault(place.township, []).append((rank, number))
        prizes[number] = _units(max(_REQUIRED_KM, 2 * settings.visit_km * settings.steps[0])) if is_required else 0
    for township, row in rows.items():
        for position, (_rank, number) in enumerate(sorted(row)):
            step = settings.steps[min(len(settings.steps) - 1, position * len(settings.steps) // wanted[township])]
            prizes[number] = prizes[number] or _units(settings.visit_km * step * (_BARE if is_bare else 1))
    return prizes


def _worth(problem: Problem, settings: Settings, shifts: Shifts, routes: Routes) -> tuple[int, float]:
    counts, got, wanted = _counts(routes), Counter[str](), Counter[str]()
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
        if _is_out(problem, shifts, routes, key):
            way += _metres(problem, shifts, routes, key) / 1000 + settings.day_km
            way += settings.night_km if shifts[key].night is not None else 0.0
    return required, prize - way


def _is_out(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> bool:
    shift, home = shifts[key], problem.vans[key[0]].point
    return bool(routes.get(key)) or shift.start != home or shift.end != home or shift.night is not None


def _points(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> list[int]:
    visits = routes.get(key, ())
    return [shifts[key].start, *(problem.places[one.place].point for one in visits), shifts[key].end]


def _metres(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> int:
    points = _points(problem, shifts, routes, key)
    return sum(int(problem.travel.metres[one, two]) for one, two in pairwise(points))


def _minutes(problem: Problem, shifts: Shifts, routes: Routes, key: Key) -> int:
    if not _is_out(problem, shifts, routes, key):
        return 0
    times = timed(problem, key, shifts[key], routes.get(key, ()))
    if times is None:
        raise RuntimeError("a route of the search is late")
    return times[2] - times[0]


def _with_nights(problem: Problem, settings: Settings, state: _State) -> _State:
    """Let vans stay out where that saves more way than a night costs, the largest saving first; bring home those for whom it does not."""
    state = _tidied(problem, settings, state)
    if not problem.most_nights:
        return state
    gains: list[tuple[float, int, int, int]] = []
    metres = problem.travel.metres
    for van, day in state.shifts:
        if (
            (van, day + 1) not in state.shifts
            or not state.routes.get((van, day))
            or not state.routes.get((van, day + 1))
        ):
            continue
        here = problem.places[state.routes[van, day][-1].place].point
        there = problem.places[state.routes[van, day + 1][0].place].point
        ends, starts = state.shifts[van, day].end, state.shifts[van, day + 1].start
        for number, quarters in enumerate(problem.quarters):
            saved = int(
                metres[here, ends]
                + metres[starts, there]
                - metres[here, quarters.point]
                - metres[quarters.point, there]
            )
            gain = saved / 1000 - settings.night_km
            if gain > 0:
                gains.append((-gain, van, day, number))
    for _gain, van, day, number in sorted(gains):
        if _may_join(problem, state, van, day, number):
            shifts = stayed(problem, state.shifts, van, day, number)
            joined = _State(shifts, state.routes, state.worth)
            if _is_kept(problem, joined, van, (day, day + 1)) and _is_loaded(problem, joined, van):
                worth = _worth(problem, settings, shifts, state.routes)
                if worth > state.worth:
                    state = replace(joined, worth=worth)
    return state


def _may_join(problem: Problem, state: _State, van: int, day: int, number: int) -> bool:
    if problem.days[day + 1] != problem.days[day] + 1 or state.shifts[van, day].night is not None:
        return False
    if may_stay(problem, state.shifts, van, day, number):
        return True
    # A night beside another one makes a longer tour.
    before = next(tour for tour in tours(state.shifts, van) if day in tour)
    after = next(tour for tour in tours(state.shifts, van) if day + 1 in tour)
    return before is not after and len(before) + len(after) - 1 <= problem.most_nights


def _is_kept(problem: Problem, state: _State, van: int, days: Sequence[int]) -> bool:
    """Whether days keep their hours; a leg that is too long fails as well."""
    for day in days:
        shift, visits = state.shifts[van, day], state.routes.get((van, day), ())
        points = _points(problem, state.shifts, state.routes, (van, day))
        if any(int(problem.travel.minutes[one, two]) > problem.hours.leg_min for one, two in pairwise(points)):
            return False
        times = timed(problem, (van, day), shift, visits)
        if times is None or times[2] - times[0] > shift.budget:
            return False
    return True


def _is_loaded(problem: Problem, state: _State, van: int) -> bool:
    """Whether every visit of a van finds what it needs in the load of its tour."""
    return all(
        problem.places[one.place].exhibits <= state.shifts[van, day].load
        for (number, day), visits in state.routes.items()
        if number == van
        for one in visits
    )


def _tidied(problem: Problem, settings: Settings, state: _State) -> _State:
    """Bring vans home from nights that are worth nothing."""
    for van, day in sorted(state.shifts):
        if state.shifts[van, day].night is None:
            continue
        shifts = came_home(problem, state.shifts, van, day)
        home = _State(shifts, state.routes, state.worth)
        if _is_kept(
            problem, home, van, [one for one in (day, day + 1) if _is_out(problem, shifts, state.routes, (van, one))]
        ):
            worth = _worth(problem, settings, shifts, state.routes)
            if worth >= state.worth:
                state = replace(home, worth=worth)
    return state


def _plan(
    problem: Problem, settings: Settings, options: Options, state: _State, iterations: int, ended: Ended
) -> TourPlan:
    days = _van_days(problem, state)
    counts = _counts(state.routes)
    unserved = []
    for number, place in enumerate(problem.places):
        missing = place.at_most - counts[number]
        if missing:
            why: Reason | None = options.why[number]
            if why is None:
                why = "days" if counts[number] >= options.visits[number] else "capacity"
            unserved.append(Unserved(place.id, missing, max(0, place.at_least - counts[number]), why))
    fills = _fills(problem, counts)
    return TourPlan(
        days=days,
        unserved=tuple(unserved),
        townships=fills,
        vans=tuple(_use(problem, number, days) for number in range(len(problem.vans))),
        worst_fill=min((one.share for one in fills), default=1.0),
        visits=sum(counts.values()),
        wanted=sum(place.at_most for place in problem.places),
        required=sum(place.at_least for place in problem.places),
        required_visits=sum(min(counts[number], place.at_least) for number, place in enumerate(problem.places)),
        metres=sum(one.metres for one in days),
        iterations=iterations,
        seed=settings.seed,
        ended=ended,
    )


def _van_days(problem: Problem, state: _State) -> tuple[VanDay, ...]:
    found: list[tuple[int, int, VanDay]] = []
    for number, van in enumerate(problem.vans):
        count = 0
        for tour in tours(state.shifts, number):
            if not any(_is_out(problem, state.shifts, state.routes, (number, day)) for day in tour):
                continue
            count += 1
            needed = frozenset[str]().union(
                *(problem.places[one.place].exhibits for day in tour for one in state.routes.get((number, day), ()))
            )
            for day in tour:
                key = number, day
                shift, visits = state.shifts[key], state.routes.get(key, ())
                times = timed(problem, key, shift, visits)
                if times is None:
                    raise RuntimeError("a route of the search is late")
                leaves, stops, returns = times
                points = _points(problem, state.shifts, state.routes, key)
                found.append((day, number, VanDay(
                    van=van.id, day=problem.days[day], tour=count, start=shift.start, end=shift.end, leaves=leaves, returns=returns,
                    stops=tuple(
                        Stop(problem.places[visit.place].id, *at) for visit, at in zip(visits, stops, strict=True)
                    ),
                    metres=_metres(problem, state.shifts, state.routes, key),
                    driven_min=sum(
                        int(problem.travel.minutes[one, two]) for one, two in pairwise(points)
                    ),
                    exhibits=needed,
                    night=None if shift.night is None else problem.quarters[shift.night].id,
                )))  # fmt: skip
    return tuple(one for _day, _van, one in sorted(found, key=lambda item: item[:2]))


def _fills(problem: Problem, counts: Mapping[int, int]) -> tuple[Fill, ...]:
    by_name: dict[str, list[int]] = {}
    for number, place in enumerate(problem.places):
        by_name.setdefault(place.township, []).append(number)
    fills = []
    for township, numbers in sorted(by_name.items()):
        wanted = sum(problem.places[one].at_most for one in numbers)
        visits = sum(counts.get(one, 0) for one in numbers)
        people = sum(counts.get(one, 0) * problem.places[one].people for one in numbers)
        required = sum(problem.places[one].at_least for one in numbers)
        fills.append(Fill(township, wanted, required, visits, people, visits / wanted))
    return tuple(fills)


def _use(problem: Problem, number: int, days: Sequence[VanDay]) -> Use:
    van = problem.vans[number]
    mine = [one for one in days if one.van == van.id]
    people = {place.id: place.people for place in problem.places}
    return Use(
        van=van.id,
        days_out=len(mine),
        nights=sum(one.night is not None for one in mine),
        metres=sum(one.metres for one in mine),
        stops=sum(len(one.stops) for one in mine),
        people=sum(people[stop.place] for one in mine for stop in one.stops),
        exhibits=len(frozenset().union(*(one.exhibits for one in mine))),
        minutes=sum(one.minutes for one in mine),
    )


def utilisation(use: Use, span_days: int, norm: Norm = _NORM) -> float:
    """Give how much of its norm a van does, as a share of the norm for so many days; either measure suffices, so the better one counts.

    Args:
        use: the van's log.
        span_days: days of the calendar that the log covers, > 0.
        norm: of a year.

    Returns:
        1 where the van does exactly its norm.

    Raises:
        ValueError: `span_days` is not above 0.

    Source:
        The norm of 科普大篷车: 120 days out or 10,000 km a year.

    Examples:
        >>> utilisation(Use("v", 12, 0, 500_000, 30, 900, 3, 5000), 73)
        0.5
    """
    if span_days <= 0:
        raise ValueError("span_days: must be above 0")
    part = span_days / norm.year_days
    return max(use.days_out / (norm.days * part), use.metres / 1000 / (norm.km * part))
