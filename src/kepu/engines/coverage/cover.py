"""The model of siting: classes of villages, a first plan, and what each plan reaches."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from kepu.engines.coverage.travel import Floats, Reach, Rows

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Cover:
    """Classes of villages × candidates; every class is covered by one chosen candidate or by none.

    Args:
        covers: shape (classes, candidates), sparse, ones. Its transpose stands in `places`.
        places: shape (candidates, classes).
        weight: shape (classes,). People of each class, > 0.
        k: how many candidates may be chosen.
    """

    covers: Any
    places: Any
    weight: Floats
    k: int

    @property
    def is_whole(self) -> bool:
        """Whether people are counted in whole numbers."""
        return bool((self.weight == np.round(self.weight)).all())

    def reached(self, plan: Rows) -> float:
        """Give the people whom a plan reaches."""
        return float(self.weight[self.times(plan) > 0].sum())

    def times(self, plan: Rows) -> Floats:
        """Give how many of the plan's places each class has, shape (classes,)."""
        return np.asarray(self.covers[:, plan].sum(axis=1)) if len(plan) else np.zeros(len(self.weight))

    def classes_of(self, place: int) -> Rows:
        """Give the classes that a candidate reaches."""
        found: Rows = self.places.indices[self.places.indptr[place] : self.places.indptr[place + 1]]
        return found


def cover_of(groups: dict[tuple[int, ...], list[float]], width: int, k: int) -> Cover:
    """Build the model from the people of each set of candidates."""
    keys = sorted(groups)
    starts = np.concatenate(([0], np.cumsum([len(key) for key in keys]))).astype(np.int64)
    columns = np.fromiter((column for key in keys for column in key), dtype=np.int64, count=int(starts[-1]))
    covers = csr_array((np.ones(len(columns)), columns, starts), shape=(len(keys), width))
    # Sorted first: a sum of fractions must not depend on the order of villages.
    weight = np.array([sum(sorted(groups[key])) for key in keys], dtype=np.float64)
    return Cover(covers, covers.T.tocsr(), weight, min(k, width))


def merged(reach: Reach, weight: Floats, order: list[int], k: int) -> Cover:
    """Make one class of all villages with the same candidates; what weighs nothing or sees nothing is left out.

    Args:
        reach: villages to candidates.
        weight: shape (villages,). People who are not reached yet.
        order: columns of `reach` in the order of the candidates' ids.
        k: how many may be chosen.
    """
    rank = np.empty(reach.width, dtype=np.int64)
    rank[order] = np.arange(reach.width)
    groups: dict[tuple[int, ...], list[float]] = {}
    renamed = rank[reach.destinations]
    for row in np.flatnonzero((weight > 0) & (np.diff(reach.starts) > 0)).tolist():
        key = tuple(np.sort(renamed[reach.starts[row] : reach.starts[row + 1]]).tolist())
        groups.setdefault(key, []).append(float(weight[row]))
    return cover_of(groups, reach.width, k)


def reduced(cover: Cover, taken: Rows, kept: Rows) -> Cover:
    """Leave only some candidates, after others were taken for good.

    Args:
        cover: the whole model.
        taken: candidates of every plan that is still looked for; what they reach is left out.
        kept: candidates that may be chosen beside them, rising.
    """
    name = np.full(cover.covers.shape[1], -1, dtype=np.int64)
    name[kept] = np.arange(len(kept))
    groups: dict[tuple[int, ...], list[float]] = {}
    starts, columns = cover.covers.indptr, name[cover.covers.indices]
    for row in np.flatnonzero(cover.times(taken) == 0).tolist():
        seen = columns[starts[row] : starts[row + 1]]
        key = tuple(np.sort(seen[seen >= 0]).tolist())
        if key:
            groups.setdefault(key, []).append(float(cover.weight[row]))
    return cover_of(groups, len(kept), cover.k - len(taken))


def greedy(cover: Cover) -> Rows:
    """Take the place that adds most, again and again."""
    left, chosen = cover.weight.copy(), []
    for _place in range(cover.k):
        gain = cover.places @ left
        best = int(np.argmax(gain)) if gain.size else 0
        if not gain.size or gain[best] <= 0:
            break
        chosen.append(best)
        left[cover.classes_of(best)] = 0
    return np.array(sorted(chosen), dtype=np.int64)


def exchanged(cover: Cover, plan: Rows) -> Rows:
    """Exchange one place for another, the best exchange first, until none helps."""
    while len(plan):
        times = cover.times(plan)
        open_gain = cover.places @ np.where(times == 0, cover.weight, 0.0)
        once = csr_array(cover.places.multiply(np.where(times == 1, cover.weight, 0.0)[None, :]))
        shared = (once @ cover.places[plan].T).toarray()
        lost = np.asarray(once[plan].sum(axis=1)).ravel()
        change = open_gain[:, None] + shared - lost[None, :]
        change[plan] = -np.inf
        place, out = np.unravel_index(int(np.argmax(change)), change.shape)
        if change[place, out] <= ROUNDING * (1 + lost[out]):
            return plan
        plan = np.sort(np.append(np.delete(plan, out), place)).astype(np.int64)
    return plan


def single_gains_bound(cover: Cover, plan: Rows) -> float:
    """No plan adds more to this one than the k best places add to it singly (Nemhauser, Wolsey and Fisher 1978)."""
    gains = np.sort(cover.places @ np.where(cover.times(plan) > 0, 0.0, cover.weight))[::-1]
    return min(float(cover.weight.sum()), cover.reached(plan) + float(gains[: cover.k].sum()))
