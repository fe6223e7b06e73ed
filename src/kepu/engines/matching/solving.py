"""Decide a round: one flow over the whole graph, then rounds of forbids for the few rules outside the network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kepu.engines.matching.arcs import Arcs
from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.checks import Flags, Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.network import best_flow
from kepu.engines.matching.outcome import Found, plan_of
from kepu.engines.matching.plans import Plan, Proof
from kepu.engines.matching.problem import UNIT, Problem, problem_of
from kepu.engines.matching.repairs import broken, hopeless
from kepu.engines.matching.rounds import SAME, Round
from kepu.engines.matching.settings import DEFAULT, WIDE, Settings
from kepu.engines.matching.simple import best_first, take_greedily

MOST_FLOWS, IDLE_FLOWS = 30, 3
"""Flows after which what is still broken is cut off, in all and without a better plan; the bound says what that costs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is.

    Args:
        stage: `sorted` (rows in order), `built` (arcs counted), `flow` (one more flow found), `waiting` (nothing new).
        flows: flows found.
        arcs: visits that could be.
        value: of the best plan so far.
        bound: proven so far.
        broken: visits of the last flow that break a rule outside the network.
    """

    stage: Literal["sorted", "built", "flow", "waiting"]
    flows: int = 0
    arcs: int = 0
    value: float | None = None
    bound: float | None = None
    broken: int | None = None


Tell = Callable[[Progress], object]


def solve(
    round_: Round | Prepared, settings: Settings = DEFAULT, *, known: Proof | None = None, tell: Tell | None = None
) -> Plan:
    """Decide a round.

    The same input in any order gives the same plan, to the byte. It takes seconds and cannot be stopped; `solve_apart` can.

    Args:
        round_: the round, or the round prepared.
        settings: what is set, pinned and forbidden.
        known: `Plan.proof` of an earlier solve; where it is of this round, this worth and no pin or forbid that is gone, its bound holds
            on, also on a narrow graph.
        tell: called with `Progress`; what it raises ends the solve.

    Returns:
        The plan, its value and the proven bound. Without rules outside the network they are equal.

    Raises:
        PinsRefused: a pin breaks a hard rule.
        ValueError: a visit would be worth nothing, or worths are too large.

    Source:
        Own; a time-expanded minimum-cost flow (R. Ahuja, T. Magnanti and J. Orlin, Network Flows, 1993, chapters 9 and 19), solved by the cost-scaling
        push-relabel of OR-Tools. Concave terms as parallel arcs: chapter 14. See docs/explanation/matching.md.

    Examples:
        >>> from kepu.engines.matching import Districts, Pairs, Providers, Requests, Slots
        >>> plan = solve(Round(
        ...     Requests(["school", "village"], visits=1, window=[[True, True], [True, False]]),
        ...     Providers(["ann", "bob"], load=1, available=[[True, True], [False, True]]),
        ...     Slots(["mon-am", "mon-pm"]), Districts(["north"]), Pairs([0, 0, 1], [0, 1, 0], fit=[0.9, 0.2, 0.3])))
        >>> [(one.request, one.provider, one.slot) for one in plan.assignments], plan.value, plan.gap
        ([('school', 'bob', 'mon-pm'), ('village', 'ann', 'mon-am')], 2.5, 0.0)
    """
    say = tell or (lambda _progress: None)
    prepared = round_ if isinstance(round_, Prepared) else prepare(round_)
    say(Progress("sorted"))
    problem = problem_of(prepared, settings)
    arcs = problem.arcs(None if settings.breadth is None else _narrow(problem, settings.breadth))
    say(Progress("built", arcs=len(arcs)))
    found = _search(problem, arcs, known, say)
    return plan_of(problem, found)


def _search(problem: Problem, arcs: Arcs, known: Proof | None, say: Tell) -> Found:
    """Seek flows until nothing is broken, or what is cut off costs next to nothing; keep the best plan on the way."""
    all_arcs, is_open = arcs, ~hopeless(problem, arcs)
    best: tuple[tuple[int, int], Arcs, Desk] | None = None
    bound, proof, flows, better, short = None, None, 0, 0, 0
    while True:
        flow = best_flow(problem, arcs, is_open)
        flows += 1
        if flows == 1:
            short = int(flow.missing.sum())
            bound, proof = _proven(problem, problem.score(arcs.only(flow.chosen)), known, flow.missing)
        bad = broken(problem, arcs, flow.chosen)
        visits, desk = _filled(problem, all_arcs, arcs.only(flow.chosen[~bad.lost]))
        rank = -problem.missing(visits), problem.score(visits)  # floors come first
        if best is None or rank > best[0]:
            best, better = (rank, visits, desk), flows
        value = best[0][1]
        say(Progress("flow", flows, len(arcs), value / UNIT, None if bound is None else bound / UNIT, bad.count))
        is_near = bound is not None and bound - value <= problem.settings.wanted_gap * bound and -best[0][0] <= short
        if not bad.count or is_near or flows >= min(MOST_FLOWS, better + IDLE_FLOWS):
            return Found(best[1], best[2], len(all_arcs), flows, bound, proof)
        is_open &= ~bad.closed
        kept = ~bad.forbidden
        if flows == 1 and problem.settings.breadth is None:
            kept &= _few(problem, arcs, flow.chosen)
        arcs = arcs.only(kept)


def _few(problem: Problem, arcs: Arcs, chosen: Rows) -> Flags:
    """Tell which arcs the further flows look at: the best and the hashed candidates, and what the first flow used.

    A request that wants the same person keeps all: who can make every visit is often not among the best.
    """
    is_same = np.array([policy == SAME for policy in problem.round.requests.repeat], dtype=bool)
    wanted = is_same[problem.round.pairs.request]
    wanted[_narrow(problem, WIDE)] = True
    wanted[arcs.pair[chosen]] = True
    return wanted[arcs.pair]


def _narrow(problem: Problem, breadth: int) -> Rows:
    """Choose the best and the hashed candidates, and those of the plan before."""
    return problem.candidates(breadth, problem.pairs_of(problem.settings.previous))


def _filled(problem: Problem, arcs: Arcs, visits: Arcs) -> tuple[Arcs, Desk]:
    """Take what is still free after repairs."""
    desk = problem.fresh_desk()
    for visit in zip(visits.request.tolist(), visits.provider.tolist(), visits.slot.tolist(), strict=True):
        desk.take(*visit)
    wanting = np.flatnonzero((desk.visits_left > 0)[arcs.request])
    wanting = wanting[desk.is_open(arcs.request[wanting], arcs.provider[wanting], arcs.slot[wanting])]
    more = take_greedily(problem, arcs, desk, wanting[best_first(arcs.only(wanting))])
    if not more:
        return visits, desk
    both = visits.joined(arcs.only(np.array(more, dtype=np.int64)))
    return both.only(np.lexsort((both.slot, both.provider, both.request))), desk


def _proven(problem: Problem, first: int, known: Proof | None, missing: Rows) -> tuple[int | None, Proof | None]:
    """Give the bound for this solve, and the proof to hand on."""
    settings = problem.settings
    weights = (
        settings.served,
        settings.fit,
        settings.distance,
        settings.equity,
        settings.evenness,
        settings.has_floors,
    )
    if settings.breadth is None:
        return first, Proof(
            problem.prepared.fingerprint,
            tuple(map(float, weights)),
            first,
            tuple(settings.pins),
            tuple(settings.forbids),
        )
    if (
        known is None
        or known.fingerprint != problem.prepared.fingerprint
        or known.weights != tuple(map(float, weights))
        or not set(known.pins) <= set(settings.pins)
        or not set(known.forbids) <= set(settings.forbids)
        or missing.any()  # floors that had to give way let in plans that the proof did not look at
    ):
        return None, None
    staying = sum(
        int(arcs.staying.sum()) for arcs in (problem.pinned, problem.arcs(problem.pairs_of(settings.previous)))
    )
    return known.units + staying, known
