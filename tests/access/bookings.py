"""Seats: everybody sees slots, signed-in people book, whoever manages the thing keeps it."""

import uuid
from datetime import timedelta
from typing import Any

from kepu.foundation.clock import now
from kepu.outreach.bookings.models import Slot
from tests.access import OPEN, World, row, seen
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import HALL, book, register_halls, slot

register_halls()

KEEPERS = seen(office=200, liaison=200)
STEP = seen(office=302, liaison=302)
BOOKING_NONE = seen(others=404)


def _hall(_world: World) -> Slot:
    return Slot.objects.filter(state="open").first() or _soon(100)


def _soon(capacity: int) -> Slot:
    """A slot whose gate is open already."""
    begins = now() + timedelta(hours=2)
    return slot(capacity, hall_id="2", starts_at=begins, ends_at=begins + timedelta(hours=2))


def _slot(world: World) -> list[Any]:
    return [_hall(world).pk]


def _own(_world: World) -> list[Any]:
    """A booking of a stranger: nobody else sees it."""
    return [book(slot(5), PersonFactory()).pk]


def _dropped(world: World) -> list[Any]:
    hall = _hall(world)
    return [hall.pk, book(hall, PersonFactory()).pk]


ACCESS = {
    "bookings:slots": row(OPEN, args=lambda world: [f"{HALL}:{_hall(world).subject_id}"]),
    "bookings:slot": row(OPEN, args=_slot),
    "bookings:mine": row(seen(others=200)),
    "bookings:own": row(BOOKING_NONE, args=_own),
    "bookings:own_cancel": row(BOOKING_NONE, args=_own, method="post"),
    "bookings:own_accept": row(BOOKING_NONE, args=_own, method="post"),
    "bookings:desk": row(KEEPERS),
    "bookings:desk_open": row(KEEPERS, args=lambda _world: [f"{HALL}:2"]),
    "bookings:desk_series": row(KEEPERS, args=lambda _world: [f"{HALL}:2"]),
    "bookings:desk_slot": row(KEEPERS, args=_slot),
    "bookings:desk_resize": row(STEP, args=_slot, method="post", data=lambda _world: {"capacity": 200}),
    "bookings:desk_cancel": row(
        STEP, args=lambda _world: [slot(5, hall_id="2").pk], method="post", data=lambda _world: {"reason": "停电"}
    ),
    "bookings:desk_book": row(
        STEP,
        args=_slot,
        method="post",
        data=lambda _world: {"channel": "phone", "guest": "来电的人", "party_size": 1, "accompanying": 0},
    ),
    "bookings:desk_drop": row(STEP, args=_dropped, method="post"),
    "bookings:gate": row(KEEPERS, args=_slot),
    "bookings:gate_code": row(
        seen(office=404, liaison=404), args=_slot, method="post", data=lambda _world: {"code": "1-000-000"}
    ),
    "bookings:gate_admit": row(
        STEP,
        args=lambda _world: [_soon(5).pk],
        method="post",
        data=lambda _world: {"people": 1, "key": uuid.uuid4()},
    ),
    "bookings:gate_arrive": row(
        STEP, args=_dropped, method="post", data=lambda _world: {"people": 1, "key": uuid.uuid4()}
    ),
    "bookings:gate_arrivals": row(seen(office=400, liaison=400), args=_slot, method="post"),
    "bookings:gate_list": row(KEEPERS, args=lambda world: [*_slot(world), "csv"]),
}
