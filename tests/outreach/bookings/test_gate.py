"""At the gate: rolling codes, the list, a list kept offline, people who just come."""

import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest

from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import AlreadyIn, BookingMoved, CodeWrong, PartyUnfit, SlotFull, SlotNotOpen
from kepu.outreach.bookings.events import CheckedIn
from kepu.outreach.bookings.models import Arrival, Booking
from kepu.outreach.bookings.queries import code_now
from kepu.outreach.bookings.services.gate import OfflineArrival
from tests.outreach.bookings.factories import at, begin, book, end, office, people, slot, taken
from tests.published import heard

pytestmark = pytest.mark.django_db


def code_of(booking: Booking, *, seconds_ago: int = 0) -> str:
    """What the phone showed so many seconds ago."""
    with patch("kepu.outreach.bookings.queries.people.now", lambda: now() - timedelta(seconds=seconds_ago)):
        return code_now(booking, seconds=30)


def line(booking: Booking, people: int | None = None, **more) -> OfflineArrival:
    return OfflineArrival(more.get("key") or uuid.uuid4(), booking.pk, more.get("at") or now(), people)


def test_the_code_of_now_opens_the_gate_once_and_the_second_time_is_said():
    hall, actor = slot(), office()
    booking = book(hall, size=2)
    begin(hall)
    with heard(CheckedIn) as events:
        services.check_in(hall.pk, code_of(booking), actor=actor)

    with pytest.raises(AlreadyIn, match="用过了"):
        services.check_in(hall.pk, code_of(booking), actor=actor)

    booking.refresh_from_db()
    assert booking.state == "attended"
    assert [(event.people, event.subject_id) for event in events] == [(2, "1")]
    assert Arrival.objects.get().way == "code"


def test_a_code_is_good_one_step_before_and_after_and_no_longer():
    hall, actor = slot(), office()
    late, early, old = (book(hall) for _ in range(3))
    begin(hall)

    services.check_in(hall.pk, code_of(late, seconds_ago=30), actor=actor)
    services.check_in(hall.pk, code_of(early, seconds_ago=-30), actor=actor)
    with pytest.raises(CodeWrong, match="截图不能用"):
        services.check_in(hall.pk, code_of(old, seconds_ago=90), actor=actor)


def test_a_code_of_another_slot_another_booking_or_nonsense_opens_nothing():
    hall, other, actor = slot(), slot(hall_id="2"), office()
    booking, elsewhere = book(hall), book(other)
    begin(hall)
    swapped = f"{booking.pk}-{code_of(elsewhere).split('-', 1)[1]}"

    for typed in (code_of(elsewhere), "123456", "您好", f"{'9' * 30}", swapped):
        with pytest.raises(CodeWrong):
            services.check_in(hall.pk, typed, actor=actor)


def test_who_waits_has_no_seat_at_the_gate():
    hall, actor = slot(1), office()
    book(hall)
    waiting = book(hall)
    begin(hall)

    with pytest.raises(BookingMoved, match="没有座位"):
        services.check_in(hall.pk, code_of(waiting), actor=actor)


def test_only_whoever_manages_the_slot_keeps_its_gate():
    hall, (stranger,) = slot(), people(1)
    booking = book(hall)
    begin(hall)

    for act in (
        lambda: services.check_in(hall.pk, code_of(booking), actor=stranger),
        lambda: services.check_in_listed(hall.pk, booking.pk, actor=stranger, key=uuid.uuid4()),
        lambda: services.merge_arrivals(hall.pk, [line(booking)], actor=stranger),
        lambda: services.admit(hall.pk, 1, actor=stranger, key=uuid.uuid4()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_gate_is_shut_days_before_and_when_the_slot_is_cancelled():
    actor = office()
    hall = slot(starts_at=at(9, days=5), ends_at=at(11, days=5))
    booking = book(hall)
    with pytest.raises(SlotNotOpen, match="还不能签到"):
        services.check_in_listed(hall.pk, booking.pk, actor=actor, key=uuid.uuid4())

    services.cancel_slot(hall.pk, actor=actor, reason="停电")
    with pytest.raises(SlotNotOpen, match="取消了"):
        services.check_in_listed(hall.pk, booking.pk, actor=actor, key=uuid.uuid4())


def test_the_same_line_twice_changes_nothing():
    hall, actor, key = slot(), office(), uuid.uuid4()
    booking = book(hall, size=3)
    begin(hall)
    with heard(CheckedIn) as events:
        first = services.check_in_listed(hall.pk, booking.pk, actor=actor, key=key, people=2)
        again = services.check_in_listed(hall.pk, booking.pk, actor=actor, key=key, people=2)

    assert first.pk == again.pk
    assert [event.people for event in events] == [2]


def test_a_party_comes_in_parts_and_two_lists_of_it_merge():
    hall, actor = slot(50, quotas={"group": 50}), office()
    group = book(hall, size=42, accompanying=4)
    begin(hall)
    with heard(CheckedIn) as events:
        services.check_in_listed(hall.pk, group.pk, actor=actor, key=uuid.uuid4(), people=30)
        report = services.merge_arrivals(hall.pk, [line(group, 16), line(group, 46)], actor=actor)

    assert [event.people for event in events] == [30, 16]
    assert (report.new, report.known, report.refused) == (2, 0, ())
    assert list(Arrival.objects.order_by("pk").values_list("people", flat=True)) == [30, 16, 0]


def test_an_offline_list_is_taken_in_line_by_line_and_sending_it_again_adds_nothing():
    hall, actor = slot(2), office()
    first, second, waiting = book(hall), book(hall), book(hall)
    begin(hall)
    lines = [line(first, at=now() - timedelta(minutes=20)), line(second), line(waiting)]

    report = services.merge_arrivals(hall.pk, lines, actor=actor)
    again = services.merge_arrivals(hall.pk, lines, actor=actor)

    assert (report.new, [key for key, _said in report.refused]) == (2, [lines[2].key])
    assert (again.new, again.known) == (0, 2)
    assert Arrival.objects.get(booking=first).at == lines[0].at


def test_a_list_that_comes_late_puts_right_who_was_called_absent():
    hall, actor = slot(), office()
    came, absent = book(hall), book(hall)
    begin(hall)
    services.check_in_listed(hall.pk, came.pk, actor=actor, key=uuid.uuid4())
    end(hall)
    services.keep_slots()
    absent.refresh_from_db()
    assert absent.state == "no_show"

    services.merge_arrivals(hall.pk, [line(absent, at=hall.starts_at)], actor=actor)

    absent.refresh_from_db()
    assert absent.state == "attended"


def test_people_who_just_come_get_free_seats_and_nothing_is_asked_of_them():
    hall, actor, key = slot(3), office(), uuid.uuid4()
    book(hall)
    begin(hall)

    booking = services.admit(hall.pk, 2, actor=actor, key=key)

    assert services.admit(hall.pk, 2, actor=actor, key=key).pk == booking.pk
    assert (booking.person, booking.guest, booking.state) == (None, "", "attended")
    assert taken(hall) == {"shared": (3, 3)}
    with pytest.raises(SlotFull, match="没有放行"):
        services.admit(hall.pk, 1, actor=actor, key=uuid.uuid4())
    with pytest.raises(PartyUnfit):
        services.admit(hall.pk, 0, actor=actor, key=uuid.uuid4())
