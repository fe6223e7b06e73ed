"""The log of a van: every stop and who came are facts; a wrong entry is struck with reversals, never edited."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.choices import SourceKind
from kepu.ledger.rules import FactDraft
from kepu.ledger.services import record_fact, reverse_fact
from kepu.outreach.requests.services import hold_visit, take_visit_back
from kepu.outreach.tours.errors import TourMoved, TourUnfit
from kepu.outreach.tours.events import TripLogged
from kepu.outreach.tours.models import TripLog, TripStop, VanProfile
from kepu.outreach.tours.queries.vans import sessions_held, stops_planned, vans_kept_by

TRIPS, VISITS = "van_trips", "van_visits"
_MOST_KM = Decimal(2000)
_MOST_PEOPLE = 100_000
_MOST_STOPS = 20


@dataclass(frozen=True, slots=True)
class StopWords:
    """One stop that took place.

    Args:
        region: where.
        place: where, in words.
        people: how many came, ≥ 1.
        wish_id: whose wish it served, where it was planned.
    """

    region: Region
    place: str
    people: int
    wish_id: int | None = None


@transaction.atomic
def log_trip(
    van_id: int, day: date, km: Decimal, stops: Sequence[StopWords], *, exhibits: int = 0, key: uuid.UUID | None = None,
    actor: Person,
) -> TripLog:  # fmt: skip
    """Log what a van did on a day; the ledger gets a trip and its visitors for every stop, under the body that keeps the van.

    Args:
        van_id: its profile.
        day: when.
        km: driven.
        stops: where it stood and for how many people.
        exhibits: how many were aboard.
        key: of the form; the same again changes nothing.
        actor: who keeps the van.

    Raises:
        NotAllowed: the actor does not keep the van.
        TourUnfit: in the future, without a stop, numbers that cannot be, or a second time for a day.
        FactRefused: the ledger takes no facts for that day.
    """
    profile = VanProfile.objects.select_for_update(of=("self",)).select_related("venue").get(pk=van_id)
    if not vans_kept_by(actor).filter(pk=profile.venue_id).exists():
        raise NotAllowed
    before = TripLog.objects.filter(key=key).first() if key else None
    if before is not None:
        return before
    _check(day, km, stops, exhibits)
    if TripLog.objects.filter(van=profile, day=day, struck_at=None).exists():
        raise TourUnfit(_("这辆车这一天已经登记过；记错的请先冲正。"), field="day")
    planned = {one.wish_id: one for one in stops_planned(profile, day)}
    try:
        with transaction.atomic():
            trip = TripLog.objects.create(
                van=profile, plan=next((one.plan for one in planned.values()), None), day=day, km=km, exhibits=exhibits,
                key=key or uuid.uuid4(), recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as problem:
        raise TourUnfit(_("这辆车这一天已经登记过；记错的请先冲正。"), field="day") from problem
    for number, words in enumerate(stops, start=1):
        wish = words.wish_id if words.wish_id in planned else None
        made = TripStop.objects.create(
            trip=trip, region=words.region, place=words.place.strip()[:160], people=words.people, wish_id=wish,
            facts=_facts(trip, number, words),
        )  # fmt: skip
        session = planned[wish].session_id if wish is not None else None
        if session is not None:
            hold_visit(session, people=made.people, facts=made.facts, actor=actor)
    record("tours.trip.logged", trip, actor=actor, km=str(km), stops=len(stops))
    publish(TripLogged(trip.pk))
    return trip


def _check(day: date, km: Decimal, stops: Sequence[StopWords], exhibits: int) -> None:
    if day > today():
        raise TourUnfit(_("还没有到这一天，出车以后再登记。"), field="day")
    if not 0 < km <= _MOST_KM:
        raise TourUnfit(_("公里数在 0 和 %(most)d 之间，不含 0。") % {"most": _MOST_KM}, field="km")
    if not 1 <= len(stops) <= _MOST_STOPS:
        raise TourUnfit(_("请至少写一站，一天最多 %(most)d 站。") % {"most": _MOST_STOPS}, field="people")
    for words in stops:
        if not words.place.strip():
            raise TourUnfit(_("请写地点。"), field="place")
        if not 1 <= words.people <= _MOST_PEOPLE:
            raise TourUnfit(_("请写来了多少人，从 1 起。"), field="people")
    if exhibits < 0:
        raise TourUnfit(_("展品数不能是负数。"), field="exhibits")


def _facts(trip: TripLog, number: int, words: StopWords) -> list[uuid.UUID]:
    """A stop and who came to it."""
    venue = trip.van.venue
    return [
        record_fact(
            FactDraft(
                indicator=indicator, occurred_on=trip.day, region=words.region.pk, organisation=venue.keeper_id,
                quantity=Decimal(quantity), people=words.people, key=f"{trip.key}:{number}:{indicator}",
                source_ref=f"tours.trip:{trip.pk}",
            ),
            actor=None, source="tours.trip", source_kind=SourceKind.SERVICE, is_demonstration=venue.is_demonstration,
        ).pk
        for indicator, quantity in ((TRIPS, 1), (VISITS, words.people))
    ]  # fmt: skip


@transaction.atomic
def strike_trip(trip_id: int, reason: str, *, actor: Person) -> TripLog:
    """Take an entry back; the ledger gets the reversing facts, and an order its session, which is not held any more.

    Raises:
        NotAllowed: the actor does not keep the van.
        TourMoved: it was taken back before.
        TourUnfit: no reason.
    """
    trip = TripLog.objects.select_for_update(of=("self",)).select_related("van").get(pk=trip_id)
    if not vans_kept_by(actor).filter(pk=trip.van.venue_id).exists():
        raise NotAllowed
    if trip.struck_at is not None:
        raise TourMoved(_("这条出车记录已经冲正过了。"))
    if not reason.strip():
        raise TourUnfit(_("请写明为什么冲正。"), field="reason")
    for stop in trip.stops.all():
        for fact in stop.facts:
            reverse_fact(fact, reason=reason, actor=None, source_kind=SourceKind.SERVICE)
    for session in sessions_held(trip):
        take_visit_back(session, reason, actor=actor)
    trip.struck_at = now()
    trip.save(update_fields=["struck_at"])
    record("tours.trip.struck", trip, actor=actor, reason=reason.strip()[:200])
    return trip
