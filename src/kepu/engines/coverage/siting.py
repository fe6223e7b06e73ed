"""Which k of some candidate places reach most people whom nothing reaches yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kepu.engines.coverage.cover import ROUNDING, Cover, exchanged, greedy, merged, reduced, single_gains_bound
from kepu.engines.coverage.prices import priced
from kepu.engines.coverage.search import Ended, Found, Told, search
from kepu.engines.coverage.travel import Floats, Reach, Rows

_PRICE_ROUNDS = 600


@dataclass(frozen=True, slots=True)
class Site:
    """One place of the plan.

    Args:
        candidate: its id.
        adds: people it reaches whom the places before it in the plan do not.
        alone: people that would be lost without it, all others staying.
    """

    candidate: int | str
    adds: float
    alone: float


@dataclass(frozen=True, slots=True)
class Siting:
    """A plan and how good it is at most.

    Args:
        sites: chosen places, the one that adds most first; fewer than k where more would reach nobody else.
        reached: people reached by the plan whom nothing reached before.
        bound: no plan of k of these candidates reaches more than this; proven.
        gap: (bound − reached) / bound, 0 to 1; 0 where nobody can be reached.
        reached_before: people in reach of what is there already.
        people: all people.
        is_optimal: nothing better exists.
        ended: `proven` (the wanted gap was proven), `nodes` (the allowance of nodes was used up), `fuse` (time ran out: the plan and bound then
            depend on the machine), `start` (the system ended the search; what it had found stands).
        nodes: branch-and-bound nodes used.
        classes: distinct sets of candidates that villages share; each is one column of the model.
    """

    sites: tuple[Site, ...]
    reached: float
    bound: float
    gap: float
    reached_before: float
    people: float
    is_optimal: bool
    ended: Ended
    nodes: int
    classes: int


def choose_sites(
    reach: Reach,
    people: ArrayLike,
    k: int,
    *,
    candidates: Sequence[int] | Sequence[str],
    is_reached: ArrayLike | None = None,
    wanted_gap: float = 0.0,
    fuse_s: float = 10.0,
    node_limit: int = 200_000,
    tell: Told | None = None,
) -> Siting:
    """Choose at most k candidates so that most people who are not reached yet have one within the limit of `reach`.

    The same input in any order of villages and candidates gives the same plan, unless the fuse burns (`ended`).

    Args:
        reach: from n villages to m candidates, within the time that counts as reached.
        people: shape (n,). People of each village, ≥ 0; whole numbers let the proof end sooner.
        k: how many to choose, ≥ 1.
        candidates: ids, one for each column of `reach`, each once; ties go to the smaller id.
        is_reached: shape (n,). Villages that something reaches already; they count no more. None: nobody is.
        wanted_gap: stop once the plan is proven to lie within this share of the best, 0 to below 1.
        fuse_s: seconds after which the search is killed, > 0. What it had found and proven by then is returned.
        node_limit: branch-and-bound nodes after which the search ends, the same on every machine.
        tell: called with (reached, bound) from time to time; what it raises ends the search.

    Returns:
        The plan, what it reaches and the proven bound.

    Raises:
        ValueError: a shape, an id or a parameter is out of bounds.

    Source:
        R. Church and C. ReVelle, "The maximal covering location problem", Papers in Regional Science 32 (1974), 101–118. Villages with the
        same candidates are one column; only places are whole numbers. Start: greedy and exchange of pairs, its bound from G. L. Nemhauser et al.,
        Mathematical Programming 14 (1978), 265–294 (no plan gains more than the k best single gains). Then HiGHS in a process of its own.

    Examples:
        >>> from kepu.engines.coverage import reach_by_table
        >>> reach = reach_by_table("aabbcc", "xyxzyz", [5] * 6, origins="abc", destinations="xyz", limit_min=30)
        >>> s = choose_sites(reach, [10, 20, 30], 1, candidates="xyz")
        >>> [one.candidate for one in s.sites], s.reached, s.bound, s.is_optimal
        (['z'], 50.0, 50.0, True)
    """
    ends = monotonic() + fuse_s
    crowd, before = _checked(reach, people, candidates, is_reached)
    if k < 1:
        raise ValueError("k: must be at least 1")
    if not 0 <= wanted_gap < 1:
        raise ValueError("wanted_gap: must lie between 0 and below 1")
    if not fuse_s > 0:
        raise ValueError("fuse_s: must be above 0")
    order = sorted(range(reach.width), key=lambda column: candidates[column])
    cover = merged(reach, np.where(before, 0.0, crowd), order, k)
    found = _best(cover, wanted_gap, ends, node_limit, tell)
    return Siting(
        sites=_in_order(cover, found.plan, [candidates[column] for column in order]),
        reached=found.value,
        bound=found.bound,
        gap=(found.bound - found.value) / found.bound if found.bound > 0 else 0.0,
        reached_before=float(crowd[before].sum()),
        people=float(crowd.sum()),
        is_optimal=found.bound <= found.value * (1 + ROUNDING),
        ended="proven" if _is_proven(found, wanted_gap) else found.ended,
        nodes=found.nodes,
        classes=len(cover.weight),
    )


def _best(cover: Cover, wanted_gap: float, ends: float, node_limit: int, tell: Told | None) -> Found:
    """Start, prices, then the search over what the prices leave in question."""
    plan = exchanged(cover, greedy(cover))
    found = _found(cover, plan, single_gains_bound(cover, plan))
    if _is_proven(found, wanted_gap):
        return found
    known = priced(cover, plan, found.bound, rounds=_PRICE_ROUNDS)
    found = _found(cover, known.plan, known.bound)
    if tell is not None:
        tell(found.value, found.bound)
    if _is_proven(found, wanted_gap):
        return found
    rest = reduced(cover, known.taken, known.kept)
    base = cover.reached(known.taken)
    if not rest.k or not len(rest.weight):
        return _found(cover, found.plan, max(found.value, base))
    inner = exchanged(rest, greedy(rest))
    start = Found(inner, rest.reached(inner), max(0.0, found.bound - base), 0, "start")
    told = None if tell is None else lambda value, bound: tell(max(found.value, base + value), base + bound)
    deeper = search(rest, start, wanted_gap, ends, node_limit, told)
    plan = np.sort(np.concatenate((known.taken, known.kept[deeper.plan])))
    if cover.reached(plan) < found.value:
        plan = found.plan
    return _found(cover, plan, min(found.bound, base + deeper.bound), deeper.nodes, deeper.ended)


def _found(cover: Cover, plan: Rows, bound: float, nodes: int = 0, ended: Ended = "start") -> Found:
    value = cover.reached(plan)
    # What was left out could not be better, so a smaller bound of the rest is no bound below what is reached.
    whole = float(np.floor(bound * (1 + ROUNDING))) if cover.is_whole else bound
    return Found(plan, value, max(value, whole), nodes, ended)


def _is_proven(found: Found, wanted_gap: float) -> bool:
    return found.bound - found.value <= max(wanted_gap, ROUNDING) * found.bound


def _checked(
    reach: Reach, people: ArrayLike, candidates: Sequence[int] | Sequence[str], is_reached: ArrayLike | None
) -> tuple[Floats, NDArray[np.bool_]]:
    crowd = np.asarray(people, dtype=np.float64)
    before = np.zeros(reach.height, dtype=bool) if is_reached is None else np.asarray(is_reached, dtype=bool)
    if crowd.shape != (reach.height,) or before.shape != (reach.height,):
        raise ValueError(f"people: must have the shape ({reach.height},), and is_reached the same")
    if not (np.isfinite(crowd) & (crowd >= 0)).all():
        raise ValueError("people: must be finite and at least 0")
    if len(candidates) != reach.width or len(set(candidates)) != reach.width:
        raise ValueError(f"candidates: must be {reach.width} ids, each once")
    return crowd, before


def _in_order(cover: Cover, plan: Rows, names: Sequence[int | str]) -> tuple[Site, ...]:
    alone = cover.places @ np.where(cover.times(plan) == 1, cover.weight, 0.0)
    left, waiting, sites = cover.weight.copy(), plan.tolist(), []
    while waiting:
        gain = cover.places[waiting] @ left
        place = waiting.pop(int(np.argmax(gain)))
        if gain.max() > 0:
            sites.append(Site(names[place], float(gain.max()), float(alone[place])))
        left[cover.classes_of(place)] = 0
    return tuple(sites)
