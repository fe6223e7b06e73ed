"""Leave a slot, accept what the waiting list brought, or let it lapse."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.bookings.choices import ACTIVE_STATES, SEATED_STATES, BookingState, CancelledBy
from kepu.outreach.bookings.errors import BookingMoved
from kepu.outreach.bookings.events import Booked, BookingCancelled
from kepu.outreach.bookings.models import Booking
from kepu.outreach.bookings.permissions import may_change_booking
from kepu.outreach.bookings.rules import filled_by_rooms, give_seats
from kepu.outreach.bookings.services.seats import free_and_offer, held_pools, tell


@transaction.atomic
def release_seat(booking_id: int, *, by: CancelledBy = CancelledBy.HOST) -> bool:
    """Give somebody's seat back by the rule of the room that keeps the thing; who waits is offered it in the same step.

    Args:
        booking_id: of the booking.
        by: who gave it up; a host says why in its own words, so nobody is told here.

    Returns:
        Whether there was a seat, or a place in the line, to give back.
    """
    booking = _held_booking(booking_id)
    if booking.state not in ACTIVE_STATES:
        return False
    _leave(booking, BookingState.CANCELLED, by)
    record("bookings.booking.cancelled", booking, actor=None, by=by, seats=booking.seats)
    publish(BookingCancelled(booking.pk, booking.slot_id, booking.seats))
    return True


@transaction.atomic
def cancel_booking(booking_id: int, *, actor: Person) -> Booking:
    """Give up seats, a place on the waiting list or an entry; seats go to who waits, in the same step.

    Raises:
        NotAllowed: neither the person's own booking nor a slot that the actor manages.
        BookingMoved: nothing is left to cancel, or the slot has begun.
    """
    booking = _held_booking(booking_id)
    if not may_change_booking(actor, booking):
        raise NotAllowed
    if booking.state not in ACTIVE_STATES:
        raise BookingMoved(_("这个预约已经是“%(state)s”，不用再取消。") % {"state": booking.get_state_display()})
    if booking.slot.starts_at <= now() and booking.state == BookingState.BOOKED:
        raise BookingMoved(_("这一场已经开始，不能再取消。"))
    by = CancelledBy.PERSON if booking.person_id == actor.pk else CancelledBy.HOST
    _leave(booking, BookingState.CANCELLED, by)
    record("bookings.booking.cancelled", booking, actor=actor, by=by, seats=booking.seats)
    publish(BookingCancelled(booking.pk, booking.slot_id, booking.seats))
    if by == CancelledBy.HOST:
        with city_words():
            tell(booking, "cancelled", _("您的预约取消了：%(title)s") % {"title": booking.slot.title}, is_urgent=True)
    return booking


@transaction.atomic
def accept_offer(booking_id: int, *, actor: Person) -> Booking:
    """Take the seats that the waiting list brought.

    Raises:
        NotAllowed: neither the person's own booking nor a slot that the actor manages.
        BookingMoved: nothing is offered, or the time to confirm is over.
    """
    booking = _held_booking(booking_id)
    if not may_change_booking(actor, booking):
        raise NotAllowed
    if booking.state != BookingState.OFFERED:
        raise BookingMoved(_("这个预约现在是“%(state)s”，不用确认。") % {"state": booking.get_state_display()})
    if booking.offered_until is not None and booking.offered_until <= now():
        raise BookingMoved(_("确认的时间过了，名额让给了下一位。想来可以再候补。"))
    booking.state, booking.offered_until, booking.changed_at = BookingState.BOOKED, None, now()
    booking.save(update_fields=["state", "offered_until", "changed_at"])
    record("bookings.booking.accepted", booking, actor=actor)
    publish(Booked(booking.pk, booking.slot_id, booking.slot.subject_type, booking.slot.subject_id))
    return booking


@transaction.atomic
def lapse_offer(booking_id: int) -> bool:
    """Where nobody confirmed in time, the seats go to the next who fits; runs as often as one likes.

    Returns:
        Whether it lapsed now.
    """
    booking = _held_booking(booking_id)
    if booking.state != BookingState.OFFERED or booking.offered_until is None or booking.offered_until > now():
        return False
    _leave(booking, BookingState.LAPSED)
    record("bookings.booking.lapsed", booking, actor=None)
    with city_words():
        tell(booking, "lapsed", _("候补的名额没有确认，让给了下一位：%(title)s") % {"title": booking.slot.title})
    return True


@transaction.atomic
def give_up_all(person_id: int, *, with_rooms: bool = True) -> int:
    """Cancel what a person still holds; the seats go to who waits.

    Args:
        person_id: of the person.
        with_rooms: also what only its room fills, by a consent of its own.

    Returns:
        How many bookings.
    """
    held = Booking.objects.filter(person=person_id, state__in=ACTIVE_STATES, slot__starts_at__gt=now())
    if not with_rooms:
        held = held.exclude(slot__subject_type__in=filled_by_rooms())
    numbers = list(held.order_by("slot", "pk").values_list("pk", flat=True))
    for booking_id in numbers:
        release_seat(booking_id, by=CancelledBy.PERSON)
    return len(numbers)


def _held_booking(booking_id: int) -> Booking:
    found = Booking.objects.select_for_update(of=("self",)).select_related("slot", "person", "acted_by")
    return found.get(pk=booking_id)


def _leave(booking: Booking, state: BookingState, by: CancelledBy | str = "") -> None:
    """End an active booking; where it held seats they are freed and offered at once."""
    was, held_in = booking.state, booking.seated_in
    booking.state, booking.cancelled_by, booking.seated_in = state, by, ""
    booking.offered_until, booking.changed_at = None, now()
    booking.save(update_fields=["state", "cancelled_by", "seated_in", "offered_until", "changed_at"])
    if was in SEATED_STATES:
        pools = held_pools(booking.slot)
        give_seats(pools, held_in, booking.seats)
        free_and_offer(booking.slot, pools, booking.seats)
