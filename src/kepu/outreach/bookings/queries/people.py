"""What a person has booked, missed and may do."""

from datetime import datetime
from typing import Any

from django.db import connection

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.bookings.choices import ACTIVE_STATES, BookingState
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.rules import blocked_until, entry_code, shown_code

_CODE_SECONDS = 30
_RECORD = """
select exists (
    select from bookings_booking b join bookings_slot s on s.id = b.slot_id
    where b.person_id = %(person)s and b.state = any(%(active)s) and s.starts_at < %(ends)s and s.ends_at > %(starts)s
), array(
    select s.starts_at from bookings_booking b join bookings_slot s on s.id = b.slot_id
    where b.person_id = %(person)s and b.state = %(missed)s and not b.is_elderly order by s.starts_at
)
"""


def active_at_same_time(person: Person, slot: Slot) -> Booking | None:
    """The person's booking for this slot, else one for a slot that overlaps it; waiting and draws count too."""
    overlapping = Booking.objects.filter(
        person=person,
        state__in=(*ACTIVE_STATES, BookingState.ATTENDED),
        slot__starts_at__lt=slot.ends_at,
        slot__ends_at__gt=slot.starts_at,
    ).select_related("slot")
    return min(overlapping, key=lambda one: (one.slot_id != slot.pk, one.pk), default=None)


def record_of(person_id: int, slot: Slot) -> tuple[bool, list[datetime]]:
    """What the decision of a seat must know of a person, in one statement.

    Returns:
        Whether the person has a booking at the same time; and when the slots began that the person missed.
    """
    given: dict[str, Any] = {
        "person": person_id, "starts": slot.starts_at, "ends": slot.ends_at, "missed": BookingState.NO_SHOW,
        "active": [str(state) for state in (*ACTIVE_STATES, BookingState.ATTENDED)],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, given)
        is_busy, missed = cursor.fetchone()
    return bool(is_busy), list(missed)


def no_shows_of(person: Person) -> list[datetime]:
    """When the slots began that the person missed; what was booked as an elderly person is never counted."""
    missed = Booking.objects.filter(person=person, state=BookingState.NO_SHOW, is_elderly=False)
    return list(missed.order_by("slot__starts_at").values_list("slot__starts_at", flat=True))


def block_of(person: Person, slot: Slot) -> datetime | None:
    """Until when the no-show rule of this slot lets the person's bookings rest, or None."""
    return blocked_until(no_shows_of(person), slot.said_rules, now())


def code_seconds() -> int:
    """How long an entry code stands."""
    return int(values_in_force("bookings.code_").get("seconds", _CODE_SECONDS))


def code_now(booking: Booking, *, seconds: int) -> str:
    """The entry code that the booking shows at this moment."""
    return shown_code(booking.pk, entry_code(bytes(booking.secret), now(), seconds=seconds))
