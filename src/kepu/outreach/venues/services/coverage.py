"""Who has a venue within reach, how much of it, and how equally: by district, town and group."""

from dataclasses import dataclass
from math import isnan
from typing import Any

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import TravelTable, Venue
from kepu.outreach.venues.queries.reach import (
    GROUPS,
    Road,
    fixed_kinds,
    people_points,
    placed_venues,
    places_above,
    road_in_force,
    venue_key,
)
from kepu.outreach.venues.services.places import engine
from kepu.outreach.venues.services.travel import reach_between


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of one place; None where nothing can be said."""

    people: int
    share: float | None
    wider: float | None
    mean: float | None
    gini: float | None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One district or town."""

    region: Region
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group in the whole city."""

    group: str
    cell: Cell
    theil: float | None
    between: float | None
    within: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the page of coverage shows."""

    road: Road
    points: int
    venues: int
    unplaced: int
    groups: tuple[GroupLine, ...]
    places: tuple[PlaceLine, ...]
    is_demonstration: bool
    table: TravelTable | None
    """By whose travel times it was computed; None where by distance."""


def coverage_of(
    *, kind: str = "", level: RegionLevel = RegionLevel.DISTRICT, by_table: bool = False
) -> Coverage | None:
    """Compute shares and inequality from the people points and the published venues; None where one of both is missing.

    Each group is scored alone against the common supply: one venue is one unit, or its capacity where every venue has one.

    Args:
        kind: only venues of this kind.
        level: rows are districts or towns.
        by_table: by the loaded travel times, where there are any; else by distance.

    Raises:
        SolversMissing: the engine's packages are not installed.
    """
    coverage, points, venues, road = engine(), people_points(), placed_venues(kind), road_in_force()
    if not points or not venues:
        return None
    people = [[point.of_group(group) for group in GROUPS] for point in points]
    table = TravelTable.objects.first() if by_table else None
    reach = reach_between(
        points,
        [(venue_key(one), one.point or (0.0, 0.0)) for one in venues],
        table=table,
        detour=road.detour,
        speed_kmh=road.speed_kmh,
        limit_min=2 * road.minutes,
    )
    near = reach.within(road.minutes)
    decay = coverage.Decay(road.decay_minutes)
    scores = coverage.group_scores(near, people, _supply(venues), decay=decay).score
    limits = (road.minutes, 2 * road.minutes)
    regions, place = places_above(points, level)
    nearest = reach.nearest()
    equity = coverage.equity_by(place, len(regions), people, nearest, scores, limits=limits)
    whole = coverage.equity_by([0] * len(points), 1, people, nearest, scores, limits=limits)
    split = coverage.split_of(place, len(regions), people, scores)
    return Coverage(
        road=road,
        points=len(points),
        venues=len(venues),
        unplaced=_unplaced(kind),
        groups=tuple(
            GroupLine(
                group,
                _cell(whole, 0, number),
                *(_said(value) for value in split.theil[number][:3]),
            )
            for number, group in enumerate(GROUPS)
        ),
        places=tuple(
            PlaceLine(region, tuple(_cell(equity, row, number) for number in range(len(GROUPS))))
            for row, region in enumerate(regions)
        ),
        is_demonstration=any(one.is_demonstration for one in points) or any(one.is_demonstration for one in venues),
        table=table,
    )


def _supply(venues: list[Venue]) -> list[float]:
    """Seats where every venue says how many it holds, else one for each: a mixture would compare nothing."""
    if all(one.capacity for one in venues):
        return [float(one.capacity or 0) for one in venues]
    return [1.0] * len(venues)


def _unplaced(kind: str) -> int:
    published = Venue.objects.filter(state=VenueState.PUBLISHED, longitude=None, kind__in=fixed_kinds())
    return (published.filter(kind=kind) if kind else published).count()


def _cell(table: Any, row: int, group: int) -> Cell:
    return Cell(
        int(table.people[row, group]),
        _said(table.shares[row, group, 0]),
        _said(table.shares[row, group, 1]),
        _said(table.mean[row, group]),
        _said(table.gini[row, group]),
    )


def _said(value: Any) -> float | None:
    return None if isnan(value) else float(value)
