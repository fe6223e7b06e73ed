"""Reads of slots and bookings."""

from kepu.outreach.bookings.queries.pages import (
    DeskSlot,
    OwnBooking,
    SlotPage,
    desk_slot,
    desk_slots,
    drawn_numbers,
    expected_at,
    own_booking,
    own_bookings,
    slot_page,
    slot_pages,
    slots_of,
    waiting_at,
)
from kepu.outreach.bookings.queries.people import (
    active_at_same_time,
    block_of,
    code_now,
    code_seconds,
    no_shows_of,
    record_of,
)
from kepu.outreach.bookings.queries.rules import rules_in_force

__all__ = [
    "DeskSlot",
    "OwnBooking",
    "SlotPage",
    "active_at_same_time",
    "block_of",
    "code_now",
    "code_seconds",
    "desk_slot",
    "desk_slots",
    "drawn_numbers",
    "expected_at",
    "no_shows_of",
    "own_booking",
    "own_bookings",
    "record_of",
    "rules_in_force",
    "slot_page",
    "slot_pages",
    "slots_of",
    "waiting_at",
]
