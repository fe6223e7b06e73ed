"""How rounds are decided without a solver, for comparison: the best pair first, or whoever came first."""

from collections.abc import Iterable, Sequence

import numpy as np

from kepu.engines.matching.arcs import Arcs
from kepu.engines.matching.checks import Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.problem import Problem

_MANY = 1 << 15


def take_greedily(problem: Problem, arcs: Arcs, desk: Desk, order: Rows) -> list[int]:
    """Take every visit that the rules still allow, in an order; then give back what is not whole.

    Args:
        problem: what is decided.
        arcs: visits that may be.
        desk: what is taken; it takes more.
        order: rows of `arcs`.

    Returns:
        Rows taken.
    """
    taken: list[int] = []
    for begin in range(0, len(order), _MANY):
        some = order[begin : begin + _MANY]
        some = some[desk.is_open(arcs.request[some], arcs.provider[some], arcs.slot[some])]
        columns = (arcs.request[some].tolist(), arcs.provider[some].tolist(), arcs.slot[some].tolist())
        for row, *visit in zip(some.tolist(), *columns, strict=True):
            if desk.blocked(*visit) is None:
                desk.take(*visit)
                taken.append(row)
    return _whole(problem, arcs, desk, taken)


def best_first(arcs: Arcs) -> Rows:
    """Order visits by worth, then by hash, then by id."""
    return np.lexsort((np.arange(len(arcs)), arcs.tie, -(arcs.units + arcs.staying)))


def in_turn(problem: Problem, arcs: Arcs, arrival: Sequence[str]) -> Iterable[Rows]:
    """Give the visits of each request, best first, request by request as they came."""
    row_of = {name: row for row, name in enumerate(problem.round.requests.ids)}
    begins = np.searchsorted(arcs.request, np.arange(len(row_of) + 1))
    for name in arrival:
        some = np.arange(begins[row_of[name]], begins[row_of[name] + 1])
        yield some[best_first(arcs.only(some))]


def _whole(problem: Problem, arcs: Arcs, desk: Desk, taken: list[int]) -> list[int]:
    part = np.asarray(problem.round.requests.is_whole) & (desk.visits_left > 0)
    if not part.any():
        return taken
    kept = []
    for row in taken:
        visit = int(arcs.request[row]), int(arcs.provider[row]), int(arcs.slot[row])
        if part[visit[0]]:
            desk.give_back(*visit)
        else:
            kept.append(row)
    return kept
