"""Shares from a filled-in spreadsheet: every wrong row is named, all of it is taken or nothing."""

from decimal import Decimal
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.foundation.sheets import Row, open_sheet
from kepu.plan.breakdown.choices import Among
from kepu.plan.breakdown.models import Breakdown
from kepu.plan.breakdown.queries.frames import frame_of, regions_beneath
from kepu.plan.breakdown.queries.sheets import share_sheet
from kepu.plan.breakdown.services.drafting import (
    MOST_SHARES,
    WantedShare,
    locked_draft,
    set_shares,
    share_problems,
)


@transaction.atomic
def import_shares(breakdown_id: int, stream: IO[bytes], *, actor: Person, seen: int | None = None) -> Breakdown:
    """Put the shares of a spreadsheet in place of all that a draft holds.

    Args:
        breakdown_id: a draft.
        stream: an .xlsx or .csv in the columns of the template.
        actor: of the leading office.
        seen: the revision of the page from which this comes.

    Raises:
        NotAllowed, PlanClosed, BreakdownNotDraft, BreakdownMoved: as `set_shares`.
        InputUnreadable: it is no spreadsheet, or has another header.
        RowsRefused: at least one row is wrong; the draft stays as it was.
    """
    draft = locked_draft(breakdown_id, actor=actor, seen=seen)
    frame = frame_of(draft.target)
    reader = open_sheet(stream, share_sheet(frame))
    places = {name: place for place in regions_beneath(frame.target.plan) for name in _names_of(place)}
    rows = list(reader.rows(most_rows=MOST_SHARES))
    printed = [str(row.values["owner"]) for row in rows if row.values["owner"] not in places]
    bodies = {
        name: match.organisation
        for name, match in match_organisations(printed, region=frame.target.plan.region).items()
        if match.organisation is not None
    }
    found: list[tuple[Row, WantedShare]] = []
    for row in rows:
        share = _share(row, places, bodies)
        if share is None:
            said = {"name": row.values["owner"]}
            reader.refuse(row, "owner", _("“%(name)s”不是本方案的区市，也不是在册单位。") % said)
        else:
            found.append((row, share))
    wanted = [share for _row, share in found]
    problems = share_problems(frame, wanted)
    for row, share in found:
        if share.field in problems:
            reader.refuse(row, "value", problems[share.field])
    reader.raise_for_errors()
    return set_shares(draft.pk, wanted, actor=actor, seen=seen)


def _names_of(place: Region) -> set[str]:
    return {name for name in (place.name, place.short_name, place.code, *place.aliases) if name}


def _share(row: Row, places: dict[str, Region], bodies: dict[str, Organisation]) -> WantedShare | None:
    name, value, year = str(row.values["owner"]), Decimal(row.values["value"]), row.values.get("year")
    if (place := places.get(name)) is not None:
        return WantedShare(Among.REGIONS.value, place.pk, value, year)
    body = bodies.get(name)
    return WantedShare(Among.BODIES.value, body.pk, value, year) if body is not None else None
