"""The frame of a plan: van-days with where they begin and end, how long they may last and what is aboard."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kepu.engines.routing.options import Options, back_by
from kepu.engines.routing.problem import Place, Problem, week_of

Key = tuple[int, int]
"""Van and day, as indices."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One van on one day.

    Args:
        start: point where it begins.
        end: point where it ends.
        budget: minutes it may last.
        load: exhibits aboard, the same for all days of a tour.
        night: index of the quarters where the van stays afterwards, or None.
    """

    start: int
    end: int
    budget: int
    load: frozenset[str]
    night: int | None = None


Shifts = dict[Key, Shift]


def first_shifts(problem: Problem, options: Options) -> Shifts:
    """Give every van its days, hours and load; all at home at night."""
    demand = Counter(
        place.exhibits
        for place, visits in zip(problem.places, options.visits, strict=True)
        for _visit in range(visits)
        if place.exhibits
    )
    longest = max((trip for trip, far in zip(options.trip_min, options.is_remote, strict=True) if not far), default=0)
    shifts: Shifts = {}
    for number, van in enumerate(problem.vans):
        menu = _menu(van.exhibits, van.capacity, demand)
        days = 0
        for week in weeks(problem, number):
            budgets = _budgets(problem, len(week), longest)
            for index, budget in zip(week, budgets, strict=True):
                shifts[number, index] = Shift(van.point, van.point, budget, menu[(days + number) % len(menu)])
                days += 1
    return shifts


def weeks(problem: Problem, number: int) -> list[list[int]]:
    """Give a van's days, week by week, no more a week than its driver may be out; days off go round among the vans."""
    van = problem.vans[number]
    found: dict[int, list[int]] = {}
    for index, day in enumerate(problem.days):
        if van.works_on(day):
            found.setdefault(week_of(day), []).append(index)
    result = []
    for count, week in enumerate(found.values()):
        off = len(week) - problem.hours.week_days
        while off > 0:
            week.pop((number + count) % len(week))
            off -= 1
        result.append(week)
    return result


def _budgets(problem: Problem, days: int, longest: int) -> list[int]:
    """Share the hours of a week: evenly, or long days first where an even day is too short for the longest trip."""
    hours = problem.hours
    even = min(hours.day_min, hours.week_min // days)
    if even == hours.day_min or longest <= even:
        return [even] * days
    left, budgets = hours.week_min, []
    for _day in range(days):
        budgets.append(min(hours.day_min, left))
        left -= budgets[-1]
    return budgets


def shared_again(problem: Problem, shifts: Shifts, minutes: Mapping[Key, int], turn: int) -> Shifts:
    """Give what a driver did not use of his week to his other days, beginning with another day at each turn."""
    hours, result = problem.hours, dict(shifts)
    for number in range(len(problem.vans)):
        for week in weeks(problem, number):
            used = {index: minutes.get((number, index), 0) for index in week}
            left = hours.week_min - sum(used.values())
            start = turn % len(week)
            for index in week[start:] + week[:start]:
                more = min(hours.day_min - used[index], left)
                result[number, index] = replace(result[number, index], budget=used[index] + more)
                left -= more
    return result


def tours(shifts: Shifts, van: int) -> list[list[int]]:
    """Give the days of a van, those joined by nights out together."""
    result: list[list[int]] = []
    is_out = False
    for number, index in sorted(shifts):
        if number != van:
            continue
        if is_out:
            result[-1].append(index)
        else:
            result.append([index])
        is_out = shifts[number, index].night is not None
    return result


def _menu(exhibits: frozenset[str], capacity: int | None, demand: Counter[frozenset[str]]) -> list[frozenset[str]]:
    """Give loads that together carry all that is asked for and may ride here, the most wanted first."""
    useful = {needs: times for needs, times in demand.items() if needs <= exhibits}
    everything = frozenset().union(*useful)
    if capacity is None or len(everything) <= capacity:
        return [everything]
    menu: list[frozenset[str]] = []
    waiting = {needs: times for needs, times in useful.items() if len(needs) <= capacity}
    while waiting:
        load = filled(frozenset(), waiting, capacity)
        menu.append(load)
        waiting = {needs: times for needs, times in waiting.items() if not needs <= load}
    return menu or [frozenset()]


def filled(load: frozenset[str], demand: Mapping[frozenset[str], int], capacity: int) -> frozenset[str]:
    """Add the most wanted sets of exhibits to a load as long as they fit."""
    for needs, _times in sorted(demand.items(), key=lambda item: (-item[1], sorted(item[0]))):
        if len(load | needs) <= capacity:
            load |= needs
    return load


def loaded_again(
    problem: Problem, shifts: Shifts, visited: Mapping[Key, Iterable[Place]], missing: Iterable[Place], turn: int
) -> Shifts:
    """Keep aboard what each tour needs, and use the room that is left for what unserved places need."""
    wanted = Counter(place.exhibits for place in missing if place.exhibits)
    result = dict(shifts)
    for number, van in enumerate(problem.vans):
        if van.capacity is None:
            continue
        useful = sorted((needs for needs in wanted if needs <= van.exhibits), key=sorted)
        for count, tour in enumerate(tours(shifts, number)):
            used = frozenset[str]().union(*(place.exhibits for day in tour for place in visited.get((number, day), ())))
            weight = {needs: wanted[needs] + (count + turn + place) % 3 for place, needs in enumerate(useful)}
            load = filled(filled(used, weight, van.capacity), {shifts[number, tour[0]].load: 1}, van.capacity)
            for one in sorted(shifts[number, tour[0]].load - load):
                load |= {one} if len(load) < van.capacity else frozenset()
            for day in tour:
                result[number, day] = replace(result[number, day], load=load)
    return result


def with_nights_for_the_remote(
    problem: Problem, shifts: Shifts, missing: Mapping[int, int], visits: Mapping[Key, int]
) -> Shifts:
    """Plan tours of two days past quarters for places that cannot be visited otherwise, on days with little else.

    Args:
        problem: places, vans and quarters.
        shifts: van-days.
        missing: visits that remote places lack, by index of the place.
        visits: stops that van-days have already; those that a new tour cannot make are searched for anew.
    """
    result = dict(shifts)
    minutes = problem.travel.minutes
    work: dict[int, list[int]] = {}
    for number in sorted(missing):
        point = problem.places[number].point
        near = min(
            range(len(problem.quarters)), key=lambda one: (int(minutes[problem.quarters[one].point, point]), one)
        )
        work.setdefault(near, []).append(number)
    for quarters, places in sorted(work.items()):
        point = problem.quarters[quarters].point
        demand = Counter({problem.places[number].exhibits: missing[number] for number in places})
        needed = sum(
            missing[number]
            * (problem.places[number].service_min + 2 * int(minutes[point, problem.places[number].point]))
            for number in places
        )
        for number, van in sorted(enumerate(problem.vans), key=lambda one: (int(minutes[one[1].point, point]), one[0])):
            if not any(needs <= van.exhibits for needs in demand):
                continue
            menu = _menu(van.exhibits, van.capacity, demand)
            useful = max(60, 2 * problem.hours.day_min - 2 * int(minutes[van.point, point]))
            wanted = max([-(-needed // useful), len(menu), *(missing[place] for place in places)])
            for turn in range(wanted):
                free = [day for day in range(len(problem.days) - 1) if may_stay(problem, result, number, day, quarters)]
                if not free:
                    break
                even = (2 * turn + 1) * len(problem.days) // (2 * wanted)
                day = min(
                    free,
                    key=lambda one: (
                        visits.get((number, one), 0) + visits.get((number, one + 1), 0),
                        abs(one - even),
                        one,
                    ),
                )
                result = stayed(problem, result, number, day, quarters, menu[turn % len(menu)])
                needed -= useful
            if needed <= 0:
                break
    return result


def may_stay(problem: Problem, shifts: Shifts, van: int, day: int, quarters: int) -> bool:
    """Whether a van that is at home before and after two days may stay out in the night between them."""
    first, second = shifts.get((van, day)), shifts.get((van, day + 1))
    home, point = problem.vans[van].point, problem.quarters[quarters].point
    if first is None or second is None or problem.days[day + 1] != problem.days[day] + 1 or not problem.most_nights:
        return False
    there, back = int(problem.travel.minutes[home, point]), int(problem.travel.minutes[point, home])
    room = back_by(problem, problem.vans[van]) - problem.vans[van].starts
    return (
        first.start == first.end == second.start == second.end == home
        and first.night is None
        and second.night is None
        and max(there, back) <= problem.hours.leg_min
        and there <= min(first.budget, room)
        and back <= min(second.budget, room)
    )


def stayed(
    problem: Problem, shifts: Shifts, van: int, day: int, quarters: int, load: frozenset[str] | None = None
) -> Shifts:
    """Put a night out between two days of a van, with a load for both, or the first one's."""
    point = problem.quarters[quarters].point
    result = dict(shifts)
    load = shifts[van, day].load if load is None else load
    result[van, day] = replace(shifts[van, day], end=point, night=quarters, load=load)
    later = day + 1
    result[van, later] = replace(shifts[van, later], start=point, load=load)
    while result[van, later].night is not None:
        later += 1
        result[van, later] = replace(result[van, later], load=load)
    return result


def came_home(problem: Problem, shifts: Shifts, van: int, day: int) -> Shifts:
    """Take the night after a day back."""
    home, result = problem.vans[van].point, dict(shifts)
    result[van, day] = replace(shifts[van, day], end=home, night=None)
    result[van, day + 1] = replace(shifts[van, day + 1], start=home)
    return result
