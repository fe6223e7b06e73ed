"""Who is reached and how equally, by place and group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kepu.engines.coverage.inequality import TheilParts, gini_by, theil_parts
from kepu.engines.coverage.travel import Floats


@dataclass(frozen=True, slots=True)
class Equity:
    """Shares and inequality of each place (district or town) for each group.

    Args:
        people: shape (places, groups).
        shares: shape (places, groups, limits). Share of people, 0 to 1, with a place within each limit; nan where nobody lives.
        mean: shape (places, groups). Mean score per person; nan where nobody lives.
        gini: shape (places, groups). Of the score, among people of the place; nan where nothing can be said.
        theil: shape (places, groups). The same.
    """

    people: Floats
    shares: Floats
    mean: Floats
    gini: Floats
    theil: Floats


@dataclass(frozen=True, slots=True)
class Split:
    """Inequality of the whole city, one entry for each group.

    Args:
        gini: shape (groups,).
        theil: parts of Theil's index by place, one for each group.
    """

    gini: Floats
    theil: tuple[TheilParts, ...]


def equity_by(
    place: ArrayLike, places: int, people: ArrayLike, nearest: ArrayLike, score: ArrayLike, *, limits: Sequence[float]
) -> Equity:
    """Tabulate places × groups.

    Args:
        place: shape (n,). Place of each village, from 0 to below `places`; all 0 for the whole city.
        places: how many places.
        people: shape (n, g). People of each group, ≥ 0.
        nearest: shape (n,). Minutes to the nearest place that serves; infinite where none does.
        score: shape (n, g). Supply per person (`group_scores`).
        limits: minutes that shares are asked for; a time equal to the limit is within it.

    Raises:
        ValueError: shapes differ or something is negative.

    Source:
        Own arithmetic on `gini_by` and `theil_parts`.

    Examples:
        >>> e = equity_by([0, 0, 1], 2, [[10], [30], [5]], [10, 40, np.inf], [[1.0], [1.0], [0.0]], limits=(15, 45))
        >>> e.shares[:, 0].tolist(), e.gini[:, 0].tolist()
        ([[0.25, 1.0], [0.0, 0.0]], [0.0, nan])
    """
    code, crowd = np.asarray(place, dtype=np.int64), np.asarray(people, dtype=np.float64)
    near, value = np.asarray(nearest, dtype=np.float64), np.asarray(score, dtype=np.float64)
    if crowd.ndim != 2 or crowd.shape != value.shape or not len(code) == len(near) == len(crowd):  # noqa: PLR2004
        raise ValueError("people: must have the shape (n, groups), score the same, place and nearest (n,)")
    if np.isnan(near).any() or (near < 0).any():
        raise ValueError("nearest: must be at least 0 (infinite where nothing is in reach)")
    groups = crowd.shape[1]
    living: Floats = np.stack([np.bincount(code, crowd[:, g], places) for g in range(groups)], axis=1).astype(
        np.float64
    )
    within = np.stack(
        [[np.bincount(code, crowd[:, g] * (near <= limit), places) for limit in limits] for g in range(groups)]
    ).reshape(groups, len(limits), places)
    total = np.stack([np.bincount(code, crowd[:, g] * value[:, g], places) for g in range(groups)], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(living[:, :, None] > 0, within.transpose(2, 0, 1) / living[:, :, None], np.nan)
        mean = np.where(living > 0, total / living, np.nan)
    ginis = np.stack([gini_by(value[:, g], crowd[:, g], code, places) for g in range(groups)], axis=1)
    theils = np.stack([theil_parts(value[:, g], crowd[:, g], code, places).inside for g in range(groups)], axis=1)
    return Equity(living, np.minimum(shares, 1.0), mean, ginis, theils)


def split_of(place: ArrayLike, places: int, people: ArrayLike, score: ArrayLike) -> Split:
    """Give the inequality of the whole city for each group, and how much of it lies between places.

    Args:
        place: shape (n,). District or town of each village.
        places: how many there are.
        people: shape (n, g).
        score: shape (n, g).

    Raises:
        ValueError: shapes differ or something is negative.
    """
    crowd, value = np.asarray(people, dtype=np.float64), np.asarray(score, dtype=np.float64)
    nowhere = np.zeros(len(crowd), dtype=np.int64)
    groups = range(crowd.shape[1])
    whole = np.array([gini_by(value[:, g], crowd[:, g], nowhere, 1)[0] for g in groups])
    return Split(whole, tuple(theil_parts(value[:, g], crowd[:, g], place, places) for g in groups))
