"""Who may do what with slots: the room that keeps a thing says who manages it."""

from kepu.directory.register.models import Person
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.rules import is_managed_by


def may_manage_slot(actor: Person, slot: Slot) -> bool:
    """Whoever manages the thing: opens, changes and cancels its slots, books for others, keeps the gate."""
    return is_managed_by(actor, slot.subject_type, slot.subject_id)


def may_change_booking(actor: Person, booking: Booking) -> bool:
    """The person whose booking it is, and whoever manages the slot."""
    return booking.person_id == actor.pk or may_manage_slot(actor, booking.slot)
