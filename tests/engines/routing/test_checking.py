"""The checker finds every kind of fault that is put into a good plan."""

from dataclasses import replace

import pytest

from kepu.engines.routing import Settings, Stop, Travel, check, plan_tours
from tests.engines.routing.worlds import rich


@pytest.fixture(scope="module")
def problem():
    return rich()


@pytest.fixture(scope="module")
def plan(problem):
    found = plan_tours(problem, Settings(iterations=100, rounds=4))
    assert check(found, problem) == []
    assert found.visits == found.wanted == 6
    assert found.vans[0].nights == 1
    return found


def rules(plan, problem):
    return {one.rule for one in check(plan, problem)}


def with_day(plan, which, **changes):
    """Change the first van-day for which `which` holds."""
    number = next(number for number, one in enumerate(plan.days) if which(one))
    days = list(plan.days)
    days[number] = replace(days[number], **changes)
    return replace(plan, days=tuple(days))


def with_stop(plan, name, **changes):
    def change(day):
        return tuple(replace(stop, **changes) if stop.place == name else stop for stop in day.stops)

    return replace(plan, days=tuple(replace(day, stops=change(day)) for day in plan.days))


def anything(_day):
    return True


def goes_to(*places):
    return lambda day: any(stop.place in places for stop in day.stops)


FAULTS = {
    "no such van": ("unknown", lambda p: with_day(p, anything, van="ghost")),
    "no such place": ("unknown", lambda p: with_stop(p, "near", place="ghost")),
    "no such point": ("unknown", lambda p: with_day(p, anything, start=99)),
    "twice on a day": ("twice", lambda p: replace(p, days=(*p.days, p.days[0]))),
    "a day off": ("not_working", lambda p: with_day(p, goes_to("near"), day=p.days[-1].day + 40)),
    "too fast": ("way", lambda p: with_stop(p, "near", arrives=p.days[0].leaves - 7)),
    "home too soon": ("way", lambda p: with_day(p, anything, returns=p.days[0].returns - 1)),
    "kilometres left out": ("way", lambda p: with_day(p, anything, metres=1)),
    "minutes at the wheel left out": ("way", lambda p: with_day(p, anything, driven_min=1)),
    "begins before it arrives": ("time", lambda p: with_stop(p, "near", starts=0)),
    "a visit cut short": ("time", lambda p: with_stop(p, "school", leaves=901)),
    "a closed school": ("opening", lambda p: with_stop(p, "school", starts=700, leaves=760)),
    "out before the shift": ("shift", lambda p: with_day(p, anything, leaves=100)),
    "out after the shift": ("shift", lambda p: with_day(p, anything, returns=1200)),
    "a day too long": ("day_hours", lambda p: with_day(p, anything, leaves=480, returns=1080)),
    "an exhibit left at home": ("exhibits", lambda p: with_day(p, goes_to("often"), exhibits=frozenset())),
    "an exhibit too many": ("load", lambda p: with_day(p, goes_to("often"), exhibits=frozenset("ab"))),
    "an exhibit nobody has": ("load", lambda p: with_day(p, goes_to("near"), exhibits=frozenset("z"))),
    "a load that changes overnight": ("load", lambda p: with_day(p, lambda d: d.night, exhibits=frozenset("b"))),
    "a night without a next day": ("tour", lambda p: replace(p, days=tuple(d for d in p.days if d.start == 0))),
    "a night without a day before": ("tour", lambda p: replace(p, days=tuple(d for d in p.days if not d.night))),
    "not home at night": ("tour", lambda p: with_day(p, lambda d: not d.night, end=1)),
    "a tour of another number": ("tour", lambda p: with_day(p, lambda d: d.night, tour=77)),
    "a night in the open": ("nights", lambda p: with_day(p, lambda d: d.night, night="barn")),
    "a place left out": ("required", lambda p: with_day(p, goes_to("near"), stops=())),
    "an unserved place that is served": ("required", lambda p: replace(p, unserved=(unserved("near"),))),
    "an unserved place that nobody knows": ("unknown", lambda p: replace(p, unserved=(unserved("ghost"),))),
    "a total": ("figures", lambda p: replace(p, metres=p.metres + 1)),
    "a township": ("figures", lambda p: replace(p, townships=p.townships[:1])),
    "the worst fill": ("figures", lambda p: replace(p, worst_fill=0.5)),
    "a log": ("figures", lambda p: replace(p, vans=(replace(p.vans[0], people=1),))),
}


def unserved(place):
    from kepu.engines.routing import Unserved

    return Unserved(place, 1, 1, "capacity")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(plan, problem, fault):
    rule, spoil = FAULTS[fault]
    spoilt = spoil(plan)

    assert spoilt != plan
    assert rule in rules(spoilt, problem)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("week_hours", lambda p: replace(p, hours=replace(p.hours, week_min=200))),
        ("week_days", lambda p: replace(p, hours=replace(p.hours, week_days=1))),
        ("rest", lambda p: replace(p, hours=replace(p.hours, rest_min=1300))),
        ("leg", lambda p: replace(p, hours=replace(p.hours, leg_min=50))),
        ("day_hours", lambda p: replace(p, hours=replace(p.hours, day_min=60))),
        ("nights", lambda p: replace(p, most_nights=0)),
        ("not_working", lambda p: replace(p, days=p.days[:1])),
        ("not_working", lambda p: replace(p, vans=(replace(p.vans[0], days=frozenset()),))),
        ("load", lambda p: replace(p, vans=(replace(p.vans[0], capacity=0),))),
        ("shift", lambda p: replace(p, vans=(replace(p.vans[0], starts=900),))),
        ("way", lambda p: replace(p, travel=Travel(p.travel.minutes + 1, p.travel.metres))),
    ],
)
def test_a_rule_that_became_stricter_is_missed(plan, problem, rule, change):
    assert rule in rules(plan, change(problem))


def test_more_visits_than_asked_for_and_visits_too_soon_are_found(plan, problem):
    stricter = tuple(replace(place, at_most=1) if place.id == "often" else place for place in problem.places)
    assert "at_most" in rules(plan, replace(problem, places=stricter))
    apart = tuple(replace(place, gap_days=9) if place.id == "often" else place for place in problem.places)
    assert "gap" in rules(plan, replace(problem, places=apart))


def test_a_stop_added_out_of_nowhere_is_found(plan, problem):
    spoilt = with_day(plan, goes_to("near"), stops=(Stop("near", 500, 500, 545), Stop("near", 500, 500, 545)))

    assert {"at_most", "gap", "way", "figures"} <= rules(spoilt, problem)
