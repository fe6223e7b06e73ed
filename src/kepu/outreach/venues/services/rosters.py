"""Bring a list of venues as a spreadsheet; what may be there already is put before a person, never merged by itself."""

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import RegionNames, city, match_organisations
from kepu.foundation.audit.services import record
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.sheets import Row, SheetReader
from kepu.foundation.sheets.decisions import RowChoice
from kepu.foundation.sheets.likeness import folded_name
from kepu.foundation.sheets.rosters import MOST_ROWS, keep_roster, open_roster, refuse_decided, refuse_known
from kepu.outreach.venues.choices import DoubtReason, VenueState
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import Roster, RosterRow, Venue
from kepu.outreach.venues.permissions import may_register_venue, may_write_venues
from kepu.outreach.venues.queries.rosters import district_code, roster_sheet
from kepu.outreach.venues.rules import Known, twins
from kepu.outreach.venues.services.places import refuse_doubtful
from kepu.outreach.venues.services.registering import VenueWords, change_venue, register_venue

_PLAIN = ("address", "phone", "summary", "fee_note")


@transaction.atomic
def bring_roster(upload: "File[bytes]", *, actor: Person) -> Roster:
    """Read a roster, all rows or none, and say of each which venues it may be; nothing is registered yet.

    Raises:
        NotAllowed: the actor registers nothing.
        RosterSettled: the same file was brought before; `roster` is its id.
        InputUnreadable: the file is no such table, or rows are wrong: each is named.
    """
    if not may_write_venues(actor):
        raise NotAllowed
    reader = open_roster(upload, roster_sheet())
    refuse_known(Roster, [reader.fingerprint])
    rows = _resolved(reader, list(reader.rows(most_rows=MOST_ROWS, with_unfit=True)), actor)
    reader.errors.sort(key=lambda error: error.row)
    reader.raise_for_errors()
    roster = keep_roster(Roster, upload, reader.fingerprint, brought_by=actor.pk)
    RosterRow.objects.bulk_create(_with_doubts(roster, rows))
    record("venues.roster.brought", roster, actor=actor, name=roster.name, rows=len(rows))
    return roster


@transaction.atomic
def register_clear_rows(roster_id: uuid.UUID, *, actor: Person) -> int:
    """Register every row that is like no venue and no other row; the others wait for a decision each.

    Returns:
        How many were registered.

    Raises:
        NotAllowed: the actor did not bring the roster and is not of the office.
    """
    roster = _roster(roster_id, actor)
    clear = RosterRow.objects.select_for_update().filter(roster=roster, choice=RowChoice.UNDECIDED, doubts=[])
    count = 0
    for row in clear:
        _register(row, actor)
        count += 1
    record("venues.roster.registered", roster, actor=actor, rows=count)
    return count


@transaction.atomic
def decide_row(pk: int, choice: str, *, venue_id: int | None = None, actor: Person) -> RosterRow:
    """Say what becomes of one doubtful row: a new venue, more words for one that is there, or nothing.

    Args:
        pk: the row.
        choice: `new`, `merged` or `skipped`.
        venue_id: with which it is merged; what the row says replaces what stood there, what it leaves empty stays.
        actor: who decides.

    Raises:
        NotAllowed: the actor did not bring the roster and is not of the office, or keeps nothing of the sort.
        RosterSettled: somebody decided before.
        VenueUnfit: there is no such choice or venue.
    """
    row = RosterRow.objects.select_for_update().select_related("roster").get(pk=pk)
    _roster(row.roster_id, actor)
    refuse_decided(row.choice)
    if choice == RowChoice.NEW:
        _register(row, actor)
    elif choice == RowChoice.MERGED:
        known = [key for key, reason in row.doubts if reason != DoubtReason.IN_FILE]
        venue = (
            Venue.objects.filter(pk__in=[key for key in known if key == venue_id])
            .select_related("keeper", "region")
            .first()
        )
        if venue is None:
            raise VenueUnfit(_("请选并入哪个场馆。"), field="venue")
        change_venue(venue.pk, _over(venue, row.values), actor=actor, is_checked=True)
        row.venue, row.choice = venue, RowChoice.MERGED
    elif choice == RowChoice.SKIPPED:
        row.choice = RowChoice.SKIPPED
    else:
        raise VenueUnfit(_("请选这一行怎么办。"), field="choice")
    row.save(update_fields=["choice", "venue"])
    record("venues.roster.row_decided", row.roster, actor=actor, row=row.number, choice=row.choice)
    return row


def _roster(pk: uuid.UUID, actor: Person) -> Roster:
    roster = Roster.objects.get(pk=pk)
    if roster.brought_by != actor.pk and not actor.is_office:
        raise NotAllowed(_("名册由上传的人或办公室来定。"))
    return roster


def _register(row: RosterRow, actor: Person) -> None:
    values = row.values
    row.venue = register_venue(
        values["kind"], values["keeper_id"], _words(values), actor=actor, is_checked=bool(values.get("is_checked"))
    )
    row.choice = RowChoice.NEW
    row.save(update_fields=["choice", "venue"])


def _words(values: dict[str, Any]) -> VenueWords:
    return VenueWords(
        name=values["name"],
        region_id=values["region_id"],
        longitude=None if values.get("longitude") is None else Decimal(values["longitude"]),
        latitude=None if values.get("latitude") is None else Decimal(values["latitude"]),
        coordinate_source=values.get("coordinate_source") or "",
        capacity=values.get("capacity"),
        is_free=values.get("is_free") is not False,
        address=values.get("address") or "",
        phone=values.get("phone") or "",
        summary=values.get("summary") or "",
        fee_note=values.get("fee_note") or "",
    )


def _over(venue: Venue, values: dict[str, Any]) -> VenueWords:
    """The words of a venue with those of a row laid over them."""
    words = VenueWords(
        name=venue.name, region_id=values["region_id"], address=venue.address, longitude=venue.longitude,
        latitude=venue.latitude, coordinate_source=venue.coordinate_source, summary=venue.summary, phone=venue.phone,
        capacity=venue.capacity, is_lent=venue.is_lent, access=tuple(venue.access), access_note=venue.access_note, is_free=venue.is_free,
        fee_note=venue.fee_note, details=venue.details, cycle_days=venue.cycle_days,
    )  # fmt: skip
    said = _words(values)
    names = [name for name in (*_PLAIN, "name", "capacity") if getattr(said, name)]
    if said.longitude is not None:
        names += ["longitude", "latitude", "coordinate_source"]
    if values.get("is_free") is not None:
        names.append("is_free")
    return replace(words, **{name: getattr(said, name) for name in names})


def _resolved(reader: SheetReader, rows: list[Row], actor: Person) -> list[tuple[int, dict[str, Any]]]:
    """Rows whose keeper and region are known and where the actor may register; what is wrong is noted with the reader."""
    here = city()
    named = sorted({str(row.values["keeper"]) for row in rows if row.values.get("keeper")})
    bodies = match_organisations(named, region=here)
    regions = RegionNames(here)
    found = []
    for row in rows:
        body = bodies[row.values["keeper"]].organisation if row.values.get("keeper") else None
        region = regions.find(row.values.get("district"), row.values.get("township"))
        if row.values.get("keeper") and body is None:
            reader.refuse(row, "keeper", _("登记簿里没有这个单位，请写全称，或先请办公室登记它。"))
        if row.values.get("district") and region is None:
            reader.refuse(
                row,
                "township" if row.values.get("township") else "district",
                regions.words(row.values.get("district"), row.values.get("township")),
            )
        if body is None or region is None or not row.is_fit:
            continue
        if not may_register_venue(actor, body, region):
            reader.refuse(row, "", _("这个单位和地区不归您管。"))
        _check_place(reader, row)
        found.append((row.number, _stored(row.values, body, region)))
    return found


def _stored(values: dict[str, Any], body: Organisation, region: Region) -> dict[str, Any]:
    plain = {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}
    return plain | {"keeper_id": body.pk, "region_id": region.pk, "district_code": district_code(region)}


def _check_place(reader: SheetReader, row: Row) -> None:
    longitude, latitude = row.values.get("longitude"), row.values.get("latitude")
    if (longitude is None) != (latitude is None):
        reader.refuse(row, "latitude" if latitude is None else "longitude", _("经度和纬度要一起填。"))
    if longitude is None or latitude is None:
        return
    if not row.values.get("coordinate_source"):
        reader.refuse(row, "coordinate_source", _("填了坐标，就要写明来源。"))
    try:
        refuse_doubtful(float(longitude), float(latitude), is_checked=bool(row.values.get("is_checked")))
    except DomainError as problem:
        reader.refuse(row, "longitude", str(problem))


def _with_doubts(roster: Roster, rows: list[tuple[int, dict[str, Any]]]) -> list[RosterRow]:
    venues = Venue.objects.exclude(state=VenueState.CLOSED).select_related("region")
    known = [Known(one.pk, one.name, one.kind, district_code(one.region), one.point) for one in venues]
    seen: dict[str, int] = {}
    made = []
    for number, values in rows:
        longitude, latitude = values.get("longitude"), values.get("latitude")
        point = (float(longitude), float(latitude)) if longitude is not None and latitude is not None else None
        own = Known(number, values["name"], values["kind"], values["district_code"], point)
        doubts: list[list[Any]] = [[key, reason.value] for key, reason in twins(own, known)]
        folded = folded_name(values["name"])
        if folded in seen:
            doubts.append([seen[folded], DoubtReason.IN_FILE.value])
        seen.setdefault(folded, number)
        made.append(RosterRow(roster=roster, number=number, values=values, doubts=doubts))
    return made
