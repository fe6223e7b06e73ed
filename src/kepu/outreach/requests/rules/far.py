"""Which two places are too far apart for one person on one day, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass

from kepu.outreach.venues.rules import distance_m

Point = tuple[float, float]
"""Longitude and latitude."""
_KM = 1_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody goes."""

    path: str
    """Of its region."""
    point: Point | None = None
    """Of a venue, where it is held in one that has coordinates."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How far apart two places of one day may lie."""

    most_km: float
    centres: Mapping[str, Point]
    """Path of a region, a district or a smaller one → its middle, where it is known."""

    def is_far(self, one: Spot, other: Spot) -> bool:
        """Whether one person can not go to both on one day.

        Examples:
            >>> limit = Limit(60, {"37/3702/370202/": (120.39, 36.06), "37/3702/370285/": (120.53, 36.89)})
            >>> limit.is_far(Spot("37/3702/370202/370202001/"), Spot("37/3702/370285/"))
            True
        """
        return self.km(one, other) > self.most_km

    def km(self, one: Spot, other: Spot) -> float:
        """Kilometres as the crow flies; 0 where one lies in the other or either is unknown, for then nothing is said."""
        (here, start), (there, end) = self.known(one), self.known(other)
        if start is None or end is None or here.startswith(there) or there.startswith(here):
            return 0.0
        return distance_m(start, end) / _KM

    def known(self, spot: Spot) -> tuple[str, Point | None]:
        """The smallest region around a place of which the middle is known, and that middle."""
        if spot.point is not None:
            return spot.path, spot.point
        for path in around(spot.path):
            if path in self.centres:
                return path, self.centres[path]
        return spot.path, None


def around(path: str) -> list[str]:
    """A region and those around it, the smallest first.

    Examples:
        >>> around("37/3702/370202/")
        ['37/3702/370202/', '37/3702/', '37/']
    """
    codes = path.strip("/").split("/")
    return ["/".join(codes[:length]) + "/" for length in range(len(codes), 0, -1)]
