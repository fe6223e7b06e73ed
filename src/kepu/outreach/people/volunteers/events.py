"""What happens in volunteering."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoursConfirmed:
    """Hours count from now on; they are in the ledger."""

    hours_id: int
    volunteer_id: int
    minutes: int


@dataclass(frozen=True, slots=True)
class HoursReversed:
    """Confirmed hours were taken back."""

    hours_id: int
    volunteer_id: int
