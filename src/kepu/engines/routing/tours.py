"""Monthly tours of vans: rounds of search, with days, nights, loads, hours and prizes reconsidered between them."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from kepu.engines.routing.bands import Band, bands_around, first_centres, with_missing
from kepu.engines.routing.model import Model, Routes, model_of
from kepu.engines.routing.nights import tidied, with_nights
from kepu.engines.routing.options import Options, options_of
from kepu.engines.routing.partition import Route
from kepu.engines.routing.plan import Ended, TourPlan
from kepu.engines.routing.problem import Problem, Settings
from kepu.engines.routing.search import STRANDS, Clock, Found, Job, Progress, ShouldStop, searched, together
from kepu.engines.routing.shifts import (
    Key,
    Shifts,
    first_shifts,
    loaded_again,
    shared_again,
    with_nights_for_the_remote,
)
from kepu.engines.routing.state import (
    State,
    counts_of,
    is_kept,
    minutes_of,
    missing_of,
    places_visited,
    remote_of,
    units,
    worth_of,
)
from kepu.engines.routing.telling import told

_USUAL = Settings()
_REQUIRED_KM = 4_000.0
"""What missing a required visit costs in the search, at least; never less than two wanted ones of the first step."""
_BARE = 0.02
_NODES, _PATIENCE = 1, 100
_PART_DAYS = 6
_MOST = 250


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
    shifts = with_nights_for_the_remote(problem, first_shifts(problem, options), remote_of(options, {}), {})
    best = State(shifts, {}, worth_of(problem, settings, shifts, {}))
    centres = first_centres(problem, options)
    is_first = True
    for turn in range(settings.rounds):
        if not any(options.visits) or not best.shifts or clock.is_over():
            break
        found = _round(problem, settings, options, best, centres, turn, clock, is_first=is_first)
        is_first = False
        for state in (found, with_nights(problem, settings, found)):
            if state.worth > best.worth:
                best = state
        centres = _centres(problem, options, best.routes)
    best = tidied(problem, settings, best)
    if progress is not None:
        progress(1.0)
    ended: Ended = "fuse" if clock.is_burnt else "stopped" if clock.is_stopped else "iterations"
    return told(problem, settings, options, best, clock.done, ended)


def _round(
    problem: Problem,
    settings: Settings,
    options: Options,
    best: State,
    centres: Sequence[tuple[int, ...]],
    turn: int,
    clock: Clock,
    *,
    is_first: bool,
) -> State:
    shifts = best.shifts
    if not is_first:
        visited = places_visited(problem, best.routes)
        minutes = {key: minutes_of(problem, best.shifts, best.routes, key) for key in best.shifts}
        shifts = loaded_again(problem, shifts, visited, missing_of(problem, options, best.routes), turn)
        remote = remote_of(options, counts_of(best.routes))
        stops = {key: len(visits) for key, visits in best.routes.items()}
        shifts = with_nights_for_the_remote(problem, shared_again(problem, shifts, minutes, turn), remote, stops)
    bands = [band for number, days in enumerate(centres) for band in bands_around(problem, options, number, days, turn)]
    lacks_required = any(
        counts_of(best.routes)[number] < min(place.at_least, options.visits[number])
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
            units(settings.day_km), turn,
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
    return State(shifts, routes, worth_of(problem, settings, shifts, routes))


def _still_good(problem: Problem, shifts: Shifts, routes: Routes, keys: Sequence[Key]) -> Routes:
    """Give the routes that keep their rules in other shifts."""
    state = State(shifts, routes, (0, 0.0))
    return {
        key: routes[key]
        for key in keys
        if key in routes
        and is_kept(problem, state, key[0], (key[1],))
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
    counts, seen = counts_of(routes), Counter[int]()
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
        prizes[number] = units(max(_REQUIRED_KM, 2 * settings.visit_km * settings.steps[0])) if is_required else 0
    for township, row in rows.items():
        for position, (_rank, number) in enumerate(sorted(row)):
            step = settings.steps[min(len(settings.steps) - 1, position * len(settings.steps) // wanted[township])]
            prizes[number] = prizes[number] or units(settings.visit_km * step * (_BARE if is_bare else 1))
    return prizes
