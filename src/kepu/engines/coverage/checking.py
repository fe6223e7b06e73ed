"""Which coordinates cannot be right, row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from kepu.engines.coverage.travel import EARTH_KM, _on_sphere

Reason = Literal["missing", "out_of_range", "swapped", "outside", "far"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One row whose coordinates are doubted.

    Args:
        row: its place in the input, from 0.
        reason: `missing` (no number), `out_of_range` (no place on earth), `swapped` (right when longitude and latitude change places),
            `outside` (not in the bounding region), `far` (nearer than allowed to none of the anchors).
        distance_km: to the nearest anchor, of `far` only.
    """

    row: int
    reason: Reason
    distance_km: float | None = None


def check_coordinates(
    points: ArrayLike, *, box: Box | None = None, anchors: ArrayLike | None = None, farthest_km: float | None = None
) -> tuple[Doubt, ...]:
    """Name the rows whose coordinates cannot be right; one doubt a row, the gravest.

    Without a coastline nobody can say that a point lies in the sea. What can be said is that it lies outside the region's box, or far
    from every place where people are known to live: both are reasons to look, not proofs.

    Args:
        points: shape (n, 2). Longitude and latitude in degrees; nan where there is none.
        box: west, south, east, north of the region in degrees, or None.
        anchors: shape (m, 2). Points that are known to be right, such as villages, or None.
        farthest_km: how far from the nearest anchor a point may lie, > 0; given with `anchors`.

    Returns:
        Doubts in the order of rows.

    Raises:
        ValueError: a shape is wrong, the box is empty, or `anchors` come without `farthest_km`.

    Source:
        Own.

    Examples:
        >>> box = (119.5, 35.5, 121.0, 37.2)
        >>> check_coordinates([[120.4, 36.1], [36.1, 120.4], [400, 1]], box=box)
        (Doubt(row=1, reason='swapped', distance_km=None), Doubt(row=2, reason='out_of_range', distance_km=None))
    """
    given = np.asarray(points, dtype=np.float64)
    if given.size == 0:
        return ()
    if given.ndim != 2 or given.shape[1] != 2:  # noqa: PLR2004 a pair
        raise ValueError("points: must have the shape (n, 2)")
    if box is not None and not (box[0] < box[2] and box[1] < box[3]):
        raise ValueError("box: must be west, south, east, north, with west below east and south below north")
    near = _distance_to(anchors, farthest_km)
    doubts = []
    for row, (lon, lat) in enumerate(given.tolist()):
        reason = _reason(lon, lat, box)
        if reason is not None:
            doubts.append(Doubt(row, reason))
        elif near is not None and farthest_km is not None:
            distance = near(lon, lat)
            if distance > farthest_km:
                doubts.append(Doubt(row, "far", distance))
    return tuple(doubts)


def _reason(lon: float, lat: float, box: Box | None) -> Reason | None:
    if np.isnan(lon) or np.isnan(lat):
        return "missing"
    on_earth = abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004 degrees
    if box is None:
        return None if on_earth else ("swapped" if abs(lon) <= 90 and abs(lat) <= 180 else "out_of_range")  # noqa: PLR2004
    if on_earth and _inside(lon, lat, box):
        return None
    if _inside(lat, lon, box):
        return "swapped"
    return "outside" if on_earth else "out_of_range"


def _inside(lon: float, lat: float, box: Box) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def _distance_to(anchors: ArrayLike | None, farthest_km: float | None) -> Callable[[float, float], float] | None:
    """Give a function from a point to its kilometres from the nearest anchor, or None when there is nothing to measure by."""
    if anchors is None:
        return None
    if farthest_km is None or not farthest_km > 0:
        raise ValueError("farthest_km: must be above 0 when anchors are given")
    known = _on_sphere(anchors, "anchors")
    if not len(known):
        return None
    tree = cKDTree(known)

    def distance(lon: float, lat: float) -> float:
        chord = float(tree.query(_on_sphere([[lon, lat]], "points"))[0][0])
        return 2 * EARTH_KM * float(np.arcsin(min(chord / 2, 1.0)))

    return distance
