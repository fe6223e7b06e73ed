"""The counter rows: one conditional UPDATE seats a party; everything else holds the rows that it changes.

Rows are locked in the order of `position`, shared seats last, by everybody; a booking locks its own channel's row and
the shared one, whoever frees seats locks all. Locks are taken in this order: slot, person, bookings that are changed,
counters, waiting bookings (those that somebody else holds are passed over).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import connection
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.foundation.clock import now
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.bookings.choices import BookingState, Channel
from kepu.outreach.bookings.events import SeatOffered, SeatReleased
from kepu.outreach.bookings.models import Booking, ChannelQuota, Slot
from kepu.outreach.bookings.rules import Pool, first_fitting, take_seats

Pools = Mapping[str, Pool]

# The channel's own row, where it has one that was not released, else the shared one; the condition is looked at again
# when another booker held the row.
_SEAT = """
update bookings_channelquota set taken = taken + %(seats)s
where id = (
    select id from bookings_channelquota
    where slot_id = %(slot)s and (channel = %(shared)s or (channel = %(channel)s and not is_released))
    order by position limit 1
) and taken + %(seats)s <= seats and (channel = %(shared)s or not is_released)
returning channel
"""
_HOLD = """
select channel, seats, taken, borrowed, is_released, id from bookings_channelquota
where slot_id = %s and channel = any(%s) and (%s or not is_released) order by position for no key update
"""


def seat_party(slot: Slot, channel: str, seats: int) -> str:
    """Take seats for a party, in the caller's transaction.

    The usual case is one conditional UPDATE. Only where a channel's own seats do not suffice are the rows held, so that
    shared seats can be lent to it; they then stay held, and what the caller writes about a full slot is still true when
    it commits.

    Returns:
        The channel of the row that holds the seats; empty where the party does not fit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEAT, {"slot": slot.pk, "channel": channel, "shared": Channel.SHARED, "seats": seats})
        seated = cursor.fetchone()
    if seated is not None:
        return str(seated[0])
    held = held_pools(
        slot, (channel, Channel.SHARED), with_released=False
    )  # a released row is never locked after shared
    pool = take_seats(held, channel, seats)
    if pool is None:
        return ""
    store_pools(held)
    return pool.channel


def held_pools(slot: Slot, only: Iterable[str] = tuple(Channel), *, with_released: bool = True) -> dict[str, Pool]:
    """The counter rows of a slot, locked in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [slot.pk, [str(channel) for channel in only], with_released])
        return {row[0]: Pool(*row) for row in cursor.fetchall()}


def store_pools(pools: Pools) -> None:
    """Write locked rows back."""
    for pool in pools.values():
        ChannelQuota.objects.filter(pk=pool.pk).update(
            seats=pool.seats, taken=pool.taken, borrowed=pool.borrowed, is_released=pool.is_released
        )


def offer_free_seats(slot: Slot, pools: Pools) -> list[Booking]:
    """Hold free seats for those who wait, in their order, each party that fits; tell them. The rows must be locked.

    Nobody is offered seats once the slot has begun. The caller stores the pools afterwards.
    """
    free = sum(pool.free for pool in pools.values())
    if not free or slot.starts_at <= now():
        return []
    waiting = list(
        Booking.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(slot=slot, state=BookingState.WAITING)
        .select_related("person")
    )
    by_number = {one.pk: one for one in waiting}
    seated = first_fitting(pools, [(one.pk, one.channel, one.seats) for one in waiting])
    until = min(now() + timedelta(hours=slot.said_rules.offer_hours), slot.starts_at)
    for number, channel in seated:
        one = by_number[number]
        one.state, one.seated_in, one.offered_until, one.changed_at = BookingState.OFFERED, channel, until, now()
        one.save(update_fields=["state", "seated_in", "offered_until", "changed_at"])
        publish(SeatOffered(booking_id=one.pk, slot_id=slot.pk))
        _tell_offered(slot, one)
    return [by_number[number] for number, _channel in seated]


def free_and_offer(slot: Slot, pools: Pools, freed: int) -> None:
    """Seats fell free: say so, offer them, and write the locked rows."""
    if freed:
        publish(SeatReleased(slot_id=slot.pk, seats=freed))
    offer_free_seats(slot, pools)
    store_pools(pools)


def _tell_offered(slot: Slot, booking: Booking) -> None:
    with city_words():
        tell(
            booking,
            "offered",
            _("候补到名额了：%(title)s，请在 %(until)s 前确认")
            % {"title": slot.title, "until": f"{localtime(booking.offered_until):%m-%d %H:%M}"},
            is_urgent=True,
        )


def tell(booking: Booking, what: str, title: str, *, body: str = "", is_urgent: bool = False) -> None:
    """Tell the person of a booking something, once; for a guest without an account, whoever booked is told."""
    person = booking.person or booking.acted_by
    if person is None:
        return
    turn = f":{booking.offered_until.isoformat()}" if booking.offered_until else ""
    page = "bookings:own" if booking.person_id else "bookings:desk_slot"
    notify(
        person,
        key=f"bookings.{what}:{booking.pk}{turn}",
        kind="bookings.booking",
        title=title,
        body=body,
        url=reverse(page, args=[booking.pk if booking.person_id else booking.slot_id]),
        is_urgent=is_urgent,
    )
