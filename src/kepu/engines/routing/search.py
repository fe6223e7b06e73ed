"""One round of search: bands of days and shifts as a routing problem for PyVRP, in two strands, and what their routes make together.

PyVRP lets go of Python's lock while it searches, so the two strands, each with a seed of its own, use two cores. What is random depends on the
seeds alone; the clock is looked at only for the fuse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from threading import Event, Thread
from time import monotonic
from typing import Any

from kepu.engines.routing.partition import Limit, Pool, Route, Wanted, best_of

STRANDS = 2
_EVERY = 3

ShouldStop = Callable[[], bool]
Progress = Callable[[float], object]


@dataclass(slots=True)
class Clock:
    """When to stop, and how far the search is.

    Args:
        total: iterations of a strand over all rounds.
        ends: reading of `time.monotonic` at which the fuse burns, or None.
        should_stop: asked at each iteration, in the thread of the caller.
        progress: told the share that is done, 0 to 1, in the thread of the caller.
        done: iterations of finished rounds.
        is_burnt: whether the fuse has burnt.
        is_stopped: whether the caller wanted to stop.
    """

    total: int
    ends: float | None
    should_stop: ShouldStop | None
    progress: Progress | None
    done: int = 0
    is_burnt: bool = False
    is_stopped: bool = False
    flag: Event = field(default_factory=Event)

    def is_over(self, further: int = 0) -> bool:
        """Ask the fuse and the caller; tell how far the search is."""
        if self.ends is not None and monotonic() >= self.ends:
            self.is_burnt = True
        elif self.should_stop is not None and self.should_stop():
            self.is_stopped = True
        if self.is_burnt or self.is_stopped:
            self.flag.set()
            return True
        if self.progress is not None and further % 50 == 0:
            self.progress(min(1.0, (self.done + further) / self.total))
        return False

    def limit(self, nodes: int, most: int) -> Limit:
        """Give what a putting together may take."""
        return Limit(nodes, most, inf if self.ends is None else max(0.05, self.ends - monotonic()))


class _Stop:
    """PyVRP asks it before every iteration."""

    def __init__(self, clock: Clock, iterations: int, *, is_first: bool) -> None:
        self.clock, self.iterations, self.is_first, self.count = clock, iterations, is_first, 0

    def __call__(self, best_cost: int) -> bool:  # noqa: ARG002 PyVRP's name
        if self.clock.flag.is_set() or self.count >= self.iterations:
            return True
        if self.is_first and self.clock.is_over(self.count):
            return True
        self.count += 1
        return False


@dataclass(frozen=True, slots=True)
class Job:
    """One search.

    Args:
        data: `pyvrp.ProblemData`.
        start: routes to begin from as kind of van-day and clients in order, or None for a random plan.
        iterations: how many.
        seed: of its randomness.
        patience: length of the history against which PyVRP accepts a plan; a short one settles sooner.
        then: what to do with what was found, in the same thread, so that it too has a core.
    """

    data: Any
    start: Sequence[Route] | None
    iterations: int
    seed: int
    patience: int = 300
    then: Callable[["Found"], object] | None = None


@dataclass(slots=True)
class Found:
    """What a search found.

    Args:
        routes: of its best plan, or None where it found none that keeps every rule.
        pool: routes met on the way.
        iterations: done.
    """

    routes: list[Route] | None
    pool: Pool
    iterations: int


def searched(jobs: Sequence[Job], clock: Clock) -> list[Found]:
    """Do searches, two at a time: the first, third … in this thread, the others in a second one.

    Args:
        jobs: independent of one another.
        clock: fuse, stop and progress; asked in this thread.

    Returns:
        What each found, in the order of `jobs`; a search that was stopped gives what it had.
    """
    found: list[Found | None] = [None] * len(jobs)
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, len(jobs), STRANDS):
                job = jobs[number]
                found[number] = one = _search(job, _Stop(clock, job.iterations, is_first=first == 0))
                if job.then is not None:
                    job.then(one)
                if first == 0:
                    clock.done += jobs[number].iterations
        except BaseException as failure:  # noqa: BLE001 it is raised again in the caller's thread
            failures.append(failure)
            clock.flag.set()

    threads = [Thread(target=work, args=(first,), daemon=True) for first in range(1, min(STRANDS, len(jobs)))]
    for thread in threads:
        thread.start()
    work(0)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [one for one in found if one is not None]


def together(founds: Sequence[Found], wanted: Wanted, limit: Limit) -> tuple[list[Route], int] | None:
    """Give the best of the plans found for one problem, or a better one made of all routes that were met.

    Args:
        founds: of searches of the same data.
        wanted: tasks of the clients and van-days of the kinds.
        limit: of the putting together.

    Returns:
        Routes and their cost with what they miss, or None where no plan was found.
    """
    pool = Pool()
    for found in founds:
        pool.join(found.pool)
    plans = [found.routes for found in founds if found.routes is not None]
    if not plans:
        return None
    cost, routes = min(((cost_of(pool, wanted, plan), plan) for plan in plans), key=lambda one: one[0])
    better = best_of(pool, wanted, cost, limit)
    return (routes, cost) if better is None else (better, cost_of(pool, wanted, better))


def cost_of(pool: Pool, wanted: Wanted, routes: Sequence[Route]) -> int:
    """Give the cost of routes of a pool and of the tasks that none of them does."""
    cost = sum(pool.routes[kind, frozenset(clients)][0] for kind, clients in routes)
    if wanted.missed is None:
        return cost
    done = {wanted.task_of[client] for _kind, clients in routes for client in clients}
    return cost + sum(missed for task, missed in enumerate(wanted.missed) if task not in done)


def _clients(route: Any) -> tuple[int, ...]:
    return tuple(one.idx for one in route if one.is_client())


def _cost(route: Any) -> int:
    return int(route.distance_cost() + route.fixed_vehicle_cost())


def _search(job: Job, stop: _Stop) -> Found:
    import pyvrp
    from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
    from pyvrp.solve import SolveParams, solve

    pool = Pool()

    def keep(solution: Any) -> None:
        if solution.is_feasible():
            for route in solution.routes():
                pool.add(route.vehicle_type(), _clients(route), _cost(route))

    class Watcher(IteratedLocalSearchCallbacks):
        """Keeps the routes of every third new plan that breaks no rule."""

        def __init__(self) -> None:
            self.count = 0

        def on_iteration(self, _current: Any, candidate: Any, _best: Any, _evaluator: Any) -> None:
            self.count += 1
            if self.count % _EVERY == 0:
                keep(candidate)

    initial = None
    if job.start is not None:
        routes = [pyvrp.Route(job.data, list(clients), kind) for kind, clients in job.start if clients]
        initial = pyvrp.Solution(job.data, routes)
    params = SolveParams(ils=IteratedLocalSearchParams(history_length=job.patience, callbacks=Watcher()))
    result = solve(job.data, stop, seed=job.seed % 2**31, collect_stats=False, params=params, initial_solution=initial)
    best = result.best
    keep(best)
    is_good = bool(best.is_feasible())
    plan = [(route.vehicle_type(), _clients(route)) for route in best.routes()] if is_good else None
    return Found(plan, pool, result.num_iterations)
