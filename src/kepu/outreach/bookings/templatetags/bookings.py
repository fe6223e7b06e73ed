"""Tags of bookings: the slots of a thing on any page, and the words of a booking's state."""

from typing import Any

from django import template

from kepu.outreach.bookings.choices import BookingState
from kepu.outreach.bookings.models import Booking
from kepu.outreach.bookings.queries import slots_of

register = template.Library()

_TONES = {
    BookingState.BOOKED: "",
    BookingState.ATTENDED: "",
    BookingState.OFFERED: "chip-ask",
    BookingState.WAITING: "chip-plain",
    BookingState.IN_DRAW: "chip-plain",
    BookingState.NO_SHOW: "chip-danger",
}


@register.inclusion_tag("bookings/_slots.html")
def slots_for(subject_type: str, subject_id: object) -> dict[str, Any]:
    """Show the coming slots of a thing, each leading to its booking page; any page of a room above may use it.

    Args:
        subject_type: as registered, such as `venues.venue`.
        subject_id: the thing's id; its text is what the finder gets.

    Examples:
        `{% load bookings %}{% slots_for "venues.venue" venue.pk %}`
    """
    return {"pages": slots_of(subject_type, str(subject_id))}


@register.inclusion_tag("bookings/_state.html")
def booking_state(booking: Booking) -> dict[str, Any]:
    """Show the state of a booking as a chip with its word."""
    return {"booking": booking, "tone": _TONES.get(BookingState(booking.state), "chip-plain")}
