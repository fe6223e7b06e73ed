"""Sessions for everybody as what people book, and who keeps them."""

from typing import Any

from django.db.models import CharField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import inside
from kepu.outreach.bookings.choices import ACTIVE_STATES, CancelledBy
from kepu.outreach.bookings.models import Arrival, Booking
from kepu.outreach.bookings.rules import Subject
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.permissions import may_keep_session
from kepu.oversight.queries.subjects import numeric_id

SESSION_TYPE = "requests.session"


def session_as_booked(subject_id: str) -> Subject | None:
    """A session whose seats are still to be opened: it has one slot, so nothing more is opened for it afterwards."""
    pk = numeric_id(subject_id)
    if pk is None:
        return None
    session = Session.objects.filter(pk=pk, order=None, slot=None, state=SessionState.PLANNED).first()
    if session is None:
        return None
    return Subject(
        session.title,
        address=reverse("requests:event", args=[session.pk]),
        place=session.place,
        is_demonstration=session.is_demonstration,
    )


def sessions_kept_by(actor: Person) -> QuerySet[Session]:
    """Sessions for everybody that the actor may move, call off and close: as `may_keep_session`."""
    found = Session.objects.filter(order=None)
    if actor.holds(Role.LEADING_OFFICE):
        return found
    own = Q(body__in=actor.organisations(Role.LIAISON)) | inside(actor.regions(Role.DISTRICT_OFFICER), "region")
    return found.filter(own)


def sessions_managed(actor: Person) -> QuerySet[Session, Any]:
    """The same as ids in words, for the desk of bookings."""
    kept = sessions_kept_by(actor).filter(slot__isnull=False)
    return kept.order_by().annotate(text=Cast("pk", CharField())).values("text")


def manages_session(actor: Person, subject_id: str) -> bool:
    """Whether a session is among them."""
    pk = numeric_id(subject_id)
    session = Session.objects.select_related("body", "region").filter(pk=pk, order=None).first() if pk else None
    return session is not None and may_keep_session(actor, session)


def arrived_at(slot_id: int) -> int:
    """How many people the gate of a slot counted."""
    return int(Arrival.objects.filter(booking__slot=slot_id).aggregate(people=Sum("people"))["people"] or 0)


def visitors_of(session: Session) -> set[int]:
    """Who has booked, waits, or did so until the slot was called off: they hear of changes from the bookings."""
    if session.slot_id is None:
        return set()
    concerned = Q(state__in=ACTIVE_STATES) | Q(cancelled_by=CancelledBy.SLOT)
    found = Booking.objects.filter(concerned, slot=session.slot_id, person__isnull=False)
    return {number for number in found.values_list("person", flat=True) if number is not None}
