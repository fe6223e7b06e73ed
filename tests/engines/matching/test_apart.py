"""A solve in a process of its own, its end, and what ranking says."""

import doctest
import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

from kepu.engines import matching
from kepu.engines.matching import (
    Forbid,
    Match,
    PinsRefused,
    Progress,
    Settings,
    SolveTimedOut,
    rank,
    solve,
    solve_apart,
)
from tests.engines.matching.worlds import made, shuffled


def children():
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_a_process_of_its_own_gives_the_same_plan_and_tells_how_far_it_is():
    round_, told = made(3, far=True, repeat="different", is_whole=True, floor=0.2, per_period=2), []
    first = solve(round_)
    wishes = Settings(equity=0.3, previous=first.matches, forbids=[Forbid(*first.matches[0][:2])])

    plan = solve_apart(shuffled(round_, 3), wishes, known=first.proof, tell=told.append)

    assert plan == solve(round_, wishes, known=first.proof)
    stages = [one.stage for one in told if one.stage != "waiting"]
    assert stages[:3] == ["sorted", "built", "flow"]
    assert told[-1].value is not None


def test_who_watches_may_stop_it_and_nothing_is_left():
    class Stopped(Exception):
        """Said by the watcher."""

    def watch(progress):
        assert isinstance(progress, Progress)
        raise Stopped

    before = children()
    with pytest.raises(Stopped):
        solve_apart(made(3), tell=watch)
    assert children() <= before


def test_when_the_fuse_burns_there_is_no_plan():
    before = children()
    with pytest.raises(SolveTimedOut):
        solve_apart(made(3), fuse_s=1e-6)
    assert children() <= before


def test_what_is_wrong_with_the_question_is_said_before_a_process_starts():
    with pytest.raises(PinsRefused):
        solve_apart(made(3), Settings(pins=[Match("nobody", "e000", "s000")]))
    with pytest.raises(ValueError, match="fuse_s"):
        solve_apart(made(3), fuse_s=0)


def test_a_process_that_fails_is_a_bug_and_says_so(monkeypatch):
    monkeypatch.setattr("kepu.engines.matching.apart.WORKER", "kepu.engines.matching.nowhere")
    with pytest.raises(RuntimeError, match="nowhere"):
        solve_apart(made(3))


def test_ranking_puts_free_ones_first_and_says_what_stands_against_the_rest():
    round_ = made(9, requests=6, providers=8, slots=4, density=1.0)
    masks = {"conflict": round_.pairs.provider != 2, "qualification": round_.pairs.provider != 5}
    round_ = replace(round_, pairs=replace(round_.pairs, allowed=masks))
    plan = solve(round_)
    free = rank(round_, "r001", limit=100, per_provider=100)
    now = rank(round_, "r001", Settings(distance=0.05, evenness=0.1), taken=plan.matches, limit=100, per_provider=100)

    assert free.barred == (("e002", "conflict"), ("e005", "qualification"))
    assert all(
        one.value == pytest.approx(sum(term.worth for term in one.terms)) for one in (*free.bundles, *now.bundles)
    )
    assert {one.blocked_by for one in free.bundles} == {None}
    blocked = [one.blocked_by is not None for one in now.bundles]
    assert blocked == sorted(blocked)
    assert any(blocked)
    for one in now.bundles:
        if one.blocked_by is None:
            assert one.match.provider not in {"e002", "e005"}
            solve(round_, Settings(pins=[*plan.matches, one.match]))  # every hard rule allows it beside the plan
    values = [one.value for one in free.bundles]
    assert values == sorted(values, reverse=True)
    assert len(rank(round_, "r001", limit=3, per_provider=1).bundles) == 3
    for call in (lambda: rank(round_, "nobody"), lambda: rank(round_, "r001", limit=0)):
        with pytest.raises(ValueError, match=r"request|limit"):
            call()


def test_candidates_of_a_narrow_round_reach_beyond_the_best():
    round_ = matching.prepare(made(5, requests=3, providers=40, slots=4, density=1.0))
    problem = import_module("kepu.engines.matching.problem").problem_of(round_, Settings())
    chosen = problem.candidates(5)

    best = set()
    for row in range(3):
        own = np.flatnonzero(
            (round_.round.pairs.request == row)
            & problem.has_half_days
            & (round_.round.providers.load[round_.round.pairs.provider] > 0)
        )
        best |= set(own[np.argsort(-problem.pair_units[own], kind="stable")[:5]].tolist())
    assert best <= set(chosen.tolist())
    assert len(chosen) == 30


@pytest.mark.parametrize("name", sorted(f"kepu.engines.matching.{one.name}" for one in iter_modules(matching.__path__)))
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
