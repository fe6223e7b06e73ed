"""How unequal: the Gini and Theil indices of weighted values, whole and by parts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kepu.engines.coverage.travel import Floats

Codes = NDArray[np.int64]
_BELOW_ONE = float(np.nextafter(1, 0))


class TheilParts(NamedTuple):
    """Theil's index in its parts: `whole` = `between` + `within`.

    Args:
        whole: of all people.
        between: of the parts, each person having the mean of the part.
        within: of people inside their parts, each part weighing as much as its share of the total.
        inside: shape (parts,). Index of each part alone; nan where a part has no people or nothing to divide.
    """

    whole: float
    between: float
    within: float
    inside: Floats


def gini(values: ArrayLike, people: ArrayLike) -> float:
    """Give the Gini index of values that people have.

    Args:
        values: shape (n,). What each person of a row has, ≥ 0.
        people: shape (n,). People of each row, ≥ 0.

    Returns:
        0 (all alike) to below 1 (one has all); nan where there are no people or nothing to divide: then nothing can be said.

    Raises:
        ValueError: shapes differ, or something is negative or no number.

    Source:
        Half the mean absolute difference over the mean; A. Sen, On Economic Inequality (1973), section 2.4; weights are people. No correction
        for small samples: people are counted, not sampled.

    Examples:
        >>> gini([1, 1, 1], [5, 1, 9]), gini([0, 1], [3, 1])
        (0.0, 0.75)
    """
    return float(gini_by(values, people, np.zeros(len(np.atleast_1d(values)), dtype=np.int64), 1)[0])


def gini_by(values: ArrayLike, people: ArrayLike, part: ArrayLike, parts: int) -> Floats:
    """Give the Gini index inside each part.

    Args:
        values: shape (n,), as in `gini`.
        people: shape (n,).
        part: shape (n,). Part of each row, from 0 to below `parts`.
        parts: how many parts there are.

    Returns:
        Shape (parts,); nan where a part has no people or nothing to divide.

    Raises:
        ValueError: as in `gini`, or a part is out of bounds.
    """
    value, weight, code = _checked(values, people, part, parts)
    order = np.lexsort((value, code))
    value, weight, code = value[order], weight[order], code[order]
    everybody = np.bincount(code, weight, parts)
    total = np.bincount(code, weight * value, parts)
    running = np.cumsum(weight)
    starts = np.searchsorted(code, np.arange(parts))
    before = np.where(starts > 0, running[starts - 1], 0.0) if len(running) else np.zeros(parts)
    rank = 2 * (running - before[code]) - weight - everybody[code]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.bincount(code, weight * value * rank, parts) / (everybody * total)
    return np.where((everybody > 0) & (total > 0), np.clip(found, 0.0, _BELOW_ONE), np.nan)


def theil(values: ArrayLike, people: ArrayLike) -> float:
    """Give Theil's T index of values that people have.

    Args:
        values: shape (n,), ≥ 0; a zero counts as 0·ln 0 = 0.
        people: shape (n,), ≥ 0.

    Returns:
        0 (all alike) to ln(people) (one has all); nan where there are no people or nothing to divide.

    Raises:
        ValueError: shapes differ, or something is negative or no number.

    Source:
        H. Theil, Economics and Information Theory (1967), chapter 4.

    Examples:
        >>> theil([2, 2], [1, 9]), round(theil([0, 1], [1, 1]), 6)
        (0.0, 0.693147)
    """
    return theil_parts(values, people, np.zeros(len(np.atleast_1d(values)), dtype=np.int64), 1).whole


def theil_parts(values: ArrayLike, people: ArrayLike, part: ArrayLike, parts: int) -> TheilParts:
    """Give Theil's T index, between and within parts.

    Args:
        values: shape (n,), as in `theil`.
        people: shape (n,).
        part: shape (n,). Part of each row, from 0 to below `parts`.
        parts: how many parts there are.

    Raises:
        ValueError: as in `theil`, or a part is out of bounds.

    Source:
        Theil (1967), chapter 4; the parts add up to the whole exactly, but for rounding.

    Examples:
        >>> t = theil_parts([1, 3, 5, 5], [1, 1, 1, 1], [0, 0, 1, 1], 2)
        >>> round(t.whole - t.between - t.within, 12), t.inside.round(4).tolist()
        (0.0, [0.1308, 0.0])
    """
    value, weight, code = _checked(values, people, part, parts)
    everybody, total = np.bincount(code, weight, parts), np.bincount(code, weight * value, parts)
    people_all, total_all = float(everybody.sum()), float(total.sum())
    if not (people_all > 0 and total_all > 0):
        return TheilParts(np.nan, np.nan, np.nan, np.full(parts, np.nan))
    lives = (everybody > 0) & (total > 0)
    mean = np.divide(total, everybody, out=np.zeros(parts), where=lives)
    inside = np.full(parts, np.nan)
    share = _relative_log(value, np.where(mean > 0, mean, 1.0)[code])
    inside[lives] = (np.bincount(code, weight * share, parts)[lives] / everybody[lives]).clip(min=0)
    overall = total_all / people_all
    between = max(0.0, float((everybody * _relative_log(mean, np.full(parts, overall))).sum() / people_all))
    within = float((total[lives] / total_all) @ inside[lives])
    whole = max(0.0, float((weight * _relative_log(value, np.full(len(value), overall))).sum() / people_all))
    return TheilParts(whole, between, within, inside)


def _relative_log(value: Floats, mean: Floats) -> Floats:
    """(x/μ)·ln(x/μ), with 0·ln 0 = 0."""
    relative = value / mean
    return relative * np.log(relative, out=np.zeros_like(relative), where=relative > 0)


def _checked(values: ArrayLike, people: ArrayLike, part: ArrayLike, parts: int) -> tuple[Floats, Floats, Codes]:
    value, weight = np.asarray(values, dtype=np.float64), np.asarray(people, dtype=np.float64)
    code = np.asarray(part, dtype=np.int64)
    if value.ndim != 1 or not value.shape == weight.shape == code.shape:
        raise ValueError("values: must have the shape (n,), and people and part the same")
    for name, numbers in (("values", value), ("people", weight)):
        if not (np.isfinite(numbers) & (numbers >= 0)).all():
            raise ValueError(f"{name}: must be finite and at least 0")
    if code.size and not (code.min() >= 0 and code.max() < parts):
        raise ValueError("part: must lie between 0 and parts")
    return value, weight, code
