"""Who gets a seat, and who does not."""

from datetime import timedelta

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import (
    AlreadyBooked,
    BookingBlocked,
    BookingMoved,
    PartyUnfit,
    RulesChanged,
    SlotFull,
    SlotNotOpen,
)
from kepu.outreach.bookings.events import Booked, BookingCancelled, SeatOffered, SeatReleased
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.queries import own_booking
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import (
    agree,
    at,
    begin,
    book,
    end,
    office,
    people,
    slot,
    states,
    taken,
    text_digest,
)
from tests.published import heard

pytestmark = pytest.mark.django_db


def test_a_seat_is_booked_and_counted():
    hall = slot(10)
    with heard(Booked) as events:
        booking = book(hall, size=3)

    assert booking.state == "booked"
    assert taken(hall) == {"shared": (10, 3)}
    assert [event.booking_id for event in events] == [booking.pk]
    assert AuditEntry.objects.filter(action="bookings.booking.made", thing_id=str(booking.pk)).exists()


def test_a_group_of_42_with_4_adults_does_not_fit_into_45_seats():
    hall = slot(45, quotas={"group": 45})

    with pytest.raises(PartyUnfit, match="46 人，这一场只有 45 个座位"):
        book(hall, size=42, accompanying=4)

    assert taken(hall)["group"] == (45, 0)


def test_a_group_of_42_with_4_adults_waits_where_45_of_50_seats_are_left():
    hall = slot(50, quotas={"group": 50})
    services.book_for(hall.pk, actor=office(), channel="group", guest="先到的", party_size=5)

    assert book(hall, size=42, accompanying=4).state == "waiting"
    assert book(hall, size=42, accompanying=3).state == "booked"
    assert taken(hall) == {"group": (50, 50), "shared": (0, 0)}


def test_who_does_not_want_to_wait_is_refused_and_nothing_is_left_behind():
    hall = slot(1)
    book(hall)

    with pytest.raises(SlotFull, match="候补"):
        book(hall, waits=False)

    assert states(hall) == ["booked"]


def test_a_large_party_needs_a_slot_that_takes_groups():
    with pytest.raises(PartyUnfit, match="最多约 5 人"):
        book(slot(100), size=6)

    hall = slot(100, quotas={"group": 60})
    assert book(hall, size=6).channel == "group"


def test_one_person_books_a_slot_once():
    hall, (person,) = slot(), people(1)
    book(hall, person)

    with pytest.raises(AlreadyBooked, match="已经约过（已约好）"):
        book(hall, person)


def test_one_person_is_not_in_two_places_at_once_and_is_told_where():
    (person,) = people(1)
    first, overlapping, after = slot(hours=9), slot(hours=10, hall_id="2"), slot(hours=11, hall_id="3")
    booking = book(first, person)

    with pytest.raises(AlreadyBooked, match=r"示例展厅 1.*先取消那一场") as refused:
        book(overlapping, person)
    assert refused.value.data["booking_id"] == booking.pk

    assert book(after, person).state == "booked"
    services.cancel_booking(booking.pk, actor=person)
    with pytest.raises(AlreadyBooked, match="示例展厅 3"):
        book(overlapping, person)


def test_waiting_counts_as_being_there():
    (person,) = people(1)
    full = slot(1)
    book(full)
    assert book(full, person).state == "waiting"

    with pytest.raises(AlreadyBooked, match="候补中"):
        book(slot(hall_id="2"), person)


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [(timedelta(hours=1), timedelta(hours=2), "才开始预约"), (timedelta(hours=-2), timedelta(hours=-1), "截止了")],
)
def test_the_window_is_kept(opens, closes, said):
    hall = slot(opens_at=now() + opens, closes_at=now() + closes)

    with pytest.raises(SlotNotOpen, match=said):
        book(hall)


def test_rules_that_were_not_read_are_not_agreed_to():
    with pytest.raises(RulesChanged):
        book(slot(), rules_version="another")


def test_a_channel_keeps_its_seats_from_the_others():
    hall = slot(10, quotas={"phone": 6})
    book(hall, size=4)

    assert book(hall).state == "waiting"
    by_phone = services.book_for(hall.pk, actor=office(), channel="phone", guest="来电的人", party_size=6)
    assert by_phone.state == "booked"
    assert taken(hall) == {"phone": (6, 6), "shared": (4, 4)}


def test_shared_seats_are_lent_to_a_channel_and_come_back():
    hall, actor = slot(10, quotas={"phone": 2}), office()
    booking = services.book_for(hall.pk, actor=actor, channel="phone", guest="来电的人", party_size=5)
    assert taken(hall) == {"phone": (5, 5), "shared": (5, 0)}

    services.cancel_booking(booking.pk, actor=actor)

    assert taken(hall) == {"phone": (2, 0), "shared": (8, 0)}


def test_only_whoever_manages_the_slot_books_for_others_and_it_shows():
    hall, (person,), actor = slot(), people(1), office()

    with pytest.raises(NotAllowed):
        services.book_for(hall.pk, actor=person, channel="phone", guest="来电的人")
    with pytest.raises(ConsentMissing, match="请本人登录后同意"):
        services.book_for(hall.pk, actor=actor, channel="phone", person=person)
    agree(person)
    booking = services.book_for(hall.pk, actor=actor, channel="phone", person=person)

    assert booking.acted_by == actor
    assert str(actor) in Notice.objects.get(person=person).title


def test_a_caller_without_a_name_is_not_booked():
    with pytest.raises(PartyUnfit, match="怎么称呼"):
        services.book_for(slot().pk, actor=office(), channel="phone", guest="  ")


def test_who_missed_three_in_ninety_days_rests_and_the_elderly_do_not():
    (person,) = people(1)
    for number in range(3):
        old = slot(hours=number * 3, hall_id=str(number + 1))
        book(old, person)
        end(old)
        Booking.objects.filter(slot=old).update(state="no_show")

    with pytest.raises(BookingBlocked, match=r"90 天里有 3 次约了没来.*打电话或到现场"):
        book(slot(), person)
    assert book(slot(), person, is_elderly=True).state == "booked"


def test_missing_as_an_elderly_person_never_counts():
    (person,) = people(1)
    for number in range(3):
        old = slot(hours=number * 3, hall_id=str(number + 1))
        book(old, person, is_elderly=True)
        end(old)
        Booking.objects.filter(slot=old).update(state="no_show")

    assert book(slot(), person).state == "booked"


def test_cancelling_gives_the_seats_to_the_first_who_fits_in_the_same_step():
    hall = slot(3)
    first = book(hall, size=3)
    large, small, last = book(hall, size=4 - 1), book(hall, size=2), book(hall, size=1)

    with heard(BookingCancelled, SeatReleased, SeatOffered) as events:
        services.cancel_booking(first.pk, actor=first.person)

    assert states(hall) == ["cancelled", "offered", "waiting", "waiting"]
    assert [type(event).__name__ for event in events] == ["SeatReleased", "SeatOffered", "BookingCancelled"]
    services.cancel_booking(large.pk, actor=large.person)
    assert states(hall) == ["cancelled", "cancelled", "offered", "offered"]
    assert Notice.objects.filter(person__in=(small.person, last.person), is_urgent=True).count() == 2
    assert taken(hall) == {"shared": (3, 3)}


def test_a_party_that_does_not_fit_is_passed_over_and_keeps_its_place():
    hall = slot(4)
    gone, _stays = book(hall, size=2), book(hall, size=2)
    large, small = book(hall, size=3), book(hall, size=2)

    services.cancel_booking(gone.pk, actor=gone.person)

    assert states(hall) == ["cancelled", "booked", "waiting", "offered"]
    assert own_booking(large.person, large.pk).place_in_line == 1
    services.cancel_booking(small.pk, actor=small.person)
    assert states(hall) == ["cancelled", "booked", "waiting", "cancelled"]
    assert taken(hall) == {"shared": (4, 2)}


def test_an_offer_is_accepted_or_lapses_to_the_next():
    hall = slot(1)
    first, second, third = book(hall), book(hall), book(hall)
    services.cancel_booking(first.pk, actor=first.person)
    assert not services.lapse_offer(second.pk)

    Booking.objects.filter(pk=second.pk).update(offered_until=now() - timedelta(minutes=1))
    with pytest.raises(BookingMoved, match="让给了下一位"):
        services.accept_offer(second.pk, actor=second.person)
    assert services.lapse_offer(second.pk)
    services.accept_offer(third.pk, actor=third.person)

    assert states(hall) == ["cancelled", "lapsed", "booked"]
    assert not services.lapse_offer(second.pk)


def test_an_offer_never_reaches_beyond_the_beginning():
    hall = slot(1, starts_at=now() + timedelta(hours=2), ends_at=now() + timedelta(hours=3))
    first, second = book(hall), book(hall)
    services.cancel_booking(first.pk, actor=first.person)

    second.refresh_from_db()
    assert second.offered_until == hall.starts_at


def test_strangers_neither_cancel_nor_accept():
    hall, (stranger,) = slot(1), people(1)
    first, second = book(hall), book(hall)

    with pytest.raises(NotAllowed):
        services.cancel_booking(first.pk, actor=stranger)
    services.cancel_booking(first.pk, actor=first.person)
    with pytest.raises(NotAllowed):
        services.accept_offer(second.pk, actor=stranger)


def test_what_has_begun_is_not_cancelled_and_nothing_is_cancelled_twice():
    hall = slot(2)
    one, two = book(hall), book(hall)
    services.cancel_booking(two.pk, actor=two.person)
    begin(hall)

    with pytest.raises(BookingMoved, match="已经开始"):
        services.cancel_booking(one.pk, actor=one.person)
    with pytest.raises(BookingMoved, match="不用再取消"):
        services.cancel_booking(two.pk, actor=two.person)


def test_the_host_cancels_and_the_person_is_told():
    hall = slot()
    booking = book(hall)

    services.cancel_booking(booking.pk, actor=office())

    booking.refresh_from_db()
    assert booking.cancelled_by == "host"
    assert "取消了" in Notice.objects.get(person=booking.person).title


def test_an_operator_books_before_the_window_opens_on_the_net():
    hall = slot(opens_at=now() + timedelta(hours=2), starts_at=at(9, days=3), ends_at=at(10, days=3))

    assert services.book_for(hall.pk, actor=office(), channel="phone", guest="来电的人").state == "booked"


def test_a_person_of_the_house_books_like_everybody(django_assert_max_num_queries):
    hall, person = slot(100), agree(PersonFactory())
    digest = text_digest()
    with django_assert_max_num_queries(10):
        book(hall, person, text_digest=digest)

    assert Slot.objects.get().quotas.get().taken == 1
