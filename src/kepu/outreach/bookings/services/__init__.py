"""What can be done with slots and seats."""

from kepu.outreach.bookings.services.booking import CONSENT, book, book_for, hold_slot, require_agreement, seat_person
from kepu.outreach.bookings.services.drawing import draw
from kepu.outreach.bookings.services.gate import admit, check_in, check_in_listed, merge_arrivals, note_arrival
from kepu.outreach.bookings.services.keeping import (
    close_slot,
    erase_said,
    keep_slots,
    mark_no_shows,
    tell_answers,
    tell_cancelled,
    tell_moved,
)
from kepu.outreach.bookings.services.leaving import (
    accept_offer,
    cancel_booking,
    give_up_all,
    lapse_offer,
    release_seat,
)
from kepu.outreach.bookings.services.moving import move_slot
from kepu.outreach.bookings.services.series import PlannedSlot, open_series, plan_series
from kepu.outreach.bookings.services.slots import cancel_slot, change_capacity, open_slot, release_channel

__all__ = [
    "CONSENT",
    "PlannedSlot",
    "accept_offer",
    "admit",
    "book",
    "book_for",
    "cancel_booking",
    "cancel_slot",
    "change_capacity",
    "check_in",
    "check_in_listed",
    "close_slot",
    "draw",
    "erase_said",
    "give_up_all",
    "hold_slot",
    "keep_slots",
    "lapse_offer",
    "mark_no_shows",
    "merge_arrivals",
    "move_slot",
    "note_arrival",
    "open_series",
    "open_slot",
    "plan_series",
    "release_channel",
    "release_seat",
    "require_agreement",
    "seat_person",
    "tell_answers",
    "tell_cancelled",
    "tell_moved",
]
