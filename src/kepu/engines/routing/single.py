"""Routes from one depot with time windows: legs of search, and after each the best plan that all routes met so far make together."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kepu.engines.routing.partition import Limit, Pool, Route, Wanted
from kepu.engines.routing.plan import Ended
from kepu.engines.routing.search import STRANDS, Clock, Found, Job, Progress, ShouldStop, searched, together

_LONG, _SHORT = 300, 50
_FIRST_LEGS = 2
_PARTITION_S, _NODES, _MOST = 2.0, 1_000, 4_000
_DENSE = 60_000
_RESERVE = 0.08
"""Of the fuse, what is kept for the last putting together."""


@dataclass(frozen=True, slots=True)
class RoutesFound:
    """Routes and how they came about.

    Args:
        routes: customers in order, from 1; the depot is 0.
        length: of all of them, in the unit of the ways.
        iterations: done by each strand.
        ended: `iterations`, `fuse` or `stopped`.
    """

    routes: tuple[tuple[int, ...], ...]
    length: int
    iterations: int
    ended: Ended


def shortest_routes(
    way: ArrayLike,
    demand: ArrayLike,
    opens: ArrayLike,
    closes: ArrayLike,
    service: ArrayLike,
    *,
    vehicles: int,
    capacity: int,
    iterations: int = 6_000,
    leg: int = 1_000,
    seed: int = 1,
    fuse_s: float | None = None,
    should_stop: ShouldStop | None = None,
    progress: Progress | None = None,
) -> RoutesFound | None:
    """Find routes from one depot that reach every customer in its window and are short together.

    Two strands search at a time. After each leg the best plan made of all routes that were met is sought; the first strand goes on from it, the
    second begins anew, so that there are always unlike routes to choose from.

    Args:
        way: shape (n + 1, n + 1). Whole numbers: length and time of a way alike; 0 is the depot.
        demand: shape (n + 1,). Whole numbers; that of the depot is 0.
        opens: shape (n + 1,). The earliest beginning of a visit; of the depot, when vehicles may leave.
        closes: shape (n + 1,). The latest beginning of a visit; of the depot, by when vehicles are back.
        service: shape (n + 1,). How long a visit takes.
        vehicles: how many there are, ≥ 1.
        capacity: of each.
        iterations: of each strand.
        leg: iterations between two puttings together, ≥ 1.
        seed: ≥ 0; the same number of iterations and seed give the same routes unless the fuse burns.
        fuse_s: seconds after which the search ends, or None.
        should_stop: asked before every iteration, in this thread.
        progress: told the share that is done, in this thread.

    Returns:
        Routes, or None where none were found that reach everybody.

    Raises:
        ValueError: shapes differ, or a number is out of bounds.

    Source:
        PyVRP and set partitioning, as in `plan_tours`; the problem of M. M. Solomon, Operations Research 35 (1987), 254–265.

    Examples:
        >>> way = [[0, 3, 4], [3, 0, 5], [4, 5, 0]]
        >>> found = shortest_routes(way, [0, 1, 1], [0, 0, 0], [99, 99, 99], [0, 1, 1], vehicles=2, capacity=2, iterations=50)
        >>> found.length, [sorted(route) for route in found.routes]
        (12, [[1, 2]])
    """
    data, wanted = _data(way, demand, opens, closes, service, vehicles, capacity)
    if iterations < 1 or leg < 1:
        raise ValueError("iterations: iterations and leg must be at least 1")
    ends = None if fuse_s is None else monotonic() + fuse_s
    searches_until = None if ends is None or fuse_s is None else ends - _RESERVE * fuse_s
    clock = Clock(iterations, searches_until, should_stop, progress)
    best: list[Route] | None = None
    pool, cost, done, turn, is_cut = Pool(), 0, 0, 0, False
    while done < iterations and not clock.is_over():
        share = min(leg, iterations - done)
        jobs = [
            Job(data, best if number == 0 and turn >= _FIRST_LEGS else None, share, seed * 1_000 + turn * STRANDS + number,
                _LONG if number == 0 and turn >= _FIRST_LEGS else _SHORT)
            for number in range(STRANDS)
        ]  # fmt: skip
        found = searched(jobs, clock)
        done += max((one.iterations for one in found), default=0)
        for one in found:
            pool.join(one.pool)
        kept = [Found(best, pool, 0), *(Found(one.routes, Pool(), 0) for one in found)]
        # Long routes make dense columns: fewer of them are asked for whole numbers.
        limit = Limit(_NODES, min(_MOST, _DENSE * _routes_used(kept) // len(wanted.task_of)))
        if ends is not None:
            limit.seconds = max(0.05, min(_PARTITION_S, (ends - monotonic()) / 2))
        plan = together(kept, wanted, limit)
        is_cut |= limit.was_hit
        if plan is not None:
            best, cost = plan
        turn += 1
    if best is None:
        return None
    routes = sorted(tuple(client + 1 for client in clients) for _kind, clients in best)
    ended: Ended = "fuse" if clock.is_burnt or is_cut else "stopped" if clock.is_stopped else "iterations"
    return RoutesFound(tuple(routes), cost, done, ended)


def _routes_used(founds: Sequence[Found]) -> int:
    """Give the routes of the plan that uses fewest, at least 1."""
    return min((len(one.routes) for one in founds if one.routes), default=1)


def _data(
    way: ArrayLike,
    demand: ArrayLike,
    opens: ArrayLike,
    closes: ArrayLike,
    service: ArrayLike,
    vehicles: int,
    capacity: int,
) -> tuple[Any, Wanted]:
    import pyvrp

    ways: Any = np.ascontiguousarray(way, dtype=np.int64)
    rows = [np.asarray(one, dtype=np.int64) for one in (demand, opens, closes, service)]
    count = len(ways)
    if ways.shape != (count, count) or count < 2 or any(one.shape != (count,) for one in rows):  # noqa: PLR2004
        raise ValueError("way: must have the shape (n + 1, n + 1), and the other tables (n + 1,), n at least 1")
    if (ways < 0).any() or any((one < 0).any() for one in rows) or (rows[1] > rows[2]).any():
        raise ValueError("way: nothing may be negative, and opens must not be after closes")
    if vehicles < 1 or capacity < 0:
        raise ValueError("vehicles: must be at least 1, capacity at least 0")
    needs, early, late, stay = (one.tolist() for one in rows)
    clients = [
        pyvrp.Client(one, delivery=[needs[one]], service_duration=stay[one], tw_early=early[one], tw_late=late[one])
        for one in range(1, count)
    ]
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _point in range(count)], clients, [pyvrp.Depot(0)],
        [pyvrp.VehicleType(vehicles, [capacity], tw_early=early[0], tw_late=late[0])], [ways], [ways],
    )  # fmt: skip
    return data, Wanted(tuple(range(count - 1)), None, (vehicles,))
