"""The middle of regions, from the points where people live and the venues that stand there."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from kepu.outreach.venues.models import PeoplePoint, Venue

Point = tuple[float, float]
"""Longitude and latitude."""


def region_centres(paths: Collection[str]) -> dict[str, Point]:
    """The middle of some regions, in two statements for any number.

    Where people points of a region are known, it is where its people live on average; else it is the mean of the venues that have
    coordinates there. A region with neither is left out.

    Args:
        paths: of regions, from the province down.
    """
    wanted = frozenset(paths)
    weight = Greatest(F("people"), 1)
    people = PeoplePoint.objects.annotate(
        east=F("longitude") * weight, north=F("latitude") * weight, weight=weight
    )  # fmt: skip
    points = _inside(people, wanted).values_list("region__path").annotate(Sum("east"), Sum("north"), Sum("weight"))
    venues = _inside(Venue.objects.filter(longitude__isnull=False), wanted).values_list("region__path")
    standing = venues.annotate(Sum("longitude"), Sum("latitude"), Count("pk"))
    return _middles(standing.order_by(), wanted) | _middles(points.order_by(), wanted)


def _inside(rows: "QuerySet[Any]", paths: Collection[str]) -> "QuerySet[Any]":
    widest = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    inside = Q(pk__in=())
    for path in sorted(widest):
        inside |= Q(region__path__startswith=path)
    return rows.filter(inside)


def _middles(rows: Iterable[tuple[Any, ...]], paths: Collection[str]) -> dict[str, Point]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for path, *found in rows:
        codes = path.rstrip("/").split("/")
        for start in ("/".join(codes[: length + 1]) + "/" for length in range(len(codes))):
            if start in paths:
                sums[start] = [total + float(one) for total, one in zip(sums[start], found, strict=True)]
    return {path: (east / weight, north / weight) for path, (east, north, weight) in sums.items()}
