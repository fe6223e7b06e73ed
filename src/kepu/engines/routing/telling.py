"""What a plan in the making comes to: van-days with their times, what is unserved and why, townships and vans."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from kepu.engines.routing.model import timed
from kepu.engines.routing.options import Options
from kepu.engines.routing.plan import Ended, Fill, Reason, Stop, TourPlan, Unserved, Use, VanDay
from kepu.engines.routing.problem import Norm, Problem, Settings
from kepu.engines.routing.shifts import tours
from kepu.engines.routing.state import State, counts_of, is_out, metres_of, points_of

_NORM = Norm()


def told(
    problem: Problem, settings: Settings, options: Options, state: State, iterations: int, ended: Ended
) -> TourPlan:
    """Tell a plan in the making as the plan that comes out."""
    days = _van_days(problem, state)
    counts = counts_of(state.routes)
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


def _van_days(problem: Problem, state: State) -> tuple[VanDay, ...]:
    found: list[tuple[int, int, VanDay]] = []
    for number, van in enumerate(problem.vans):
        count = 0
        for tour in tours(state.shifts, number):
            if not any(is_out(problem, state.shifts, state.routes, (number, day)) for day in tour):
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
                points = points_of(problem, state.shifts, state.routes, key)
                found.append((day, number, VanDay(
                    van=van.id, day=problem.days[day], tour=count, start=shift.start, end=shift.end, leaves=leaves, returns=returns,
                    stops=tuple(
                        Stop(problem.places[visit.place].id, *at) for visit, at in zip(visits, stops, strict=True)
                    ),
                    metres=metres_of(problem, state.shifts, state.routes, key),
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
