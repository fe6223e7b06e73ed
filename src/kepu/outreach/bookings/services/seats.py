"""The counter rows: one conditional UPDATE seats a party; everything else holds the rows that it changes.

Rows are locked in the order of `position`, shared seats last, by everybody; a booking locks its own channel's row and
the shared one, whoever frees seats locks all. Locks are taken in this order: slot, person, bookings that are changed,
counters, waiting bookings (those that somebody else holds are passed over).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import F
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


def seat_party(slot: Slot, channel: str, seats: int) -> str:
    """Take seats for a party, in the caller's transaction.

    The usual case is one conditional UPDATE. Only where a channel's own seats do not suffice are the rows held, so that
    shared seats can be lent to it; they then stay held, and what the caller writes about a full slot is still true when
    it commits.

    Returns:
        The channel of the row that holds the seats; empty where the party does not fit.
    """
    rows = {row.channel: row for row in ChannelQuota.objects.filter(slot=slot, channel__in=(channel, Channel.SHARED))}
    own = rows.get(channel)
    has_own = own is not None and not own.is_released
    first = rows[channel] if has_own else rows[Channel.SHARED]
    fits = ChannelQuota.objects.filter(pk=first.pk, taken__lte=F("seats") - seats)
    if has_own:
        fits = fits.filter(is_released=False)
    if fits.update(taken=F("taken") + seats):
        return first.channel
    held = held_pools(slot, (channel, Channel.SHARED) if has_own else (Channel.SHARED,))
    pool = take_seats(held, channel, seats)
    if pool is None:
        return ""
    store_pools(held)
    return pool.channel


def held_pools(slot: Slot, only: Iterable[str] = tuple(Channel)) -> dict[str, Pool]:
    """The counter rows of a slot, locked in their order."""
    rows = ChannelQuota.objects.select_for_update(no_key=True).filter(slot=slot, channel__in=only).order_by("position")
    return {row.channel: Pool(row.channel, row.seats, row.taken, row.borrowed, row.is_released, row.pk) for row in rows}


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
