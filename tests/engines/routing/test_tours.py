"""Laws of plans, a month by hand, and why places stay unserved."""

import doctest
from dataclasses import replace
from importlib import import_module
from itertools import permutations
from pkgutil import iter_modules

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu.engines import routing
from kepu.engines.routing import (
    Hours,
    Opening,
    Place,
    Problem,
    Quarters,
    Settings,
    Travel,
    Use,
    Van,
    check,
    plan_tours,
    utilisation,
    week_of,
)
from tests.engines.routing.worlds import BRIEF, MONDAY, problems, rich, ways

HOURS = Hours(540, 2700, 6)
VAN = Van("v", 0, 480, 1080)
DAYS = tuple(range(MONDAY, MONDAY + 5))


def line(*places, vans=(VAN,), days=DAYS, hours=HOURS, quarters=(), nights=0, points=None):
    """Places on a line, the vans' home at 0: a unit is a minute and a kilometre."""
    points = points or [(0, 0), *[(10 * (number + 1), 0) for number in range(len(places))]]
    return Problem(ways(points), places, tuple(vans), tuple(days), hours, tuple(quarters), nights)


@given(problems())
@settings(max_examples=40)
def test_every_plan_keeps_every_rule(problem):
    plan = plan_tours(problem, BRIEF)

    assert check(plan, problem) == []
    assert plan.ended == "iterations"
    assert plan.visits + sum(one.missing for one in plan.unserved) == plan.wanted
    assert plan.worst_fill == min(one.share for one in plan.townships)


@given(problems(), st.integers(0, 200))
@settings(max_examples=25)
def test_a_plan_keeps_every_rule_wherever_it_is_stopped(problem, patience):
    calls = []

    def should_stop():
        calls.append(1)
        return len(calls) > patience

    plan = plan_tours(problem, replace(BRIEF, rounds=4), should_stop=should_stop)

    assert check(plan, problem) == []
    assert plan.ended == ("stopped" if len(calls) > patience else "iterations")


@given(problems(), st.integers(0, 5))
@settings(max_examples=8)
def test_the_same_input_gives_the_same_plan(problem, seed):
    brief = replace(BRIEF, seed=seed)

    assert repr(plan_tours(problem, brief)) == repr(plan_tours(problem, brief))


@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=1, max_size=5))
@settings(max_examples=15)
def test_no_order_of_a_day_is_shorter(points):
    places = tuple(Place(number, 1 + number, "t", 20) for number in range(len(points)))
    problem = line(*places, days=DAYS[:1], hours=Hours(2000, 2000, 1, 0, 999), points=[(0, 0), *points],
                   vans=(replace(VAN, starts=0, ends=1440),))  # fmt: skip

    plan = plan_tours(problem, Settings(iterations=80, rounds=1))

    metres = problem.travel.metres
    shortest = min(
        sum(int(metres[one, two]) for one, two in zip((0, *order), (*order, 0), strict=True))
        for order in permutations(range(1, len(points) + 1))
    )
    assert plan.visits == len(points)
    assert plan.metres <= shortest + 10 * len(points)  # the search counts in tens of metres


def test_a_week_by_hand():
    """Eight hours of visits fit into one day only by threes: two days, each out to its farthest place and back."""
    places = [Place(name, 1 + number, "t", 120) for number, name in enumerate("abcd")]
    problem = line(*places, days=DAYS[:3], hours=Hours(420, 2700))

    plan = plan_tours(problem, Settings(iterations=60, rounds=3))

    # a and b (20 out, 20 back) on one day, c and d (40, 40) on the other; or b with d: 2 × 40 + 2 × 20 = 120 is the least in any case.
    assert check(plan, problem) == []
    assert (plan.visits, len(plan.days), plan.metres) == (4, 2, 120_000)
    assert sorted(one.minutes for one in plan.days) in ([280, 320], [300, 320], [320, 320])
    assert plan.days[0].leaves + plan.days[0].minutes == plan.days[0].returns


def test_a_tour_of_two_days_by_hand():
    """Two places near the inn, 170 minutes away: out, a visit, a night, a visit and home; each alone is too far for a day."""
    places = (Place("p", 2, "t", 120), Place("q", 3, "t", 120))
    problem = line(
        *places, days=DAYS[:2], hours=Hours(400, 2700), quarters=(Quarters("inn", 1),), nights=1,
        points=[(0, 0), (170, 0), (170, 10), (180, 0)],
    )  # fmt: skip

    plan = plan_tours(problem, Settings(iterations=40, rounds=2))

    assert check(plan, problem) == []
    assert [(one.night, len(one.stops)) for one in plan.days] == [("inn", 1), (None, 1)]
    assert plan.vans == (Use("v", 2, 1, plan.metres, 2, 0, 0, sum(one.minutes for one in plan.days)),)
    # p on the way out: 171 + 10, then q: 10 + 180. Or the other way round, the same.
    assert plan.metres == 170_294 + 10_000 + 10_000 + 180_000


def test_a_van_stays_out_where_it_saves_more_than_a_night_costs():
    places = tuple(Place(number, 2 + number, "t", 240) for number in range(2))
    far = {"days": DAYS[:2], "points": [(0, 0), (100, 0), (100, 1), (101, 0)], "quarters": (Quarters("inn", 1),)}

    home = plan_tours(line(*places, nights=0, **far), BRIEF)
    away = plan_tours(line(*places, nights=1, **far), BRIEF)
    dear = plan_tours(line(*places, nights=1, **far), replace(BRIEF, night_km=500.0))

    assert [one.nights for plan in (home, away, dear) for one in plan.vans] == [0, 1, 0]
    assert away.metres < home.metres - 190_000


def test_a_place_is_visited_at_most_so_often_and_never_too_soon():
    often = Place("often", 1, "t", 60, at_least=2, at_most=3, gap_days=2)
    plan = plan_tours(line(often), BRIEF)

    assert [one.day - MONDAY for one in plan.days if one.stops] == [0, 2, 4]
    assert plan.unserved == ()
    rare = plan_tours(line(replace(often, gap_days=4)), BRIEF)
    assert (rare.visits, rare.unserved[0].missing, rare.unserved[0].reason) == (2, 1, "days")


def test_visits_lie_in_the_openings_of_their_day():
    school = Place(
        "school",
        1,
        "t",
        60,
        hours=(Opening(600, 661, weekdays=frozenset({3})), Opening(900, 1000, days=frozenset({1}))),
    )
    plan = plan_tours(line(school), BRIEF)

    assert [(one.day - MONDAY, one.leaves, stop.arrives, stop.starts) for one in plan.days for stop in one.stops] == [
        (3, 590, 600, 600)  # left as late as the way allows: nobody waits at a closed door
    ]


def test_a_van_carries_no_more_than_it_may():
    places = tuple(Place(name, 1 + number, "t", 60, exhibits=frozenset(name)) for number, name in enumerate("abc"))
    van = replace(VAN, exhibits=frozenset("abc"), capacity=1)
    plan = plan_tours(line(*places, vans=(van,)), Settings(iterations=40, rounds=5))

    assert plan.visits == 3
    assert sorted("".join(one.exhibits) for one in plan.days) == ["a", "b", "c"]
    assert len(plan_tours(line(*places, vans=(replace(van, capacity=3),)), BRIEF).days) == 1


def test_the_week_of_a_driver_ends_where_his_hours_do():
    places = tuple(Place(number, 1, "t", 300) for number in range(5))
    plan = plan_tours(line(*places, hours=Hours(540, 1000)), Settings(iterations=40, rounds=4))

    assert sum(one.minutes for one in plan.days) <= 1000
    assert plan.visits == 3  # 320 minutes each
    assert {one.reason for one in plan.unserved} == {"capacity"}
    two_weeks = plan_tours(
        line(*places, hours=Hours(540, 1000), days=(*DAYS[:3], *range(MONDAY + 7, MONDAY + 10))), BRIEF
    )
    assert two_weeks.visits == 5
    assert {week_of(one.day) - week_of(MONDAY) for one in two_weeks.days} == {0, 1}


def test_a_driver_has_his_days_off_and_his_rest():
    places = tuple(Place(number, 1, "t", 400) for number in range(5))
    plan = plan_tours(line(*places, hours=Hours(540, 2700, 3)), BRIEF)
    assert plan.visits == len(plan.days) == 3

    late = replace(VAN, starts=420, ends=1440)
    plan = plan_tours(line(*places, vans=(late,), hours=Hours(900, 9000, 6, rest_min=960)), BRIEF)
    assert all(one.returns <= 420 + 1440 - 960 for one in plan.days)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Place("p", 1, "t", 60, exhibits=frozenset("x")), "exhibits"),
        (Place("p", 1, "t", 60, hours=(Opening(0, 400),)), "no_hours"),
        (Place("p", 1, "t", 60, hours=(Opening(480, 1080, weekdays=frozenset({6})),)), "no_hours"),
        (Place("p", 1, "t", 60, hours=(Opening(600, 650),)), "no_hours"),
        (Place("p", 1, "t", 535), "too_far"),
        (Place("p", 2, "t", 60), "too_far"),
    ],
)
def test_what_stays_unserved_says_why(place, reason):
    plan = plan_tours(line(place, points=[(0, 0), (10, 0), (900, 0)]), BRIEF)

    assert [(one.place, one.missing, one.required, one.reason) for one in plan.unserved] == [("p", 1, 1, reason)]
    assert plan.days == ()


def test_a_place_without_a_road_is_too_far():
    road = Travel.of([[0, np.inf], [np.inf, 0]], [[0, np.inf], [np.inf, 0]])
    plan = plan_tours(Problem(road, (Place("p", 1, "t", 60),), (VAN,), DAYS, HOURS), BRIEF)

    assert plan.unserved[0].reason == "too_far"


def test_what_is_short_is_shared_among_townships():
    """Nine places near, six far, three days for three near or two far ones: without steps the far ones get nothing."""
    near = tuple(Place(f"n{number}", 1, "near", 150, at_least=0) for number in range(9))
    far = tuple(Place(f"f{number}", 2, "far", 150, at_least=0) for number in range(6))
    world = line(*near, *far, days=DAYS[:3], points=[(0, 0), (5, 0), (90, 0)])

    fair = plan_tours(world, Settings(iterations=60, rounds=4, visit_km=500, steps=(8.0, 4.0, 2.0, 1.0)))
    flat = plan_tours(world, Settings(iterations=60, rounds=4, visit_km=500, steps=(1.0,)))

    assert check(fair, world) == check(flat, world) == []
    assert flat.visits >= fair.visits >= 6
    assert flat.worst_fill == 0
    assert fair.worst_fill >= 0.3


def test_required_visits_come_before_any_number_of_wanted_ones():
    must = Place("must", 2, "far", 200, at_least=1)
    wish = tuple(Place(number, 1, "near", 100, at_least=0) for number in range(5))
    world = line(must, *wish, days=DAYS[:1], points=[(0, 0), (1, 0), (130, 0)])

    plan = plan_tours(world, Settings(iterations=60, rounds=2))

    assert plan.required_visits == plan.required == 1


def test_a_search_that_is_stopped_gives_what_it_has():
    problem, calls, told = rich(), [], []

    def should_stop():
        calls.append(1)
        return len(calls) > 30

    plan = plan_tours(problem, Settings(iterations=200, rounds=3), should_stop=should_stop, progress=told.append)

    assert plan.ended == "stopped"
    assert check(plan, problem) == []
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_what_the_caller_raises_ends_the_search():
    def should_stop():
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        plan_tours(rich(), BRIEF, should_stop=should_stop)


def test_a_plan_says_when_the_fuse_blew():
    plan = plan_tours(rich(), Settings(iterations=10_000_000, rounds=3, fuse_s=0.3))

    assert plan.ended == "fuse"
    assert check(plan, rich()) == []


def test_nothing_asked_is_nothing_planned():
    plan = plan_tours(line(), BRIEF)
    assert (plan.days, plan.visits, plan.worst_fill) == ((), 0, 1.0)
    assert plan_tours(line(Place("p", 1, "t", 60), vans=()), BRIEF).unserved[0].reason == "exhibits"


def test_use_is_held_against_the_norm():
    assert utilisation(Use("v", 10, 0, 100_000, 0, 0, 0, 0), 365) == pytest.approx(10 / 120)
    assert utilisation(Use("v", 1, 0, 10_000_000, 0, 0, 0, 0), 365) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="span_days"):
        utilisation(Use("v", 1, 0, 0, 0, 0, 0, 0), 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Travel.of([[0, 1]], [[0, 1]]), "minutes"),
        (lambda: Travel.of([[0, -1], [1, 0]], [[0, 1], [1, 0]]), "minutes"),
        (lambda: Travel.of([[1]], [[0]]), "minutes"),
        (lambda: Opening(600, 600), "opens"),
        (lambda: Place("p", 0, "t", 0), "service_min"),
        (lambda: Place("p", 0, "t", 1, at_least=2), "at_least"),
        (lambda: Place("p", 0, "t", 1, gap_days=0), "gap_days"),
        (lambda: Place("p", 0, "t", 1, people=-1), "people"),
        (lambda: Van("v", 0, 9, 9), "starts"),
        (lambda: Van("v", 0, 1, 9, capacity=-1), "capacity"),
        (lambda: Hours(0, 1), "day_min"),
        (lambda: line(Place("p", 1, "t", 1), Place("p", 1, "t", 1)), "places"),
        (lambda: line(Place("p", 9, "t", 1)), "places"),
        (lambda: line(days=()), "days"),
        (lambda: line(days=(2, 1)), "days"),
        (lambda: line(nights=-1), "most_nights"),
        (lambda: Settings(iterations=0), "iterations"),
        (lambda: Settings(steps=(1.0, 2.0)), "steps"),
        (lambda: Settings(night_km=-1), "visit_km"),
        (lambda: Settings(fuse_s=0), "fuse_s"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_examples_in_the_words_of_the_engine_are_true():
    for module in iter_modules(routing.__path__):
        failures, _tried = doctest.testmod(import_module(f"kepu.engines.routing.{module.name}"))
        assert not failures, module.name
