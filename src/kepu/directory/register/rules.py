"""Pure rules of the register: what a population table and a name must satisfy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SHARE_TOLERANCE_PERCENT = Decimal("0.05")
"""How far printed shares may miss 100 %: ten shares rounded to two places miss it by at most this much."""
_TWO_PLACES = Decimal("0.01")


def share_percent(people: int, total: int) -> Decimal:
    """The share of a part in percent, at two places, halves up as in printed bulletins.

    Examples:
        >>> share_percent(1336077, 10071722)
        Decimal('13.27')
    """
    return (Decimal(people) * 100 / Decimal(total)).quantize(_TWO_PLACES, rounding=ROUND_HALF_UP)


def shares_add_up(shares: Sequence[Decimal]) -> bool:
    """Whether rounded shares add to 100 within what rounding explains.

    Examples:
        >>> shares_add_up([Decimal("50.01"), Decimal("50.00")]), shares_add_up([Decimal("40.01"), Decimal("50.00")])
        (True, False)
    """
    return abs(sum(shares, Decimal(0)) - 100) <= SHARE_TOLERANCE_PERCENT


def misprinted_shares(people: Mapping[str, int], printed: Mapping[str, Decimal], total: int) -> dict[str, Decimal]:
    """The parts whose printed share is not the share of their people, with the share they should have."""
    right = {name: share_percent(people[name], total) for name in printed if name in people}
    return {name: share for name, share in right.items() if abs(share - printed[name]) > _TWO_PLACES}


Ring = list[list[float]]
Shape = list[list[Ring]]
"""Polygons of rings of [longitude, latitude], as in GeoJSON."""

DRAWN_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Drawing:
    """Outlines ready for an SVG: its width and height, and for every code a path and the place for its name."""

    width: int
    height: int
    paths: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]


def drawing_of(shapes: Mapping[str, Shape]) -> Drawing:
    """Project outlines onto a sheet 1,000 units wide (equirectangular, true at the middle latitude).

    Points that fall on the same unit as the one before are dropped, so a fine border makes no long path.

    Args:
        shapes: polygons by code; at least one with at least one point.

    Examples:
        >>> square = [[[[120.0, 36.0], [121.0, 36.0], [121.0, 37.0], [120.0, 37.0], [120.0, 36.0]]]]
        >>> drawing_of({"1": square})
        Drawing(width=1000, height=1244, paths={'1': 'M0 1244L1000 1244L1000 0L0 0Z'}, places={'1': (500, 622)})
    """
    corners = [point for shape in shapes.values() for polygon in shape for ring in polygon for point in ring]
    west, east = min(x for x, _y in corners), max(x for x, _y in corners)
    south, north = min(y for _x, y in corners), max(y for _x, y in corners)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = DRAWN_WIDTH / ((east - west) * narrowing or 1)
    height = max(1, round((north - south) * scale))

    def drawn(ring: Ring) -> list[tuple[int, int]]:
        points: list[tuple[int, int]] = []
        for x, y in ring:
            point = (round((x - west) * narrowing * scale), round((north - y) * scale))
            if not points or points[-1] != point:
                points.append(point)
        return points[:-1] if len(points) > 1 and points[0] == points[-1] else points

    paths: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    for code, shape in shapes.items():
        rings = [drawn(ring) for polygon in shape for ring in polygon]
        paths[code] = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in rings)
        places[code] = _middle_of_largest([drawn(polygon[0]) for polygon in shape])
    return Drawing(DRAWN_WIDTH, height, paths, places)


def _middle_of_largest(rings: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, int]:
    """The centre of gravity of the largest ring; the first point where none has an area."""
    best, place = 0.0, rings[0][0]
    for ring in rings:
        doubled = moment_x = moment_y = 0
        for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
            cross = x * next_y - next_x * y
            doubled += cross
            moment_x += (x + next_x) * cross
            moment_y += (y + next_y) * cross
        if abs(doubled) > best:
            best = abs(doubled)
            place = (round(moment_x / (3 * doubled)), round(moment_y / (3 * doubled)))
    return place
