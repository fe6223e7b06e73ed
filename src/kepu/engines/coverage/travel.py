"""Travel time between points: along a great circle, or from a table that the operator loads."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

EARTH_KM = 6371.0088
"""Mean radius R1 = (2a + b) / 3 of the GRS 80 ellipsoid, which CGCS2000 uses; that of WGS 84 is the same to these digits."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reach:
    """Minutes from every origin to every destination that is near enough, row by row (CSR).

    Args:
        starts: shape (origins + 1,). Row i holds the entries from `starts[i]` to `starts[i + 1]`.
        destinations: shape (entries,). Column of each entry; rising inside a row, each at most once.
        minutes: shape (entries,). Travel time ≥ 0; a zero is a place at the door, not a gap.
        width: number of destinations.
        limit_min: nothing farther than this was looked for.
    """

    starts: Rows
    destinations: Rows
    minutes: Floats
    width: int
    limit_min: float

    @property
    def height(self) -> int:
        """Number of origins."""
        return len(self.starts) - 1

    def rows(self) -> Rows:
        """Row of each entry, shape (entries,)."""
        return np.repeat(np.arange(self.height), np.diff(self.starts))

    def nearest(self) -> Floats:
        """Minutes to the nearest destination, shape (origins,); infinite where none is within the limit."""
        found = np.full(self.height, np.inf)
        filled = np.diff(self.starts) > 0
        if self.minutes.size:
            found[filled] = np.minimum.reduceat(self.minutes, self.starts[:-1][filled])
        return found

    def within(self, limit_min: float) -> "Reach":
        """Keep what is at most `limit_min` away.

        Raises:
            ValueError: `limit_min` is beyond what was looked for.
        """
        if limit_min > self.limit_min:
            raise ValueError(f"limit_min: {limit_min} is beyond the {self.limit_min} that was looked for")
        near = self.minutes <= limit_min
        return _gathered(
            self.rows()[near], self.destinations[near], self.minutes[near], self.height, self.width, limit_min
        )


def great_circle_km(longitude: ArrayLike, latitude: ArrayLike, longitude2: ArrayLike, latitude2: ArrayLike) -> Floats:
    """Give the great-circle distance of pairs of points.

    Args:
        longitude: degrees east, CGCS2000 or WGS 84; any shape that broadcasts with the others.
        latitude: degrees north.
        longitude2: of the other point.
        latitude2: of the other point.

    Returns:
        Kilometres on a sphere of radius `EARTH_KM`; up to 0.6 % from the ellipsoid.

    Raises:
        ValueError: a coordinate is out of range or not a number.

    Source:
        Haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159.

    Examples:
        >>> round(float(great_circle_km(120.38, 36.07, 121.47, 31.23)), 1)
        547.5
    """
    first, second = _degrees(longitude, latitude), _degrees(longitude2, latitude2)
    lon, lat, lon2, lat2 = (np.radians(one) for one in (*first, *second))
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


def minutes_of(distance_km: ArrayLike, *, detour: float, speed_kmh: float) -> Floats:
    """Turn a straight line into a time: distance × detour ÷ speed.

    Args:
        distance_km: straight lines, ≥ 0.
        detour: road over straight line, ≥ 1.
        speed_kmh: speed along the road, > 0.

    Raises:
        ValueError: `detour` or `speed_kmh` is out of bounds.

    Examples:
        >>> float(minutes_of(10, detour=1.3, speed_kmh=30))
        26.0
    """
    _check_road(detour, speed_kmh)
    return np.asarray(distance_km, dtype=np.float64) * (60 * detour / speed_kmh)


def reach_by_distance(
    origins: ArrayLike, destinations: ArrayLike, *, detour: float, speed_kmh: float, limit_min: float
) -> Reach:
    """Find what each origin reaches, from coordinates.

    Args:
        origins: shape (n, 2). Longitude and latitude in degrees.
        destinations: shape (m, 2). The same.
        detour: road over straight line, ≥ 1.
        speed_kmh: speed along the road, > 0.
        limit_min: farthest travel that counts, > 0, minutes.

    Returns:
        The pairs within the limit.

    Raises:
        ValueError: a shape, a coordinate or a parameter is out of bounds.

    Source:
        Own: points on the unit sphere in a k-d tree; a chord c is an arc of 2·arcsin(c/2), the same as the haversine formula.
    """
    _check_road(detour, speed_kmh)
    if not limit_min > 0:
        raise ValueError("limit_min: must be above 0")
    ours, theirs = _on_sphere(origins, "origins"), _on_sphere(destinations, "destinations")
    arc = limit_min * speed_kmh / (60 * detour * EARTH_KM)
    if not len(ours) or not len(theirs):
        return _gathered(np.empty(0), np.empty(0), np.empty(0), len(ours), len(theirs), limit_min)
    chord = 2 * np.sin(min(arc, np.pi) / 2) * (1 + 1e-12) + 1e-15
    pairs = cKDTree(ours).sparse_distance_matrix(cKDTree(theirs), chord, output_type="ndarray")
    distance = 2 * EARTH_KM * np.arcsin(np.minimum(pairs["v"] / 2, 1))
    minutes = minutes_of(distance, detour=detour, speed_kmh=speed_kmh)
    near = minutes <= limit_min
    return _gathered(pairs["i"][near], pairs["j"][near], minutes[near], len(ours), len(theirs), limit_min)


def reach_by_table(
    origin: Sequence[Hashable],
    destination: Sequence[Hashable],
    minutes: ArrayLike,
    *,
    origins: Sequence[Hashable],
    destinations: Sequence[Hashable],
    limit_min: float,
) -> Reach:
    """Find what each origin reaches, from a sparse table of real travel times.

    Args:
        origin: id of the origin of each line.
        destination: id of the destination of each line.
        minutes: shape (lines,). Travel time ≥ 0. A pair without a line is out of reach.
        origins: ids in the order wanted. Lines of others are left out: a table may hold more than is asked.
        destinations: the same.
        limit_min: farthest travel that counts, > 0, minutes.

    Raises:
        ValueError: lengths differ, a time is negative or no number, a pair stands twice, or an id of the wanted ones does.

    Examples:
        >>> reach = reach_by_table(["a", "a", "b"], ["x", "y", "x"], [5, 50, 12.5],
        ...                        origins=["a", "b", "c"], destinations=["x", "y"], limit_min=30)
        >>> reach.nearest().tolist()
        [5.0, 12.5, inf]
    """
    time = np.asarray(minutes, dtype=np.float64)
    if not len(origin) == len(destination) == len(time):
        raise ValueError("minutes: must have a value for every pair of origin and destination")
    if not limit_min > 0:
        raise ValueError("limit_min: must be above 0")
    wrong = np.flatnonzero(~(time >= 0))
    if wrong.size:
        raise ValueError(f"minutes: line {int(wrong[0]) + 1} is negative or no number")
    row_of, column_of = _numbered(origins, "origins"), _numbered(destinations, "destinations")
    rows = np.fromiter((row_of.get(one, -1) for one in origin), dtype=np.int64, count=len(time))
    columns = np.fromiter((column_of.get(one, -1) for one in destination), dtype=np.int64, count=len(time))
    known = (rows >= 0) & (columns >= 0)
    pair = np.where(known, rows * max(len(destinations), 1) + columns, -1 - np.arange(len(time)))
    _unique, first = np.unique(pair, return_index=True)
    if len(first) != len(pair):
        again = int(np.setdiff1d(np.arange(len(pair)), first)[0])
        raise ValueError(f"origin: line {again + 1} repeats the pair {origin[again]} – {destination[again]}")
    near = known & (time <= limit_min)
    return _gathered(rows[near], columns[near], time[near], len(origins), len(destinations), limit_min)


def _gathered(
    rows: NDArray[np.generic], columns: NDArray[np.generic], minutes: Floats, height: int, width: int, limit_min: float
) -> Reach:
    row, column = rows.astype(np.int64), columns.astype(np.int64)
    order = np.argsort(row * max(width, 1) + column, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=height)))).astype(np.int64)
    return Reach(starts, column[order], minutes[order], width, float(limit_min))


def _numbered(ids: Sequence[Hashable], name: str) -> dict[Hashable, int]:
    numbered = {one: place for place, one in enumerate(ids)}
    if len(numbered) != len(ids):
        raise ValueError(f"{name}: an id stands twice")
    return numbered


def _check_road(detour: float, speed_kmh: float) -> None:
    if not 1 <= detour < np.inf:
        raise ValueError("detour: must be at least 1 (a road is never shorter than the straight line)")
    if not 0 < speed_kmh < np.inf:
        raise ValueError("speed_kmh: must be above 0")


def _degrees(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Floats, Floats]:
    lon, lat = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if not (np.abs(lon) <= 180).all():  # noqa: PLR2004 degrees
        raise ValueError("longitude: must lie between −180 and 180")
    if not (np.abs(lat) <= 90).all():  # noqa: PLR2004 degrees
        raise ValueError("latitude: must lie between −90 and 90")
    return lon, lat


def _on_sphere(points: ArrayLike, name: str) -> Floats:
    given = np.asarray(points, dtype=np.float64)
    if given.size == 0:
        return np.empty((0, 3))
    if given.ndim != 2 or given.shape[1] != 2:  # noqa: PLR2004 a pair
        raise ValueError(f"{name}: must have the shape (n, 2)")
    lon, lat = (np.radians(one) for one in _degrees(given[:, 0], given[:, 1]))
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
