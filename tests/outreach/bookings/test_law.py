"""For any sequence of steps: never one seat too many, no seat lost, and the waiting list keeps its order."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kepu.foundation.clock import now
from kepu.foundation.errors import DomainError
from kepu.outreach.bookings import services
from kepu.outreach.bookings.choices import SEATED_STATES
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.rules import Pool, first_fitting, give_seats, release_pool, take_seats
from tests.outreach.bookings.factories import book, office, people, slot

CHANNELS = ("online", "phone", "group")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.sampled_from(CHANNELS), st.integers(1, 3)),
        st.tuples(st.just("cancel"), st.integers(0, 7), st.none()),
        st.tuples(st.just("accept"), st.integers(0, 7), st.none()),
        st.tuples(st.just("lapse"), st.integers(0, 7), st.none()),
        st.tuples(st.just("resize"), st.integers(1, 7), st.none() | st.integers(0, 3)),
        st.tuples(st.just("release"), st.sampled_from(("phone", "group")), st.none()),
    ),
    min_size=4,
    max_size=16,
)


def take_step(hall: Slot, step, actor, visitors) -> None:
    what, first, second = step
    made = list(Booking.objects.filter(slot=hall).order_by("pk"))
    one = made[first % len(made)] if what in {"cancel", "accept", "lapse"} and made else None
    if what == "book" and first == "online":
        book(hall, visitors.pop(), second)
    elif what == "book":
        services.book_for(hall.pk, actor=actor, channel=first, guest="来电的人", party_size=second)
    elif what == "resize":
        services.change_capacity(hall.pk, first, actor=actor, quotas={} if second is None else {"phone": second})
    elif what == "release":
        services.release_channel(hall.pk, first)
    elif what == "lapse" and one is not None:
        Booking.objects.filter(pk=one.pk, state="offered").update(offered_until=now() - timedelta(seconds=1))
        services.lapse_offer(one.pk)
    elif one is not None:
        act = services.cancel_booking if what == "cancel" else services.accept_offer
        act(one.pk, actor=one.person or actor)


def check(hall: Slot) -> None:
    """What must hold after every step."""
    hall.refresh_from_db()
    rows = {row.channel: row for row in hall.quotas.all()}
    seated = Booking.objects.filter(slot=hall, state__in=SEATED_STATES)
    held = {channel: sum(one.seats for one in seated if one.seated_in == channel) for channel in rows}

    assert sum(row.seats for row in rows.values()) == hall.capacity
    assert {channel: row.taken for channel, row in rows.items()} == held
    assert all(0 <= row.taken <= row.seats for row in rows.values())
    shared = rows["shared"].seats - rows["shared"].taken
    for waiting in Booking.objects.filter(slot=hall, state="waiting"):
        own = rows.get(waiting.channel)
        free = shared if own is None or own.is_released else shared + own.seats - own.taken
        assert waiting.seats > free, "somebody waits for seats that are free"


@pytest.mark.django_db
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 4), phone=st.integers(0, 2), group=st.integers(0, 2), steps=steps)
def test_whatever_happens_no_seat_is_sold_twice_or_lost(capacity, phone, group, steps):
    with transaction.atomic():
        hall = slot(capacity + phone + group, quotas={"phone": phone, "group": group})
        actor, visitors = office(), people(len(steps))
        for step in steps:
            with suppress(DomainError):
                take_step(hall, step, actor, visitors)
            check(hall)
        transaction.set_rollback(True)


pools = st.fixed_dictionaries(
    {
        "phone": st.builds(Pool, st.just("phone"), st.integers(0, 8)),
        "shared": st.builds(Pool, st.just("shared"), st.integers(0, 8)),
    }
)
parties = st.lists(st.tuples(st.sampled_from(("online", "phone")), st.integers(1, 5)), max_size=12)


@given(pools, parties)
def test_parties_are_seated_in_their_order_and_who_is_passed_over_did_not_fit(pools, parties):
    waiting = [(number, channel, seats) for number, (channel, seats) in enumerate(parties)]
    before = sum(pool.seats for pool in pools.values())

    seated = first_fitting(pools, waiting)

    numbers = [number for number, _channel in seated]
    assert numbers == sorted(numbers)
    assert sum(pool.seats for pool in pools.values()) == before
    assert sum(parties[number][1] for number in numbers) == sum(pool.taken for pool in pools.values())
    for number, channel, seats in waiting:
        assert number in numbers or take_seats(pools, channel, seats) is None


@given(pools, parties, st.integers(0, 12))
def test_giving_everything_back_leaves_everything_as_it_was(pools, parties, released_after):
    before = {channel: pool.seats for channel, pool in pools.items()}
    held = [(pool.channel, seats) for channel, seats in parties if (pool := take_seats(pools, channel, seats))]
    is_released = released_after < len(held)
    if is_released:
        release_pool(pools, "phone")
    for channel, seats in held:
        give_seats(pools, channel, seats)

    assert all(pool.taken == 0 for pool in pools.values())
    expected = {"phone": 0, "shared": sum(before.values())} if is_released else before
    assert {channel: pool.seats for channel, pool in pools.items()} == expected
