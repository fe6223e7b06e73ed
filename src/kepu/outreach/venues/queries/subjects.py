"""A venue as what a public question is about, and as what people book."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from kepu.directory.register.models import Person
from kepu.outreach.bookings.rules import Subject as BookedSubject
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.listing import venues_kept_by
from kepu.outreach.venues.queries.opening import schedules_of
from kepu.oversight.queries import Subject
from kepu.oversight.queries.subjects import numeric_id


def venue_as_subject(subject_id: str) -> Subject | None:
    """A venue that the public sees; who keeps it answers."""
    pk = numeric_id(subject_id)
    venue = Venue.objects.exclude(state=VenueState.DRAFT).filter(pk=pk).first() if pk is not None else None
    if venue is None:
        return None
    return Subject(venue.name, venue.get_absolute_url(), venue.keeper_id, venue.region_id)


def venue_as_booked(subject_id: str) -> BookedSubject | None:
    """A venue that the public sees, as the thing whose seats are booked."""
    pk = numeric_id(subject_id)
    venue = Venue.objects.filter(state=VenueState.PUBLISHED, pk=pk).first() if pk is not None else None
    if venue is None:
        return None
    return BookedSubject(
        venue.name, address=venue.get_absolute_url(), place=venue.address, is_demonstration=venue.is_demonstration
    )


def venue_hours(subject_id: str, days: Sequence[date]) -> dict[date, list[tuple[time, time]]]:
    """When a venue is open on days; days for which nobody gave a table are left out."""
    pk = numeric_id(subject_id)
    if pk is None:
        return {}
    schedule = schedules_of([pk])[pk]
    plans = [schedule.on(day) for day in days]
    return {plan.day: [(one.opens, one.closes) for one in plan.hours] for plan in plans if plan.hours is not None}


def venues_managed(actor: Person) -> QuerySet[Venue, Any]:
    """The venues for which somebody opens slots and stands at the gate, as ids in words."""
    kept = venues_kept_by(actor).filter(state=VenueState.PUBLISHED)
    return kept.order_by().annotate(key=Cast("pk", CharField())).values("key")


def manages_venue(actor: Person, subject_id: str) -> bool:
    """Whether a venue is among those for which somebody opens slots."""
    pk = numeric_id(subject_id)
    return pk is not None and venues_kept_by(actor).filter(state=VenueState.PUBLISHED, pk=pk).exists()
