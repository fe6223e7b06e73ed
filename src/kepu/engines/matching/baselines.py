"""How a round would be decided without a solver, under the same rules: to see what the solver is good for."""

from collections.abc import Sequence

import numpy as np

from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.outcome import Found, plan_of
from kepu.engines.matching.plans import Plan
from kepu.engines.matching.problem import Problem, problem_of
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import DEFAULT, Settings
from kepu.engines.matching.simple import best_first, in_turn, take_greedily


def greedy(round_: Round | Prepared, settings: Settings = DEFAULT) -> Plan:
    """Take the best visit of all that is still free, again and again. Floors and bonuses are not looked at.

    Args:
        round_: the round.
        settings: worths, pins and forbids.
    """
    problem = problem_of(round_ if isinstance(round_, Prepared) else prepare(round_), settings)
    return _decided(problem, arrival=None)


def first_come(round_: Round | Prepared, arrival: Sequence[str], settings: Settings = DEFAULT) -> Plan:
    """Let each request take its best visits that are still free, as they came. Floors and bonuses are not looked at.

    Args:
        round_: the round.
        arrival: ids of requests, the first to come first; who is left out gets nothing.
        settings: worths, pins and forbids.

    Raises:
        ValueError: an id in `arrival` is of no request.
    """
    problem = problem_of(round_ if isinstance(round_, Prepared) else prepare(round_), settings)
    if not set(arrival) <= set(problem.round.requests.ids):
        raise ValueError("arrival: an id is of no request")
    return _decided(problem, arrival)


def _decided(problem: Problem, arrival: Sequence[str] | None) -> Plan:
    arcs, desk = problem.arcs(), problem.fresh_desk()
    orders = [best_first(arcs)] if arrival is None else in_turn(problem, arcs, arrival)
    taken = [row for order in orders for row in take_greedily(problem, arcs, desk, order)]
    visits = arcs.only(np.sort(np.array(taken, dtype=np.int64)))
    return plan_of(problem, Found(visits, desk, len(arcs)))
