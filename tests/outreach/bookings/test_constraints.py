"""Each constraint refuses what it names."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kepu.outreach.bookings.models import Arrival, Booking, ChannelQuota, Slot
from tests.outreach.bookings.factories import at, book, office, slot

pytestmark = pytest.mark.django_db


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("slot_ends_after_start", {"ends_at": at(1), "closes_at": at(0)}),
        ("slot_closes_after_opening", {"opens_at": at(9), "closes_at": at(8)}),
        ("slot_closes_before_end", {"closes_at": at(23)}),
        ("slot_has_seats", {"capacity": 0}),
        ("slot_mode_known", {"mode": "lottery"}),
        ("slot_state_known", {"state": "ajar"}),
        ("slot_draw_has_seed", {"draw_at": at(8)}),
    ],
)
def test_a_slot_makes_sense(name, values):
    hall = slot()

    refused(f"{name}|slot_draw_has_seed", lambda: Slot.objects.filter(pk=hall.pk).update(**values))


def test_a_draw_is_before_the_beginning():
    hall = slot(days=2, draw_at=at(9))

    refused("slot_draw_in_time", lambda: Slot.objects.filter(pk=hall.pk).update(draw_at=hall.starts_at + timedelta(1)))


@pytest.mark.parametrize(
    ("name", "channel", "values"),
    [
        ("quota_never_oversold", "shared", {"taken": 11}),
        ("quota_channel_known", "phone", {"channel": "fax"}),
        ("quota_borrowed_within_seats", "phone", {"borrowed": 5}),
        ("quota_shared_lends_only", "shared", {"borrowed": 1}),
        ("quota_once_a_channel", "phone", {"channel": "shared"}),
    ],
)
def test_a_counter_is_never_oversold(name, channel, values):
    hall = slot(10, quotas={"phone": 4})

    refused(name, lambda: ChannelQuota.objects.filter(slot=hall, channel=channel).update(**values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("booking_state_known", {"state": "perhaps", "seated_in": ""}),
        ("booking_channel_known", {"channel": "shared"}),
        ("booking_has_people", {"party_size": 0}),
        ("booking_seated_says_where", {"seated_in": ""}),
        ("booking_offer_has_limit", {"state": "offered"}),
        ("booking_cancelled_says_by_whom", {"state": "cancelled", "seated_in": ""}),
        ("booking_has_somebody", {"person": None}),
    ],
)
def test_a_booking_makes_sense(name, values):
    booking = book(slot())

    refused(name, lambda: Booking.objects.filter(pk=booking.pk).update(**values))


def test_one_person_has_one_active_booking_of_a_slot():
    booking = book(slot())
    booking.pk = None

    refused("booking_once_a_slot", lambda: booking.save(force_insert=True))


def test_an_arrival_has_a_known_way_and_its_key_is_once():
    booking, actor = book(slot()), office()
    given = {"booking": booking, "at": at(9), "people": 1, "checked_by": actor}
    key = "6f1b5d0e-6a0c-4e58-9f0e-0d8f3a4f1c11"
    Arrival.objects.create(key=key, way="list", **given)

    refused("bookings_arrival_key", lambda: Arrival.objects.create(key=key, way="list", **given))
    refused("arrival_way_known", lambda: Arrival.objects.filter(key=key).update(way="window"))
