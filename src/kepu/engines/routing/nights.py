"""Nights out of a plan in the making: where staying saves way, and where it is worth nothing."""

from dataclasses import replace

from kepu.engines.routing.problem import Problem, Settings
from kepu.engines.routing.shifts import came_home, may_stay, stayed, tours
from kepu.engines.routing.state import State, is_kept, is_loaded, is_out, worth_of


def with_nights(problem: Problem, settings: Settings, state: State) -> State:
    """Let vans stay out where that saves more way than a night costs, the largest saving first; bring home those for whom it does not."""
    state = tidied(problem, settings, state)
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
            joined = State(shifts, state.routes, state.worth)
            if is_kept(problem, joined, van, (day, day + 1)) and is_loaded(problem, joined, van):
                worth = worth_of(problem, settings, shifts, state.routes)
                if worth > state.worth:
                    state = replace(joined, worth=worth)
    return state


def _may_join(problem: Problem, state: State, van: int, day: int, number: int) -> bool:
    if problem.days[day + 1] != problem.days[day] + 1 or state.shifts[van, day].night is not None:
        return False
    if may_stay(problem, state.shifts, van, day, number):
        return True
    # A night beside another one makes a longer tour.
    before = next(tour for tour in tours(state.shifts, van) if day in tour)
    after = next(tour for tour in tours(state.shifts, van) if day + 1 in tour)
    return before is not after and len(before) + len(after) - 1 <= problem.most_nights


def tidied(problem: Problem, settings: Settings, state: State) -> State:
    """Bring vans home from nights that are worth nothing."""
    for van, day in sorted(state.shifts):
        if state.shifts[van, day].night is None:
            continue
        shifts = came_home(problem, state.shifts, van, day)
        home = State(shifts, state.routes, state.worth)
        if is_kept(
            problem, home, van, [one for one in (day, day + 1) if is_out(problem, shifts, state.routes, (van, one))]
        ):
            worth = worth_of(problem, settings, shifts, state.routes)
            if worth >= state.worth:
                state = replace(home, worth=worth)
    return state
