"""When a venue is open, shut for days, free; where a van or a travelling set stands."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.calendar.choices import Weekday
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import Closure, FreeEntry, OpeningHours, OpeningTable, Stay, Venue
from kepu.outreach.venues.queries.kinds import kind_of
from kepu.outreach.venues.rules import Hours, overlapping
from kepu.outreach.venues.services.places import refuse_doubtful
from kepu.outreach.venues.services.registering import day_in_reach, locked, refuse_closed, text


@transaction.atomic
def set_opening(pk: int, *, valid_from: date, hours: Sequence[Hours], note: str = "", actor: Person) -> OpeningTable:
    """Say when a venue is open from a day on; what held before stays for the days before.

    Args:
        pk: the venue.
        valid_from: the first day; a table of the same day is replaced.
        hours: stretches of weekdays; none at all says that it is shut.
        note: what to know besides, such as 最后入场.
        actor: who keeps it.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is closed.
        VenueUnfit: a stretch ends before it begins, or two overlap.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    day_in_reach(valid_from, "valid_from")
    for one in hours:
        if one.weekday not in Weekday.values or one.closes <= one.opens:
            raise VenueUnfit(_("关门要晚于开门。"), field=f"closes_{one.weekday}")
    twice = overlapping(hours)
    if twice is not None:
        raise VenueUnfit(_("同一天的两段时间重叠了。"), field=f"opens_{twice.weekday}")
    said = text(note, "note", most=200, is_required=False)
    OpeningTable.objects.filter(venue=venue, valid_from=valid_from).delete()
    table = OpeningTable.objects.create(venue=venue, valid_from=valid_from, note=said)
    OpeningHours.objects.bulk_create(
        [OpeningHours(table=table, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in hours]
    )
    told = [f"{one.weekday} {one.opens:%H:%M}-{one.closes:%H:%M}" for one in hours]
    record("venues.venue.opening_set", venue, actor=actor, valid_from=valid_from.isoformat(), hours=told)
    return table


@transaction.atomic
def close_for_days(pk: int, *, since: date, until: date, reason: str, actor: Person) -> Closure:
    """Shut a venue for some days, seen by the public at once.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is closed for good.
        VenueUnfit: the days are in the wrong order, or nobody says why.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    _check_span(since, until)
    closure = Closure.objects.create(venue=venue, since=since, until=until, reason=text(reason, "reason", most=100))
    days = {"since": since.isoformat(), "until": until.isoformat()}
    record("venues.venue.shut", venue, actor=actor, reason=closure.reason, **days)
    return closure


@transaction.atomic
def drop_closure(pk: int, closure_id: int, *, actor: Person) -> None:
    """Open again on days that were said to be shut; nothing happens where somebody was quicker.

    Raises:
        NotAllowed: the actor does not keep the venue.
    """
    venue = locked(pk, actor)
    for closure in Closure.objects.filter(venue=venue, pk=closure_id):
        days = {"since": closure.since.isoformat(), "until": closure.until.isoformat()}
        closure.delete()
        record("venues.venue.opened_again", venue, actor=actor, **days)


@transaction.atomic
def add_free_days(pk: int, *, since: date, until: date, note: str = "", actor: Person) -> FreeEntry:
    """Name days on which everybody comes in without paying.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is closed.
        VenueUnfit: the days are in the wrong order.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    _check_span(since, until)
    said = text(note, "note", most=100, is_required=False)
    entry = FreeEntry.objects.create(venue=venue, since=since, until=until, note=said)
    record("venues.venue.free_days_set", venue, actor=actor, since=since.isoformat(), until=until.isoformat())
    return entry


@transaction.atomic
def drop_free_days(pk: int, entry_id: int, *, actor: Person) -> None:
    """Take free days back; nothing happens where somebody was quicker.

    Raises:
        NotAllowed: the actor does not keep the venue.
    """
    venue = locked(pk, actor)
    for entry in FreeEntry.objects.filter(venue=venue, pk=entry_id):
        days = {"since": entry.since.isoformat(), "until": entry.until.isoformat()}
        entry.delete()
        record("venues.venue.free_days_dropped", venue, actor=actor, **days)


@transaction.atomic
def place_stay(
    pk: int,
    *,
    region_id: int,
    address: str,
    since: date,
    until: date,
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    actor: Person,
) -> Stay:
    """Say where a van or a travelling science centre stands for some days or weeks.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is closed.
        VenueUnfit: this kind does not move, it stands elsewhere on one of the days, or something else cannot be.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    if not kind_of(venue.kind).moves:
        raise VenueUnfit(_("这个类型不流动，没有驻留地点。"))
    _check_span(since, until)
    region = Region.objects.filter(pk=region_id).first()
    if region is None:
        raise VenueUnfit(_("请从列表中选择。"), field="region")
    _refuse_elsewhere(venue, since, until)
    if longitude is not None and latitude is not None:
        refuse_doubtful(float(longitude), float(latitude), is_checked=True)
    stay = Stay.objects.create(
        venue=venue, region=region, address=text(address, "address", most=160), since=since, until=until,
        longitude=longitude if latitude is not None else None, latitude=latitude if longitude is not None else None,
    )  # fmt: skip
    days = {"since": since.isoformat(), "until": until.isoformat()}
    record("venues.venue.stays", venue, actor=actor, region=region.code, address=stay.address, **days)
    return stay


def _refuse_elsewhere(venue: Venue, since: date, until: date) -> None:
    other = Stay.objects.filter(venue=venue, since__lte=until, until__gte=since).first()
    if other is not None:
        said = {"address": other.address, "since": other.since.isoformat(), "until": other.until.isoformat()}
        raise VenueUnfit(_("%(since)s 到 %(until)s 它在“%(address)s”，不能同时在两处。") % said, field="since")


def _check_span(since: date, until: date) -> None:
    day_in_reach(since, "since")
    day_in_reach(until, "until")
    if until < since:
        raise VenueUnfit(_("结束的日子早于开始的日子。"), field="until")
