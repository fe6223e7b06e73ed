"""The best plan that can be put together from routes which were found on the way: set partitioning by HiGHS."""

from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

_TOLERANCE = 1e-6
Route = tuple[int, tuple[int, ...]]
"""Kind of van-day and the clients of a route in their order."""


@dataclass(slots=True)
class Pool:
    """Routes, each set of clients of a kind of van-day once, by its cheapest order.

    Args:
        routes: kind and clients without order → cost and clients in order.
    """

    routes: dict[tuple[int, frozenset[int]], tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, kind: int, clients: tuple[int, ...], cost: int) -> None:
        """Keep a route when it is new or cheaper than its like."""
        key = kind, frozenset(clients)
        known = self.routes.get(key)
        if known is None or cost < known[0]:
            self.routes[key] = cost, clients

    def join(self, other: "Pool") -> None:
        """Take over another pool's routes."""
        for (kind, _clients), (cost, order) in other.routes.items():
            self.add(kind, order, cost)


@dataclass(slots=True)
class Limit:
    """What a putting together may take.

    Args:
        nodes: branch-and-bound nodes.
        most: routes with the least reduced cost that are asked for whole numbers.
        seconds: fuse of each solve; infinite where the same plan is wanted on any machine.
        was_hit: whether the fuse burnt, or the solver gave up: more might have been found.
    """

    nodes: int
    most: int
    seconds: float = inf
    was_hit: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the routes are put together for.

    Args:
        task_of: task of each client; clients of the same task are alternatives.
        missed: what leaving a task undone costs, one a task; None where all must be done.
        available: van-days of each kind.
    """

    task_of: tuple[int, ...]
    missed: tuple[int, ...] | None
    available: tuple[int, ...]


def best_of(pool: Pool, wanted: Wanted, beat: int, limit: Limit) -> list[Route] | None:
    """Choose routes that do every task at most once (or exactly once) at the least cost.

    The linear relaxation gives a bound and prices; routes whose reduced cost is beyond the difference between the bound and what is to be
    beaten belong to no better plan and are left out before whole numbers are asked for.

    Args:
        pool: routes to choose from.
        wanted: what they are put together for.
        beat: cost of the plan that is known: routes plus what it misses.
        limit: nodes, routes and seconds allowed; notes whether the fuse burnt.

    Returns:
        The routes of a plan that costs less than `beat`, or None where none was found.

    Source:
        Set partitioning over the routes of a heuristic: Y. Rochat and É. Taillard, Journal of Heuristics 1 (1995), 147–167.

    Examples:
        >>> pool = Pool()
        >>> for clients, cost in (((0,), 5), ((1,), 5), ((0, 1), 7), ((1, 2), 8), ((2,), 6)):
        ...     pool.add(0, clients, cost)
        >>> best_of(pool, Wanted((0, 1, 2), None, (3,)), 16, Limit(10, 10))
        [(0, (0,)), (0, (1, 2))]
    """
    keys = sorted(pool.routes, key=lambda key: (key[0], sorted(key[1])))
    if not keys:
        return None
    tasks = (max(wanted.task_of) + 1) if wanted.missed is None else len(wanted.missed)
    rows = [sorted({wanted.task_of[client] for client in clients}) for _kind, clients in keys]
    kinds = np.array([kind for kind, _clients in keys], dtype=np.int64)
    model = _Model(
        cost=np.array([pool.routes[key][0] for key in keys], dtype=np.float64),
        rows=[[*row, tasks + kind] for row, (kind, _clients) in zip(rows, keys, strict=True)],
        tasks=tasks,
        wanted=wanted,
    )
    if any(len(row) != len(clients) for row, (_kind, clients) in zip(rows, keys, strict=True)):
        raise ValueError("pool: a route does a task twice")
    everything = np.arange(len(keys))
    relaxed = model.solved(everything, is_whole=False, limit=limit, beat=beat)
    if relaxed is None or relaxed[0] > beat - 1 + _TOLERANCE:
        return None
    bound, _values, prices = relaxed
    lengths = np.array([len(row) for row in model.rows])
    flat = np.fromiter((row for rows in model.rows for row in rows), dtype=np.int64, count=int(lengths.sum()))
    reduced = model.cost - np.add.reduceat(prices[flat], np.concatenate(([0], np.cumsum(lengths)[:-1])))
    kept = np.flatnonzero(reduced <= beat - 1 - bound + _TOLERANCE)
    if not len(kept):
        return None
    kept = np.sort(kept[np.argsort(reduced[kept], kind="stable")[: limit.most]])
    found = model.solved(kept, is_whole=True, limit=limit, beat=beat)
    if found is None or found[0] > beat - 1 + _TOLERANCE:
        return None
    chosen = kept[found[1][: len(kept)] > 0.5]  # noqa: PLR2004 a whole number
    return [(int(kinds[one]), pool.routes[keys[one]][1]) for one in chosen.tolist()]


@dataclass(frozen=True, slots=True)
class _Model:
    """Columns of routes over rows of tasks, then of kinds of van-days."""

    cost: Any
    rows: list[list[int]]
    tasks: int
    wanted: Wanted

    def solved(self, columns: Any, *, is_whole: bool, limit: Limit, beat: int) -> tuple[float, Any, Any] | None:
        """Give objective, values and prices of the rows; None where nothing was found."""
        import highspy

        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, setting in (
            ("output_flag", False),
            ("parallel", "off"),  # a number of threads would be refused where HiGHS ran before with another
            ("random_seed", 0),
            ("time_limit", limit.seconds),
        ):
            highs.setOptionValue(name, setting)
        if is_whole:
            for name, setting in (
                ("mip_max_nodes", limit.nodes), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.99), ("objective_bound", beat - 0.5),
            ):  # fmt: skip
                highs.setOptionValue(name, setting)
        missed = self.wanted.missed
        slack = 0 if missed is None else self.tasks
        width, height = len(columns) + slack, self.tasks + len(self.wanted.available)
        lists = [self.rows[one] for one in columns.tolist()] + [[task] for task in range(slack)]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, height
        lp.col_cost_ = np.concatenate((self.cost[columns], np.array(missed or (), dtype=np.float64)))
        lp.col_lower_, lp.col_upper_ = np.zeros(width), np.full(width, 1.0 if is_whole else highspy.kHighsInf)
        lp.row_lower_ = np.concatenate((np.ones(self.tasks), np.full(len(self.wanted.available), -highspy.kHighsInf)))
        lp.row_upper_ = np.concatenate((np.ones(self.tasks), np.array(self.wanted.available, dtype=np.float64)))
        lengths = np.array([len(one) for one in lists])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        lp.a_matrix_.index_ = np.fromiter((row for one in lists for row in one), np.int32, int(lengths.sum()))
        lp.a_matrix_.value_ = np.ones(int(lengths.sum()))
        if is_whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(columns) + [
                highspy.HighsVarType.kContinuous
            ] * slack
        highs.passModel(lp)
        if highs.run() == highspy.HighsStatus.kError:  # the plan that is known stands; nothing is said to be proven
            limit.was_hit = True
            return None
        limit.was_hit |= highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
        solution, info = highs.getSolution(), highs.getInfo()
        values = np.asarray(solution.col_value)
        if len(values) < width or not np.isfinite(info.objective_function_value):
            return None
        if is_whole and abs(values - values.round()).max() > 1e-4:  # noqa: PLR2004 a whole number
            return None
        return float(info.objective_function_value), values, np.asarray(solution.row_dual)
