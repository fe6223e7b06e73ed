"""Whether a plan keeps every rule: recomputed from the problem and the plan alone, with nothing of the solver."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kepu.engines.routing.plan import Stop, TourPlan, VanDay
from kepu.engines.routing.problem import Place, Problem, Van

Rule = Literal[
    "unknown", "twice", "not_working", "way", "time", "opening", "shift", "day_hours", "week_hours", "week_days", "rest",
    "leg", "exhibits", "load", "tour", "nights", "at_most", "gap", "required", "figures",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule.

    Args:
        rule: `unknown` (an id or point that the problem does not have), `twice` (a van has two entries on a day), `not_working` (a day that is not the
            van's), `way` (minutes or metres do not agree with the tables, or there is no road), `time` (times run backwards, or a visit is shorter
            than its service), `opening`, `shift` (out before the van starts or after it ends), `day_hours`, `week_hours`, `week_days`, `rest`, `leg`
            (driving too long without a stop), `exhibits` (needed but not aboard), `load` (aboard but not allowed, too many, or changed during
            a tour), `tour` (a day does not begin where the one before ended, or a tour does not end at home), `nights` (too many in a row, or
            outside the quarters), `at_most`, `gap`, `required` (a place lacks visits it must have and is not listed as unserved), `figures` (a total
            does not agree with the days).
        what: in words, for a log.
        van: id, where it is about one.
        day: day number, where it is about one.
        place: id, where it is about one.
    """

    rule: Rule
    what: str
    van: Hashable | None = None
    day: int | None = None
    place: Hashable | None = None


def check(plan: TourPlan, problem: Problem) -> list[Violation]:
    """Recompute a plan from the problem and list every rule it breaks; nothing where it breaks none.

    Args:
        plan: from anywhere.
        problem: what it was made for.

    Returns:
        Violations: of van-days, then of drivers and tours, then of places, then of totals.
    """
    vans = {van.id: van for van in problem.vans}
    places = {place.id: place for place in problem.places}
    found: list[Violation] = []
    for one in plan.days:
        if one.van in vans:
            found += _day(one, vans[one.van], places, problem)
        else:
            found.append(Violation("unknown", "no such van", van=one.van, day=one.day))
    for van in problem.vans:
        mine = sorted((one for one in plan.days if one.van == van.id), key=lambda one: one.day)
        found += _driver(mine, van, problem)
        found += _tours(mine, van, problem)
    found += _visits(plan, problem)
    found += _figures(plan, problem)
    return found


def _day(one: VanDay, van: Van, places: dict[Hashable, Place], problem: Problem) -> Iterator[Violation]:
    def broken(rule: Rule, what: str) -> Violation:
        return Violation(rule, what, van=one.van, day=one.day)

    if one.day not in problem.days or (van.days is not None and one.day not in van.days):
        yield broken("not_working", "the van does not work on this day")
    if one.leaves < van.starts or one.returns > van.ends:
        yield broken("shift", f"out from {one.leaves} to {one.returns}, allowed {van.starts} to {van.ends}")
    if one.returns - one.leaves > problem.hours.day_min:
        yield broken("day_hours", f"{one.returns - one.leaves} minutes, allowed {problem.hours.day_min}")
    if not one.exhibits <= van.exhibits or (van.capacity is not None and len(one.exhibits) > van.capacity):
        yield broken("load", f"may not be aboard: {sorted(one.exhibits)}")
    count = len(problem.travel.minutes)
    if not (0 <= one.start < count and 0 <= one.end < count):
        yield broken("unknown", "no such point")
        return
    for stop in one.stops:
        if stop.place not in places:
            yield Violation("unknown", "no such place", van=one.van, day=one.day, place=stop.place)
            return
        yield from _stop(one, stop, places[stop.place])
    yield from _way(one, places, problem)


def _stop(one: VanDay, stop: Stop, place: Place) -> Iterator[Violation]:
    def broken(rule: Rule, what: str) -> Violation:
        return Violation(rule, what, van=one.van, day=one.day, place=stop.place)

    if stop.starts < stop.arrives or stop.leaves - stop.starts != place.service_min:
        yield broken("time", f"{stop.arrives}, {stop.starts}, {stop.leaves}")
    if place.hours and not any(
        hours.opens <= stop.starts
        and stop.leaves <= hours.closes
        and (hours.weekdays is None or (one.day - 1) % 7 in hours.weekdays)
        and (hours.days is None or one.day in hours.days)
        for hours in place.hours
    ):
        yield broken("opening", f"closed between {stop.starts} and {stop.leaves}")
    if not place.exhibits <= one.exhibits:
        yield broken("exhibits", f"not aboard: {sorted(place.exhibits - one.exhibits)}")


def _way(one: VanDay, places: dict[Hashable, Place], problem: Problem) -> Iterator[Violation]:
    at, now, metres, driven = one.start, one.leaves, 0, 0
    marks = [(places[stop.place].point, stop.arrives, stop.leaves) for stop in one.stops]
    for point, arrives, leaves in [*marks, (one.end, one.returns, one.returns)]:
        minutes = int(problem.travel.minutes[at, point])
        if arrives != now + minutes:
            yield Violation("way", f"there at {arrives}, the way says {now + minutes}", van=one.van, day=one.day)
        if minutes > problem.hours.leg_min:
            yield Violation("leg", f"{minutes} minutes of driving", van=one.van, day=one.day)
        metres, driven = metres + int(problem.travel.metres[at, point]), driven + minutes
        at, now = point, leaves
    if metres != one.metres or driven != one.driven_min:
        what = f"{one.metres} m and {one.driven_min} min, the tables say {metres} and {driven}"
        yield Violation("way", what, van=one.van, day=one.day)


def _driver(mine: list[VanDay], van: Van, problem: Problem) -> Iterator[Violation]:
    hours, weeks = problem.hours, dict[int, list[VanDay]]()
    for one in mine:
        weeks.setdefault((one.day - 1) // 7, []).append(one)
    for days in weeks.values():
        minutes = sum(one.returns - one.leaves for one in days)
        if minutes > hours.week_min:
            what = f"{minutes} minutes in a week, allowed {hours.week_min}"
            yield Violation("week_hours", what, van=van.id, day=days[0].day)
        if len(days) > hours.week_days:
            what = f"{len(days)} days in a week, allowed {hours.week_days}"
            yield Violation("week_days", what, van=van.id, day=days[0].day)
    for early, late in pairwise(mine):
        if early.day == late.day:
            yield Violation("twice", "two entries on a day", van=van.id, day=late.day)
        rest = (late.day - early.day) * 1440 + late.leaves - early.returns
        if rest < hours.rest_min:
            yield Violation("rest", f"{rest} minutes, needed {hours.rest_min}", van=van.id, day=late.day)


def _tours(mine: list[VanDay], van: Van, problem: Problem) -> Iterator[Violation]:  # noqa: C901 a row of rules
    quarters = {one.id: one.point for one in problem.quarters}
    nights = 0
    for before, one in pairwise([None, *mine, None]):
        is_away = before is not None and before.night is not None
        if before is not None and is_away and (one is None or one.day != before.day + 1 or one.start != before.end):
            yield Violation("tour", "does not go on where it stayed", van=van.id, day=before.day)
        if one is None:
            continue
        nights = nights if is_away else 0
        if not is_away and one.start != van.point:
            yield Violation("tour", "a tour does not begin at home", van=van.id, day=one.day)
        if before is not None and (before.tour == one.tour) != is_away:
            yield Violation("tour", "the number of the tour is wrong", van=van.id, day=one.day)
        if before is not None and is_away and one.exhibits != before.exhibits:
            yield Violation("load", "the load changed during a tour", van=van.id, day=one.day)
        if one.night is None and one.end != van.point:
            yield Violation("tour", "a tour does not end at home", van=van.id, day=one.day)
        if one.night is not None:
            nights += 1
            if quarters.get(one.night) != one.end:
                yield Violation("nights", "the night is not at the quarters", van=van.id, day=one.day)
            if nights > problem.most_nights:
                what = f"{nights} nights in a row, allowed {problem.most_nights}"
                yield Violation("nights", what, van=van.id, day=one.day)


def _visits(plan: TourPlan, problem: Problem) -> Iterator[Violation]:
    days: dict[Hashable, list[int]] = {}
    for one in plan.days:
        for stop in one.stops:
            days.setdefault(stop.place, []).append(one.day)
    listed = {one.place: one for one in plan.unserved}
    for place in problem.places:
        mine = sorted(days.get(place.id, ()))
        if len(mine) > place.at_most:
            yield Violation("at_most", f"{len(mine)} visits, asked for {place.at_most}", place=place.id)
        for early, late in pairwise(mine):
            if late - early < place.gap_days:
                what = f"{late - early} days after the visit before, at least {place.gap_days}"
                yield Violation("gap", what, day=late, place=place.id)
        entry = listed.get(place.id)
        missing, required = place.at_most - len(mine), max(0, place.at_least - len(mine))
        told = (0, 0) if entry is None else (entry.missing, entry.required)
        if told != (max(0, missing), required):
            what = f"lacks {missing} visits, {required} of them required; listed: {told[0]}, {told[1]}"
            yield Violation("required", what, place=place.id)
    for name in listed.keys() - {place.id for place in problem.places}:
        yield Violation("unknown", "no such place is unserved", place=name)


def _figures(plan: TourPlan, problem: Problem) -> Iterator[Violation]:
    visits: dict[Hashable, int] = {}
    for one in plan.days:
        for stop in one.stops:
            visits[stop.place] = visits.get(stop.place, 0) + 1
    town: dict[str, list[int]] = {}
    people = {place.id: place.people for place in problem.places}
    required = 0
    for place in problem.places:
        has = visits.get(place.id, 0)
        row = town.setdefault(place.township, [0, 0, 0, 0])
        for number, more in enumerate((place.at_most, place.at_least, has, has * place.people)):
            row[number] += more
        required += min(has, place.at_least)
    told = {one.township: [one.wanted, one.required, one.visits, one.people] for one in plan.townships}
    if told != town or any(abs(one.share - one.visits / one.wanted) > 1e-9 for one in plan.townships):  # noqa: PLR2004
        yield Violation("figures", "the townships do not agree with the days")
    worst = min((row[2] / row[0] for row in town.values()), default=1.0)
    totals = (
        sum(visits.values()), sum(row[0] for row in town.values()), sum(row[1] for row in town.values()), required,
        sum(one.metres for one in plan.days),
    )  # fmt: skip
    if totals != (plan.visits, plan.wanted, plan.required, plan.required_visits, plan.metres):
        yield Violation("figures", "the totals do not agree with the days")
    if abs(worst - plan.worst_fill) > 1e-9:  # noqa: PLR2004
        yield Violation("figures", "the worst fill is another")
    for van in problem.vans:
        mine = [one for one in plan.days if one.van == van.id]
        log = (
            len(mine), sum(one.night is not None for one in mine), sum(one.metres for one in mine),
            sum(len(one.stops) for one in mine), sum(people.get(stop.place, 0) for one in mine for stop in one.stops),
            len({name for one in mine for name in one.exhibits}), sum(one.returns - one.leaves for one in mine),
        )  # fmt: skip
        logs = [one for one in plan.vans if one.van == van.id]
        if [(u.days_out, u.nights, u.metres, u.stops, u.people, u.exhibits, u.minutes) for u in logs] != [log]:
            yield Violation("figures", "the log of a van does not agree with its days", van=van.id)
