"""Laws of a round decided: rules are never broken, order decides nothing, and a referee finds nothing better."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kepu.engines.matching import (
    Forbid,
    Match,
    PinsRefused,
    Settings,
    figures_of,
    first_come,
    greedy,
    plan_from,
    prepare,
    prices,
    solve,
)
from tests.engines.matching.worlds import best_by_search, broken_rules, ids, made, rounds, shuffled

FEW = settings(max_examples=40, deadline=None)
WISHES = st.builds(
    Settings,
    fit=st.sampled_from([0.0, 1.0]),
    distance=st.sampled_from([0.0, 0.05]),
    equity=st.sampled_from([0.0, 0.5]),
    evenness=st.sampled_from([0.0, 0.2]),
    wanted_gap=st.sampled_from([0.0, 0.1]),
    breadth=st.sampled_from([None, 2]),
)


@FEW
@given(rounds(), WISHES)
def test_no_hard_rule_is_ever_broken_and_the_bound_holds(round_, wishes):
    plan = solve(round_, wishes)

    assert broken_rules(round_, plan) == set()
    assert plan.bound is None or plan.value <= plan.bound
    assert (plan.bound is None) == (wishes.breadth is not None)
    assert sum(one.wanted - one.served for one in plan.unserved) == plan.wanted - plan.served
    terms = plan.worth
    assert terms.served + terms.fit + terms.distance + terms.equity + terms.evenness + terms.staying == pytest.approx(
        plan.value, abs=1e-3
    )


@FEW
@given(rounds(), WISHES, st.integers(0, 99))
def test_the_order_of_input_does_not_change_a_byte(round_, wishes, seed):
    first, again = solve(round_, wishes), solve(shuffled(round_, seed), wishes)

    assert json.dumps(first.as_dict()) == json.dumps(again.as_dict())


@FEW
@given(rounds(network_only=True), st.sampled_from([0.0, 0.05]))
def test_with_rules_of_the_network_the_plan_is_the_best_of_all_plans(round_, distance):
    wishes = Settings(distance=distance)
    plan = solve(round_, wishes)

    assert (plan.gap, plan.flows) == (0.0, 1)
    assert plan.value == pytest.approx(best_by_search(round_, wishes), abs=1e-4)


@FEW
@given(rounds())
def test_with_every_rule_the_best_plan_lies_between_value_and_bound(round_):
    plan = solve(round_, Settings(wanted_gap=0.0))

    assert plan.value - 1e-4 <= best_by_search(round_, Settings()) <= plan.bound + 1e-4


@pytest.mark.parametrize("seed", range(5))
def test_different_people_come_within_a_hundredth_of_the_best(seed):
    round_ = made(seed, requests=30, providers=25, slots=8, repeat="different")
    plan = solve(round_)

    assert plan.value >= 0.99 * best_by_search(round_, Settings())


@FEW
@given(rounds(network_only=True))
def test_nothing_simple_is_better(round_):
    plan, wishes = solve(round_), Settings()

    for other in (greedy(round_, wishes), first_come(round_, ids("r", len(round_.requests.ids)), wishes)):
        assert broken_rules(round_, other) == set()
        assert other.value <= plan.value


@FEW
@given(rounds())
def test_simple_ways_break_no_rule_either(round_):
    assert broken_rules(round_, greedy(round_)) == set()
    assert broken_rules(round_, first_come(round_, ids("r", len(round_.requests.ids))[::-1])) == set()


@FEW
@given(rounds(), st.data())
def test_pins_are_kept_and_forbids_too(round_, data):
    plan = solve(round_)
    assume(plan.assignments)
    pins = data.draw(st.lists(st.sampled_from(plan.matches), max_size=3, unique=True))
    out = data.draw(st.sampled_from(plan.matches))
    forbids = (
        []
        if out in pins
        else [data.draw(st.sampled_from([Forbid(*out), *([] if _meets(pins, out) else [Forbid(*out[:2])])]))]
    )
    wishes = Settings(pins=pins, forbids=forbids, previous=plan.matches)

    changed = solve(round_, wishes)

    assert set(pins) <= set(changed.matches)
    assert {one.match for one in changed.assignments if one.is_pinned} == set(pins)
    assert broken_rules(round_, changed, wishes) == set()
    assert changed.moves.kept + len(changed.moves.gone) == plan.served
    assert changed.value - changed.worth.staying <= plan.bound + 1e-9


def _meets(pins, match):
    return any(pin[:2] == match[:2] for pin in pins)


def test_a_pin_that_was_not_chosen_is_set_and_the_rest_is_decided_around_it():
    round_ = made(3)
    plan = solve(round_)
    request, provider = next(
        (r, p) for r, p in zip(round_.pairs.request.tolist(), round_.pairs.provider.tolist(), strict=True)
        if round_.providers.load[p] and (round_.requests.window[r] & round_.providers.available[p]).any()
        and not any(one[:2] == (f"r{r:03}", f"e{p:03}") for one in plan.matches)
    )  # fmt: skip
    slot = int(np.flatnonzero(round_.requests.window[request] & round_.providers.available[provider])[0])
    pin = Match(f"r{request:03}", f"e{provider:03}", f"s{slot:03}")

    changed = solve(round_, Settings(pins=[pin], previous=plan.matches))

    assert pin in changed.matches
    assert changed.gap == 0.0
    assert len(changed.moves.gone) <= 4


def test_pins_that_break_rules_are_refused_each_with_its_rule():
    round_ = made(1, repeat="different")
    pairs, barred = round_.pairs, np.zeros(len(round_.pairs.request), dtype=bool)
    barred[0] = True
    round_ = replace(
        round_, pairs=replace(pairs, allowed={"guardianship": np.ones(len(barred), bool), "conflict": ~barred})
    )
    r, p = f"r{pairs.request[0]:03}", f"e{pairs.provider[0]:03}"
    plan = solve(round_)
    fine = next(one for one in plan.matches if not round_.requests.window[int(one.request[1:])].all())
    closed = int(np.flatnonzero(~round_.requests.window[int(fine.request[1:])])[0])

    with pytest.raises(PinsRefused) as refused:
        solve(round_, Settings(
            pins=[Match(r, p, "s000"), Match("nobody", p, "s000"), fine, Match(fine.request, fine.provider, f"s{closed:03}")],
        ))  # fmt: skip
    assert {one.rule for one in refused.value.refusals} == {"conflict", "unknown", "window"}
    with pytest.raises(PinsRefused, match="forbidden"):
        solve(round_, Settings(pins=[fine], forbids=[Forbid(*fine[:2])]))


@pytest.mark.parametrize("seed", range(4))
def test_staying_keeps_the_rest_of_the_plan(seed):
    round_ = made(seed, requests=60, providers=40, slots=10)
    plan = solve(round_)
    forbid = [Forbid(*plan.matches[5][:2])]

    loose = solve(round_, Settings(forbids=forbid, previous=plan.matches, staying=0.0))
    near = solve(round_, Settings(forbids=forbid, previous=plan.matches, staying=0.02))

    assert len(near.moves.gone) <= len(loose.moves.gone)
    assert len(near.moves.gone) <= 6
    assert near.value - near.worth.staying <= loose.value + 1e-9


def test_a_bound_is_handed_on_only_where_it_holds():
    round_ = made(7, requests=60, providers=40, slots=10)
    plan = solve(round_)
    forbids = [Forbid(*plan.matches[3][:2])]
    narrow = Settings(forbids=forbids, previous=plan.matches, breadth=5)

    again = solve(shuffled(round_, 1), narrow, known=plan.proof)

    assert again.bound is not None
    whole = solve(round_, replace(narrow, breadth=None))
    assert again.value <= whole.value <= whole.bound <= again.bound
    assert solve(round_, replace(narrow, fit=0.5), known=plan.proof).bound is None
    assert solve(made(8, requests=60, providers=40, slots=10), narrow, known=plan.proof).bound is None
    assert solve(round_, replace(narrow, forbids=()), known=whole.proof).bound is None


def test_the_concave_bonus_lifts_the_worst_district_and_loses_no_visit():
    round_ = made(11, requests=60, providers=20, slots=10, load=3, districts=5)
    figures = [figures_of(solve(round_, Settings(equity=weight))) for weight in (0.0, 0.2, 0.5, 1.0, 2.0)]

    assert len({one.served for one in figures}) == 1
    assert [one.fit for one in figures] == sorted((one.fit for one in figures), reverse=True)
    assert figures[-1].worst_fill > figures[0].worst_fill


@pytest.mark.parametrize("seed", [2, 7, 11])
@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_floors_are_met_where_they_can_be(seed, weight):
    floor, size = 0.4, {"requests": 60, "providers": 20, "slots": 10, "load": 6, "districts": 5}
    free, held = (solve(made(seed, **size, floor=least), Settings(equity=weight)) for least in (0.0, floor))

    assert min(solve(made(seed, **size)).fills) < floor
    assert [one.missing for one in held.districts] == [0] * 5
    assert all(one.served >= np.floor(floor * one.wanted) for one in held.districts)
    assert (held.gap, held.served) == (0.0, free.served)
    assert held.value <= free.value


def test_floors_that_no_plan_reaches_are_lowered_to_what_one_does():
    round_ = made(2, requests=20, providers=4, slots=6, load=2, districts=2, floor=1.0)
    plan = solve(round_)

    assert sum(one.missing for one in plan.districts) == plan.wanted - plan.served > 0
    assert plan.served == solve(round_, Settings(has_floors=False)).served
    assert broken_rules(round_, plan) == set()


@pytest.mark.parametrize("seed", [2, 7, 11])
def test_rules_outside_the_network_do_not_make_floors_forgotten(seed):
    size = {"requests": 60, "providers": 20, "slots": 10, "load": 6, "districts": 5, "far": True, "repeat": "different"}
    poorest = min(solve(made(seed, **size)).districts, key=lambda one: one.fill)
    worst = poorest.fill
    round_ = made(seed, **size, floor=worst + 1 / poorest.wanted)  # one visit more
    plan = solve(round_)

    assert broken_rules(round_, plan) == set()
    assert min(plan.fills) > worst
    assert sum(one.missing for one in plan.districts) == 0


def test_who_had_much_before_stands_behind():
    round_ = made(11, requests=60, providers=20, slots=10, load=3, districts=5)
    before = solve(round_, Settings(equity=1.0))
    richest = max(range(5), key=lambda row: before.districts[row].served)
    had = np.zeros(5)
    had[richest] = 1000.0

    after = solve(
        replace(round_, districts=replace(round_.districts, need=round_.districts.need + had, had=had)),
        Settings(equity=1.0),
    )

    assert after.districts[richest].served < before.districts[richest].served


def test_evenness_spreads_load():
    round_ = made(4, requests=20, providers=30, slots=8, load=4)

    def busiest(plan):
        return sum(sum(one.provider == name for one in plan.assignments) ** 2 for name in round_.providers.ids)

    assert busiest(solve(round_, Settings(evenness=3.0, fit=0.2))) < busiest(solve(round_, Settings(fit=0.2)))


def test_a_round_without_a_feasible_pair_says_which_rule_forbids():
    round_ = made(1)
    count = len(round_.pairs.request)
    half = np.arange(count) % 2 == 0
    round_ = replace(round_, pairs=replace(round_.pairs, allowed={"qualification": half, "conflict": ~half}))

    plan = solve(round_)

    assert (plan.served, plan.value, plan.bound, plan.gap, plan.emptied_by) == (0, 0.0, 0.0, 0.0, "conflict")
    assert plan.left == {"listed": count, "qualification": half.sum(), "conflict": 0, "half_days": 0, "forbidden": 0}
    assert {one.rule for one in plan.unserved} <= {"qualification", "conflict", "listed"}


@FEW
@given(rounds())
def test_who_stays_unserved_knows_why(round_):
    for one in solve(round_).unserved:
        left = list(one.left.values())
        assert left == sorted(left, reverse=True)
        if left[-1] == 0:
            assert left[list(one.left).index(one.rule)] == 0
            assert not one.blocked
        else:
            assert one.rule == "whole" or one.blocked[one.rule] == max(one.blocked.values())


def test_half_days_forbids_and_load_are_named():
    round_ = made(5, requests=1, providers=2, slots=2, density=1.0)
    requests = replace(round_.requests, visits=np.array([1]), window=np.array([[True, False]]))
    open_ = np.array([[True, False], [True, False]])

    def rule(load, available, forbids=()):
        changed = replace(
            round_, requests=requests, providers=replace(round_.providers, load=load, available=available)
        )
        return solve(changed, Settings(forbids=forbids)).unserved[0].rule

    assert rule([1, 1], ~open_) == "half_days"
    assert rule([1, 1], open_, [Forbid("r000", "e000"), Forbid("r000", "e001", "s000")]) == "forbidden"
    assert rule([0, 0], open_) == "load"


@pytest.mark.parametrize(("requests", "providers", "slots"), [(0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 0), (0, 0, 0)])
@pytest.mark.parametrize("wishes", [Settings(), Settings(breadth=3, equity=0.1, evenness=0.1)])
def test_where_there_is_nothing_to_decide_the_plan_is_empty(requests, providers, slots, wishes):
    round_ = made(1, requests=requests, providers=providers, slots=slots, density=1.0)

    for plan in (solve(round_, wishes), greedy(round_, wishes)):
        assert (plan.served, plan.value) == (0, 0.0)
        assert len(plan.unserved) == requests


def test_every_setting_that_is_on_has_a_price():
    round_ = made(6, requests=30, providers=15, slots=8, far=True, floor=0.3, repeat="different", is_whole=True)
    plan = solve(round_)
    wishes = Settings(
        equity=0.5, distance=0.02, evenness=0.1, previous=plan.matches, pins=plan.matches[:1],
        forbids=[Forbid(*plan.matches[-1])],
    )  # fmt: skip

    found = prices(round_, wishes)

    assert [one.setting for one in found] == [
        "equity", "floors", "distance", "evenness", "staying", "pins", "forbids", "repeat", "is_whole", "travel",
    ]  # fmt: skip
    assert all(one.with_it == figures_of(solve(round_, wishes)) for one in found[:1])
    by_name = {one.setting: one for one in found}
    assert by_name["is_whole"].without.served >= by_name["is_whole"].with_it.served
    assert prices(made(6)) == ()


def test_a_plan_survives_json():
    round_ = made(2, far=True)
    plan = solve(round_, Settings(forbids=[Forbid("r000", "e000"), Forbid("r001", "e001", "s001")], equity=0.1))

    assert plan_from(json.loads(json.dumps(plan.as_dict()))) == plan


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: solve(made(1), Settings(distance=1.0)), "distance"),
        (lambda: Settings(fit=-1), "fit"),
        (lambda: Settings(breadth=0), "breadth"),
        (lambda: Settings(wanted_gap=1), "wanted_gap"),
        (lambda: solve(made(1), Settings(served=1e14)), "served"),
        (lambda: solve(made(1, requests=150, providers=40), Settings(served=8e10)), "served"),
        (lambda: made(1, repeat="often"), "repeat"),
        (lambda: replace(made(1).providers, load=-1), "load"),
        (lambda: replace(made(1).districts, floor=2.0), "floor"),
        (lambda: replace(made(1).requests, ids=["a"] * 12), "stands twice"),
        (lambda: replace(made(1).pairs, fit=np.nan), "fit"),
        (lambda: first_come(made(1), ["nobody"]), "arrival"),
        (lambda: replace(made(1), slots=replace(made(2, slots=3).slots)), "half-days"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_pair_that_stands_twice_is_refused():
    round_ = made(1)
    again = (
        np.append(round_.pairs.request, round_.pairs.request[0]),
        np.append(round_.pairs.provider, round_.pairs.provider[0]),
    )
    with pytest.raises(ValueError, match="twice"):
        prepare(
            replace(round_, pairs=replace(round_.pairs, request=again[0], provider=again[1], fit=0.5, distance=0.0))
        )
