"""Checks at the door: what is given becomes arrays of the right shape, or is refused by name."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]
T = TypeVar("T", bound=np.generic)


def ids_of(name: str, given: Sequence[str]) -> tuple[str, ...]:
    """Take ids, each once."""
    ids = tuple(str(one) for one in given)
    if len(set(ids)) != len(ids):
        raise ValueError(f"{name}: an id stands twice")
    return ids


def rows_of(name: str, given: ArrayLike, count: int, *, least: int = 0, below: int | None = None) -> Rows:
    """Take whole numbers between bounds, one for all or one for each."""
    values = np.asarray(given)
    if values.size and not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name}: must be whole numbers")
    rows = _spread(name, values.astype(np.int64), (count,))
    if (rows < least).any() or (below is not None and (rows >= below).any()):
        raise ValueError(f"{name}: must be at least {least}" + ("" if below is None else f" and below {below}"))
    return rows


def table_of(name: str, given: ArrayLike, count: int) -> Rows:
    """Take a table of whole numbers from 0 on, a row for each."""
    values = np.asarray(given)
    if values.ndim != 2 or len(values) != count:  # noqa: PLR2004 a table
        raise ValueError(f"{name}: must have {count} rows")
    return rows_of(name, values.ravel(), values.size).reshape(values.shape)


def floats_of(name: str, given: ArrayLike, count: int, *, least: float = 0.0, most: float = np.inf) -> Floats:
    """Take finite numbers between bounds, one for all or one for each."""
    values = _spread(name, np.asarray(given, dtype=np.float64), (count,))
    if not (np.isfinite(values) & (values >= least) & (values <= most)).all():
        raise ValueError(f"{name}: must be finite and between {least:g} and {most:g}")
    return values


def flags_of(name: str, given: ArrayLike, *shape: int) -> Flags:
    """Take yes and no, one for all or one for each."""
    return _spread(name, np.asarray(given, dtype=bool), shape)


def _spread(name: str, values: NDArray[T], shape: tuple[int, ...]) -> NDArray[T]:
    if values.size == 0 and 0 in shape:
        return np.empty(shape, dtype=values.dtype)
    if values.ndim and values.shape != shape:
        raise ValueError(f"{name}: must have the shape {shape}")
    return np.ascontiguousarray(np.broadcast_to(values, shape))
