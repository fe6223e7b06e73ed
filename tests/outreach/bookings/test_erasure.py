"""Who is erased gives up seats; what was attended stays a number."""

import pytest

from kepu.directory.privacy.services import erase_person
from kepu.outreach.bookings.choices import BookingState
from kepu.outreach.bookings.models import Booking
from tests.outreach.bookings.factories import book, people, register_halls, slot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _halls():
    register_halls()


def test_seats_of_an_erased_person_go_to_who_waits():
    opened = slot(capacity=1)
    first, second = people(2)
    held = book(opened, first, needs="轮椅")
    waiting = book(opened, second)
    assert waiting.state == BookingState.WAITING

    erase_person(first.pk, actor=first)

    held.refresh_from_db()
    waiting.refresh_from_db()
    assert (held.state, held.needs, held.person_id) == (BookingState.CANCELLED, "", first.pk)
    assert waiting.state == BookingState.OFFERED
    assert str(Booking.objects.get(pk=held.pk).person) == f"已注销人员 {first.pk}"
