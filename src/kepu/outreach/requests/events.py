"""What happened to orders. Upper rooms offer what is approved, and call off what is cancelled."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderApproved:
    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    order_id: int


@dataclass(frozen=True, slots=True)
class OrderUnmet:
    order_id: int
    rule: str


@dataclass(frozen=True, slots=True)
class SessionPlanned:
    session_id: int


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    session_id: int


@dataclass(frozen=True, slots=True)
class SessionHeld:
    session_id: int
    people: int
