"""Many at once, in real processes with connections of their own, on real PostgreSQL."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from kepu.foundation.clock import now, today
from kepu.outreach.bookings.models import Booking, Slot
from tests.outreach.bookings import processes
from tests.outreach.bookings.factories import at, book, move, office, people, slot, states, taken

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_want_twenty_seats_and_exactly_twenty_get_one():
    hall = slot(20)
    said = processes.together(processes.book, [(hall.pk, one.pk, hall.rules_version) for one in people(50)])

    assert Counter(said) == {"booked": 20, "slot_full": 30}
    assert taken(hall) == {"shared": (20, 20)}
    assert Counter(states(hall)) == {"booked": 20}


def test_parties_of_three_fill_twenty_seats_with_six():
    hall = slot(20)
    said = processes.together(processes.book, [(hall.pk, one.pk, hall.rules_version, 3) for one in people(30)])

    assert Counter(said) == {"booked": 6, "slot_full": 24}
    assert taken(hall) == {"shared": (20, 18)}


def test_channels_that_borrow_from_each_other_never_lend_the_same_seat_twice():
    hall = slot(30, quotas={"online": 5, "group": 5})
    sizes = [5 if number % 3 else 7 for number in range(20)]
    tasks = [(hall.pk, one.pk, hall.rules_version, size) for one, size in zip(people(20), sizes, strict=True)]
    said = processes.together(processes.book, tasks)

    seated = Booking.objects.filter(slot=hall, state="booked")
    assert set(said) <= {"booked", "slot_full"}
    assert sum(one.seats for one in seated) == sum(row[1] for row in taken(hall).values()) <= 30
    assert sum(row[0] for row in taken(hall).values()) == 30


def test_one_person_in_ten_windows_books_once():
    hall, (person,) = slot(20), people(1)
    said = processes.together(processes.book, [(hall.pk, person.pk, hall.rules_version)] * 10)

    assert Counter(said) == {"booked": 1, "already_booked": 9}


def test_one_person_in_two_windows_is_in_one_place():
    halls, (person,) = [slot(20), slot(20, hall_id="2")], people(1)
    tasks = [(halls[number % 2].pk, person.pk, halls[number % 2].rules_version) for number in range(10)]
    said = processes.together(processes.book, tasks)

    assert Counter(said) == {"booked": 1, "already_booked": 9}
    assert Booking.objects.count() == 1


def test_who_cancels_and_who_comes_at_once_leave_no_seat_empty_while_somebody_waits():
    hall = slot(10)
    booked = [book(hall) for _ in range(10)]
    cancels = [("cancel", one.pk, one.person_id) for one in booked]
    comes = [("book", hall.pk, one.pk, hall.rules_version) for one in people(30)]
    mixed = [task for pair in zip(comes[:10], cancels, strict=True) for task in pair] + comes[10:]
    said = processes.together(processes.book_or_cancel, mixed)

    counted = Counter(states(hall))
    assert set(said) <= {"booked", "waiting", "cancelled"}
    assert counted["cancelled"] == 10
    assert counted["booked"] + counted["offered"] == 10
    assert counted["waiting"] == 20
    assert taken(hall) == {"shared": (10, 10)}


def test_lots_are_drawn_once_and_nobody_who_enters_meanwhile_is_left_without_an_answer():
    hall = slot(5, days=2, draw_at=now() + timedelta(hours=1))
    for _ in range(10):
        book(hall)
    move(hall, draw_at=now() - timedelta(seconds=1))
    enters = [("book", hall.pk, one.pk, hall.rules_version) for one in people(15)]
    said = processes.together(processes.book_or_draw, [*enters, *[("draw", hall.pk)] * 5])

    counted = Counter(states(hall))
    assert counted["in_draw"] == 0
    assert (counted["booked"], counted["waiting"]) == (5, 20)
    assert [one for one in said if isinstance(one, int) and one > 0] == [5]


def test_a_form_sent_by_five_clicks_at_once_opens_one_slot():
    actor, key = office(), str(uuid4())

    opened = processes.together(processes.open_form, [(actor.pk, key, at(9))] * 5)

    assert len(set(opened)) == 1
    assert Slot.objects.count() == 1


def test_a_series_opened_by_five_clicks_at_once_is_opened_once():
    actor = office()

    said = processes.together(processes.open_days, [(actor.pk, today() + timedelta(days=1))] * 5)

    assert sorted(said, key=str) == [7, *["slot_unfit"] * 4]
    assert Slot.objects.count() == 7
