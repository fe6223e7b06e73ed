"""The round as one flow: source → district → request → (request, half-day) → (provider, half-day) → provider → sink.

Availability, one visit per half-day, load, windows, floors and every concave bonus are capacities and costs of arcs, so the best whole-number
plan is the best flow, without search. A request that wants different people has (request, provider) nodes in place of its half-days: then no person
comes twice, and what may go wrong (two people on one half-day) goes wrong far less often than the other way round.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kepu.engines.matching.arcs import Arcs
from kepu.engines.matching.checks import Flags, Rows
from kepu.engines.matching.problem import TIES, Problem
from kepu.engines.matching.rounds import DIFFERENT

_LARGEST = 1 << 61
"""Of cost × nodes: the solver scales costs by the number of nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The best flow.

    Args:
        chosen: rows of the arcs used, rising.
        missing: shape (districts,). Visits by which floors had to be lowered.
    """

    chosen: Rows
    missing: Rows


@dataclass(slots=True)
class _Graph:
    """Arcs of the network as they come."""

    nodes: int
    tails: list[Any]
    heads: list[Any]
    most: list[Any]
    costs: list[Any]

    def more(self, count: int) -> Rows:
        """Add nodes."""
        rows = np.arange(self.nodes, self.nodes + count)
        self.nodes += count
        return rows

    def join(self, tail: Any, head: Any, most: Any, cost: Any = 0) -> None:
        """Add arcs; single numbers stand for all."""
        for column, values in zip(
            (self.tails, self.heads, self.most, self.costs), np.broadcast_arrays(tail, head, most, cost), strict=True
        ):
            column.append(values.ravel())

    def columns(self) -> tuple[Any, Any, Any, Any]:
        """Give all arcs as the solver wants them."""
        kinds = (np.int32, np.int32, np.int64, np.int64)
        lists = (self.tails, self.heads, self.most, self.costs)
        tails, heads, most, costs = (
            np.concatenate([np.asarray(one, dtype=kind) for one in column])
            for column, kind in zip(lists, kinds, strict=True)
        )
        return tails, heads, most, costs


def best_flow(problem: Problem, arcs: Arcs, is_open: Flags) -> Flow:
    """Find the best flow over some arcs: worth first, then the hash of ids.

    Args:
        problem: what is left to decide.
        arcs: visits that may be.
        is_open: shape (requests,). Requests that may be served at all.

    Raises:
        ValueError: worths are too large for exact arithmetic.
    """
    from ortools.graph.python import min_cost_flow

    graph = _Graph(2, [], [], [], [])  # 0 source, 1 sink
    wanted = np.where(is_open, np.maximum(problem.desk.visits_left, 0), 0)
    total = int(wanted.sum())
    floors = np.minimum(problem.floors, _sums(problem, wanted))
    request = graph.more(len(wanted))
    fore = _demand(problem, graph, request, wanted, floors)
    graph.join(0, 1, total)
    after = _supply(problem, graph, arcs)
    tail = _tails(problem, graph, arcs, request, wanted)
    scale = _scale(problem, graph, arcs, total)
    for column in range(len(graph.costs)):
        graph.costs[column] = graph.costs[column] * scale
    graph.join(tail, after, 1, -((arcs.units + arcs.staying) * scale + (arcs.tie if scale > 1 else 0)))
    solver = min_cost_flow.SimpleMinCostFlow()
    columns = graph.columns()
    rows = solver.add_arcs_with_capacity_and_unit_cost(*columns)
    kept = floors
    while True:
        solver.set_nodes_supplies(*_supplies(graph, fore, kept, total))
        status = solver.solve()
        if status == solver.OPTIMAL:
            flow = np.asarray(solver.flows(rows[len(rows) - len(arcs) :]))
            return Flow(np.flatnonzero(flow), floors - kept)
        if status != solver.INFEASIBLE or not kept.any():
            raise RuntimeError(f"the solver failed: {status}")
        kept = _reachable(columns, fore, kept)


def _demand(problem: Problem, graph: _Graph, request: Rows, wanted: Rows, floors: Rows) -> Rows:
    """Join the source to the requests, by way of the districts where these matter; give the nodes of the districts."""
    if problem.equity is None and not floors.any():
        graph.join(0, request, wanted)
        return graph.more(0)
    district = graph.more(len(floors))
    graph.join(district[np.asarray(problem.round.requests.district)], request, wanted)
    if problem.equity is None:
        graph.join(0, district, _sums(problem, wanted) - floors)
        return district
    owner, units = problem.equity.ahead()
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    rest = place >= floors[owner]  # the first visits come from the floor itself
    graph.join(0, district[owner[rest]], 1, -units[rest])
    return district


def _supply(problem: Problem, graph: _Graph, arcs: Arcs) -> Rows:
    """Join (provider, half-day) to the sink; give the node that each arc leads to."""
    slots, desk = len(problem.round.slots.ids), problem.desk
    key = arcs.provider * slots + arcs.slot
    used = np.zeros(len(desk.load_left) * slots, dtype=bool)
    used[key] = True
    places, provider = np.flatnonzero(used), graph.more(len(desk.load_left))
    node = np.zeros(len(used), dtype=np.int64)
    node[places] = graph.more(len(places))
    owner = places // slots
    if problem.round.providers.per_period is None:
        graph.join(node[places], provider[owner], 1)
    else:
        periods = desk.period_left.shape[1]
        middle = graph.more(desk.period_left.size)
        graph.join(node[places], middle[owner * periods + desk.period[places % slots]], 1)
        graph.join(middle, np.repeat(provider, periods), np.maximum(desk.period_left.ravel(), 0))
    if problem.evenness is None:
        graph.join(provider, 1, desk.load_left)
    else:
        steps, units = problem.evenness.ahead()
        graph.join(provider[steps], 1, 1, -units)
    heads: Rows = node[key]
    return heads


def _tails(problem: Problem, graph: _Graph, arcs: Arcs, request: Rows, wanted: Rows) -> Rows:
    """Give the node that each arc comes from: one visit needs nothing between, several need their half-days or their people apart."""
    slots, several = len(problem.round.slots.ids), wanted > 1
    is_different = np.array([policy == DIFFERENT for policy in problem.round.requests.repeat], dtype=bool)
    tail = request[arcs.request]
    for some, key, size in (
        (
            np.flatnonzero((several & ~is_different)[arcs.request]),
            arcs.request * slots + arcs.slot,
            len(wanted) * slots,
        ),
        (np.flatnonzero((several & is_different)[arcs.request]), arcs.pair, len(problem.pair_units)),
    ):
        node = np.bincount(key[some], minlength=size)
        rows = some[node[key[some]] > 1]  # what one arc leads to needs no node before it
        owner = np.full(size, -1, dtype=np.int64)
        owner[key[rows]] = request[arcs.request[rows]]
        places = np.flatnonzero(owner >= 0)
        node[places] = graph.more(len(places))
        graph.join(owner[places], node[places], 1)
        tail[rows] = node[key[rows]]
    return tail


def _scale(problem: Problem, graph: _Graph, arcs: Arcs, total: int) -> int:
    """Give what worths are multiplied by, so that all ties together never outweigh the smallest worth; 1 leaves ties out."""
    largest = int((arcs.units + arcs.staying).max(initial=1))
    for steps in (problem.equity, problem.evenness):
        if steps is not None:
            largest = max(largest, int(np.abs(steps.units).max(initial=0)))
    room = _LARGEST // (largest + 1) // (graph.nodes + 1)
    if room < 1:
        raise ValueError("served: worths are too large; make them all smaller by one factor")
    wanted = TIES * max(total, 1)
    return wanted if wanted <= room else 1


def _supplies(graph: _Graph, fore: Rows, floors: Rows, total: int) -> tuple[Any, Any]:
    supply = np.zeros(graph.nodes, dtype=np.int64)
    supply[0], supply[1] = total - int(floors.sum()), -total
    if len(fore):
        supply[fore] = floors
    return np.arange(graph.nodes, dtype=np.int32), supply


def _reachable(columns: tuple[Any, Any, Any, Any], fore: Rows, floors: Rows) -> Rows:
    """Lower floors that cannot all be reached to what can: most visits in all, found by a largest flow from the floors alone."""
    from ortools.graph.python import max_flow

    solver = max_flow.SimpleMaxFlow()
    inner = columns[0] != 0
    solver.add_arcs_with_capacity(*(column[inner] for column in columns[:3]))
    own = solver.add_arcs_with_capacity(
        np.zeros(len(fore), dtype=np.int32), fore.astype(np.int32), floors.astype(np.int64)
    )
    solver.solve(0, 1)
    reached: Rows = np.asarray(solver.flows(own), dtype=np.int64)
    return reached


def _sums(problem: Problem, wanted: Rows) -> Rows:
    sums = np.zeros(len(problem.round.districts.ids), dtype=np.int64)
    np.add.at(sums, np.asarray(problem.round.requests.district), wanted)
    return sums
