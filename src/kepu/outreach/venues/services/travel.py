"""Load real travel times, and say what each people point reaches: by such a table, or by distance."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.sheets import open_sheet
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import PeoplePoint, SitingRun, TravelTable
from kepu.outreach.venues.permissions import may_load_points
from kepu.outreach.venues.queries.reach import places_rows, point_key, travel_sheet
from kepu.outreach.venues.services.places import engine

MOST_ROWS = 300_000
LONGEST_MINUTES = 24 * 60


@transaction.atomic
def bring_travel(upload: "File[bytes]", *, source: str, computed_on: date, actor: Person) -> TravelTable:
    """Read a travel table, all rows or none; from now on it is the one that holds.

    Args:
        upload: `.xlsx` or `.csv` with origin, destination and minutes; pairs that are left out are out of reach.
        source: how and from what it was computed.
        computed_on: when.
        actor: who brings it.

    Returns:
        The table.

    Raises:
        NotAllowed: the actor is not of the office.
        VenueUnfit: the day is still to come, or no source is named.
        InputUnreadable: the file is no such table, or rows are wrong: each is named.
    """
    if not may_load_points(actor):
        raise NotAllowed
    if not source.strip():
        raise VenueUnfit(_("请写明用什么、按哪份地图算出来的，看的人才知道能不能信。"), field="source")
    if computed_on > today():
        raise VenueUnfit(_("算出的日期不能在今天之后。"), field="computed_on")
    reader = open_sheet(upload, travel_sheet())
    known = {row["code"] for row in places_rows()}
    origins, destinations, minutes = [], [], []
    seen: set[tuple[str, str]] = set()
    for row in reader.rows(most_rows=MOST_ROWS):
        pair = (str(row.values["origin"]), str(row.values["destination"]))
        for name, code in zip(("origin", "destination"), pair, strict=True):
            if code not in known or (name == "origin" and not code.startswith("point:")):
                reader.refuse(row, name, _("起讫点清单里没有这个代码；出发地要是人口点。"))
        if pair in seen:
            reader.refuse(row, "destination", _("前面已有这一对。"))
        if row.values["minutes"] > LONGEST_MINUTES:
            reader.refuse(row, "minutes", _("超过一天，请检查是不是用了秒。"))
        seen.add(pair)
        origins.append(pair[0])
        destinations.append(pair[1])
        minutes.append(float(row.values["minutes"]))
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    table = TravelTable.objects.create(
        source=source.strip(), computed_on=computed_on, loaded_at=now(), loaded_by=actor.pk, rows=len(minutes),
        origins=origins, destinations=destinations, minutes=minutes,
    )  # fmt: skip
    # Only the newest is asked; an older one stays where a siting was answered by it.
    used = SitingRun.objects.filter(travel__isnull=False).values("travel")
    TravelTable.objects.exclude(pk=table.pk).exclude(pk__in=used).delete()
    record("venues.travel.loaded", table, actor=actor, rows=len(minutes), source=table.source)
    return table


def reach_between(
    points: Sequence[PeoplePoint],
    ends: Sequence[tuple[str, tuple[float, float]]],
    *,
    table: TravelTable | None,
    detour: float,
    speed_kmh: float,
    limit_min: float,
) -> Any:
    """What each people point reaches: by the table where one is given, else by distance.

    Args:
        points: rows, in this order.
        ends: key and coordinates of each place; columns, in this order.
        table: real travel times; a pair without a line is out of reach.
        detour: road over straight line, without a table.
        speed_kmh: along the road, without a table.
        limit_min: farthest travel that counts.

    Returns:
        The engine's `Reach`, shape (points, ends).
    """
    coverage = engine()
    if table is None:
        where = [(float(one.longitude), float(one.latitude)) for one in points]
        return coverage.reach_by_distance(
            where, [at for _key, at in ends], detour=detour, speed_kmh=speed_kmh, limit_min=limit_min
        )
    return coverage.reach_by_table(
        table.origins,
        table.destinations,
        table.minutes,
        origins=[point_key(one) for one in points],
        destinations=[key for key, _at in ends],
        limit_min=limit_min,
    )
