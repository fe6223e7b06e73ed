"""What can go wrong with a seat, told to the user."""

from kepu.foundation.errors import DomainError


class SlotUnfit(DomainError):
    """A slot can not be opened or changed like this; `field` names what is wrong."""

    code = "slot_unfit"
    status = 400


class SlotNotOpen(DomainError):
    """The slot takes no bookings now."""

    code = "slot_not_open"


class SlotFull(DomainError):
    """No seats are left for a party of this size."""

    code = "slot_full"


class PartyUnfit(DomainError):
    """A party of this size is not taken here at all."""

    code = "party_unfit"
    status = 400


class AlreadyBooked(DomainError):
    """The person has a booking for this slot, or for one at the same time."""

    code = "already_booked"


class BookingBlocked(DomainError):
    """The person did not come so often that the rule lets bookings rest for some days."""

    code = "booking_blocked"


class RulesChanged(DomainError):
    """The rules are not those that the person read."""

    code = "rules_changed"


class BookingMoved(DomainError):
    """The booking is not in a state in which this can be done, often because somebody was quicker."""

    code = "booking_moved"


class CodeWrong(DomainError):
    """No booking of this slot has this entry code now."""

    code = "entry_code_wrong"
    status = 404


class AlreadyIn(DomainError):
    """The code was used before: the party is in."""

    code = "already_in"
