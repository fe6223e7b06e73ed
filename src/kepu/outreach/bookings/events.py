"""What happened to seats. Upper rooms record facts from `CheckedIn`; its `arrival_id` is the key."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlotOpened:
    slot_id: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class SlotCancelled:
    slot_id: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class SlotMoved:
    slot_id: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class SlotDrawn:
    slot_id: int
    entries: int
    seated: int


@dataclass(frozen=True, slots=True)
class Booked:
    booking_id: int
    slot_id: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class BookingQueued:
    booking_id: int
    slot_id: int
    state: str


@dataclass(frozen=True, slots=True)
class BookingCancelled:
    booking_id: int
    slot_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class SeatReleased:
    slot_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class SeatOffered:
    booking_id: int
    slot_id: int


@dataclass(frozen=True, slots=True)
class CheckedIn:
    arrival_id: int
    booking_id: int
    slot_id: int
    subject_type: str
    subject_id: str
    people: int


@dataclass(frozen=True, slots=True)
class NotShownUp:
    booking_id: int
    slot_id: int
