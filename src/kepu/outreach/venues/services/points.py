"""Bring the list of where people live; rows whose coordinates cannot be right are named."""

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person
from kepu.directory.register.queries import regions_by_code
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed
from kepu.foundation.sheets import Row, SheetReader, open_sheet
from kepu.outreach.venues.models import PeoplePoint
from kepu.outreach.venues.permissions import may_load_points
from kepu.outreach.venues.queries.reach import points_sheet
from kepu.outreach.venues.services.places import CHINA, engine

MOST_ROWS = 50_000
_SAID = {
    "swapped": gettext_lazy("经度和纬度填反了。"),
    "outside": gettext_lazy("坐标不在国内，请检查。"),
    "out_of_range": gettext_lazy("没有这样的坐标。"),
    "missing": gettext_lazy("没有坐标。"),
}


@transaction.atomic
def bring_points(upload: "File[bytes]", *, actor: Person) -> int:
    """Read a list of people points, all rows or none; a code that is there already is brought up to date.

    Returns:
        How many rows were read.

    Raises:
        NotAllowed: the actor is not of the office.
        SolversMissing: the engine's packages are not installed.
        InputUnreadable: the file is no such table, or rows are wrong: each is named.
    """
    if not may_load_points(actor):
        raise NotAllowed
    engine()
    reader = open_sheet(upload, points_sheet())
    rows = list(reader.rows(most_rows=MOST_ROWS, with_unfit=True))
    _check(reader, [row for row in rows if row.is_fit])
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    regions = regions_by_code(row.values["region"] for row in rows)
    groups = [one.value for one in Audience if one != Audience.PUBLIC]
    PeoplePoint.objects.bulk_create(
        [
            PeoplePoint(
                region=regions[row.values["region"]],
                groups={code: row.values[code] for code in groups if row.values.get(code) is not None},
                **{name: row.values[name] for name in ("code", "name", "longitude", "latitude", "people")},
                **{name: row.values[name] for name in ("source", "counted_on")},
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name", "region", "longitude", "latitude", "people", "groups", "source", "counted_on", "is_demonstration",
        ],
    )  # fmt: skip
    first = PeoplePoint.objects.get(code=rows[0].values["code"])
    record("venues.points.loaded", first, actor=actor, rows=len(rows), source=rows[0].values["source"])
    return len(rows)


def _check(reader: SheetReader, rows: list[Row]) -> None:
    regions = regions_by_code({str(row.values["region"]) for row in rows})
    seen: set[Any] = set()
    for row in rows:
        if row.values["region"] not in regions:
            reader.refuse(row, "region", _("没有这个代码的地区。"))
        if row.values["code"] in seen:
            reader.refuse(row, "code", _("表里有两行是这个代码。"))
        seen.add(row.values["code"])
        for group in Audience.values:
            if (row.values.get(group) or 0) > row.values["people"]:
                reader.refuse(row, group, _("比人口还多。"))
    points = [(float(row.values["longitude"]), float(row.values["latitude"])) for row in rows]
    for doubt in engine().check_coordinates(points, box=CHINA):
        reader.refuse(rows[doubt.row], "longitude", str(_SAID[doubt.reason]))
