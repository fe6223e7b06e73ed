"""Siting against every possible plan of small instances, and its laws."""

import doctest
from importlib import import_module
from itertools import combinations
from pkgutil import iter_modules

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu.engines import coverage
from kepu.engines.coverage import choose_sites, reach_by_distance, reach_by_table
from kepu.engines.coverage.cover import exchanged, greedy, merged, single_gains_bound
from kepu.engines.coverage.prices import bound_of, in_question, priced

LIMIT = 30.0


def reach_of(sees):
    n, m = sees.shape
    row, column = np.nonzero(sees)
    return reach_by_table(
        row.tolist(), column.tolist(), np.full(len(row), 5.0), origins=range(n), destinations=range(m), limit_min=LIMIT
    )


def best_of_all(sees, people, k):
    k = min(k, sees.shape[1])
    return max(people[sees[:, list(plan)].any(axis=1)].sum() for plan in combinations(range(sees.shape[1]), k))


@st.composite
def cities(draw):
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    sees = np.array(draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n)))
    people = np.array(draw(st.lists(st.integers(0, 900), min_size=n, max_size=n)), float)
    return sees, people, draw(st.integers(1, 4))


def tangled(seed, n=60, m=14):
    """An instance that the start and the prices do not settle, so that the search has to."""
    rng = np.random.default_rng(seed)
    return rng.random((n, m)) < 0.22, rng.integers(1, 1000, n).astype(float)


@given(cities())
def test_what_leads_to_the_search_never_says_too_little_or_drops_the_best(city):
    sees, people, k = city
    cover = merged(reach_of(sees), people, list(range(sees.shape[1])), k)
    best = best_of_all(sees, people, k)
    plan = exchanged(cover, greedy(cover))

    assert cover.reached(greedy(cover)) <= cover.reached(plan) <= best <= single_gains_bound(cover, plan) + 1e-6
    assert cover.weight.sum() == pytest.approx(people[sees.any(axis=1)].sum())
    if len(cover.weight):
        known = priced(cover, plan, np.inf, rounds=50)
        assert known.bound >= best - 1e-6
        assert bound_of(cover, cover.weight / 2) >= best - 1e-6
        taken, kept = in_question(cover, cover.weight / 2, cover.reached(plan))
        for chosen in combinations(range(sees.shape[1]), cover.k):
            if people[sees[:, list(chosen)].any(axis=1)].sum() > cover.reached(plan):
                assert set(taken.tolist()) <= set(chosen) <= {*taken.tolist(), *kept.tolist()}


@settings(max_examples=25, deadline=None)
@given(cities())
def test_the_plan_is_the_best_of_all_plans(city):
    sees, people, k = city
    found = choose_sites(reach_of(sees), people, k, candidates=range(sees.shape[1]))

    assert found.reached == best_of_all(sees, people, k)
    assert (found.is_optimal, found.bound, found.gap) == (True, found.reached, 0.0)
    chosen = [site.candidate for site in found.sites]
    assert people[sees[:, chosen].any(axis=1)].sum() == found.reached
    assert sum(site.adds for site in found.sites) == found.reached
    assert len(chosen) <= k


@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_the_best_where_the_start_does_not(seed):
    sees, people = tangled(seed)
    found = choose_sites(reach_of(sees), people, 5, candidates=range(14))

    assert (found.reached, found.bound) == (best_of_all(sees, people, 5),) * 2
    assert found.ended == "proven"


def test_one_place_more_reaches_no_fewer():
    sees, people = tangled(9)
    reached = [choose_sites(reach_of(sees), people, k, candidates=range(14)).reached for k in range(1, 8)]

    assert reached == sorted(reached)


def test_the_same_input_in_any_order_gives_the_same_plan():
    rng = np.random.default_rng(5)
    villages = np.column_stack((rng.uniform(120, 120.6, 400), rng.uniform(36, 36.6, 400)))
    people, names = rng.integers(20, 3000, 400) / 7, [f"候选{number:02}" for number in range(40)]
    road = {"detour": 1.3, "speed_kmh": 30, "limit_min": 14}
    first = choose_sites(reach_by_distance(villages, villages[:40], **road), people, 8, candidates=names)
    for _again in range(3):
        rows, columns = rng.permutation(400), rng.permutation(40)
        reach = reach_by_distance(villages[rows], villages[:40][columns], **road)
        again = choose_sites(reach, people[rows], 8, candidates=[names[column] for column in columns])
        assert [site.candidate for site in again.sites] == [site.candidate for site in first.sites]
        assert again.reached == pytest.approx(first.reached, rel=1e-12)


def test_who_is_reached_already_does_not_count():
    sees = np.array([[True, False], [True, False], [False, True]])
    found = choose_sites(reach_of(sees), [50, 40, 60], 1, candidates=["甲", "乙"], is_reached=[True, False, False])

    assert [(site.candidate, site.adds, site.alone) for site in found.sites] == [("乙", 60.0, 60.0)]
    assert (found.reached_before, found.people) == (50.0, 150.0)


def test_no_place_is_named_that_reaches_nobody_more():
    found = choose_sites(reach_of(np.array([[True, True, False]])), [10], 3, candidates=[3, 2, 1])

    assert [site.candidate for site in found.sites] == [2]
    nobody = choose_sites(reach_of(np.array([[False]])), [10], 1, candidates=[1])
    assert (nobody.sites, nobody.reached, nobody.bound, nobody.gap, nobody.is_optimal) == ((), 0.0, 0.0, 0.0, True)


def test_when_the_fuse_burns_the_bound_still_holds():
    sees, people = tangled(2)
    found = choose_sites(reach_of(sees), people, 5, candidates=range(14), fuse_s=1e-9)

    assert found.reached <= best_of_all(sees, people, 5) <= found.bound
    assert found.ended in {"fuse", "proven"}


def test_who_watches_may_stop_the_search():
    sees, people = tangled(3)
    told = []

    class Stopped(Exception):
        """Said by the watcher."""

    def watch(reached, bound):
        told.append((reached, bound))
        raise Stopped

    with pytest.raises(Stopped):
        choose_sites(reach_of(sees), people, 5, candidates=range(14), tell=watch)
    reached, bound = told[0]
    assert reached <= best_of_all(sees, people, 5) <= bound


def test_a_solver_that_fails_is_not_hidden(monkeypatch):
    sees, people = tangled(1)
    monkeypatch.setattr("kepu.engines.coverage.search.SOLVER", "kepu.engines.coverage.nowhere")

    with pytest.raises(RuntimeError, match="the solver failed"):
        choose_sites(reach_of(sees), people, 5, candidates=range(14))


@pytest.mark.parametrize(
    ("further", "words"),
    [
        ({"k": 0}, "k"),
        ({"candidates": [1]}, "candidates"),
        ({"candidates": [1, 1]}, "candidates"),
        ({"people": [1, 2]}, "people"),
        ({"people": [-1]}, "people"),
        ({"is_reached": [True, False]}, "people"),
        ({"wanted_gap": 1.0}, "wanted_gap"),
        ({"fuse_s": 0}, "fuse_s"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(further, words):
    given_ = {"people": [1], "k": 1, "candidates": [1, 2], **further}
    with pytest.raises(ValueError, match=words):
        choose_sites(reach_of(np.array([[True, True]])), given_.pop("people"), given_.pop("k"), **given_)


def test_the_examples_in_the_words_of_the_engine_are_true():
    for module in iter_modules(coverage.__path__):
        failures, _tried = doctest.testmod(import_module(f"kepu.engines.coverage.{module.name}"))
        assert not failures, module.name
