"""Open a slot, change its seats, release a channel, cancel it."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.queue.services import enqueue
from kepu.outreach.bookings.choices import ACTIVE_STATES, WAYS, BookingState, CancelledBy, Channel, SlotMode, SlotState
from kepu.outreach.bookings.errors import SlotNotOpen, SlotUnfit
from kepu.outreach.bookings.events import SlotCancelled, SlotOpened
from kepu.outreach.bookings.models import Booking, ChannelQuota, Slot
from kepu.outreach.bookings.permissions import may_manage_slot
from kepu.outreach.bookings.queries import rules_in_force
from kepu.outreach.bookings.rules import MOST_SEATS, Pool, is_managed_by, release_pool, subject_of
from kepu.outreach.bookings.services.seats import free_and_offer, held_pools

SEED_BYTES = 32
_OPENING = 0x6B627300  # any number under which nothing else locks
_POSITION = {channel: number for number, channel in enumerate((*WAYS, Channel.SHARED))}


@transaction.atomic
def open_slot(
    subject_type: str,
    subject_id: str,
    *,
    actor: Person | None,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    quotas: Mapping[str, int] | None = None,
    release_at: Mapping[str, datetime] | None = None,
    draw_at: datetime | None = None,
    title: str = "",
    place: str = "",
    key: UUID | None = None,
) -> Slot:
    """Open a slot of a thing for bookings.

    Args:
        subject_type: a registered type.
        subject_id: of the thing.
        actor: who manages it; None only where an upper room acts by its own rule.
        starts_at: when it begins.
        ends_at: when it ends.
        capacity: seats of all channels together.
        opens_at: from when on one may book; now where none is given.
        closes_at: until when; the beginning where none is given.
        quotas: channel → seats kept for it; what is left is shared by all.
        release_at: channel → when its unused seats go to all.
        draw_at: when lots are drawn among all who entered until then; first come, first served without it.
        title: of the slot; the thing's own where empty.
        place: where it is; the thing's own where empty.
        key: of the form; one that was sent before opens nothing more, its slot is returned.

    Raises:
        SlotUnfit: the thing is unknown, or times or seats do not go together.
        NotAllowed: the actor does not manage the thing.
    """
    subject = subject_of(subject_type, subject_id)
    if subject is None:
        raise SlotUnfit(_("没有找到要开放预约的对象，请从它的页面进来。"))
    if actor is not None and not is_managed_by(actor, subject_type, subject_id):
        raise NotAllowed
    hold_openings(subject_type, subject_id)
    if key is not None and (
        known := Slot.objects.filter(key=key, subject_type=subject_type, subject_id=subject_id).first()
    ):
        return known
    opens_at, closes_at = opens_at or min(now(), starts_at), closes_at or starts_at
    _require_times(starts_at, ends_at, opens_at, closes_at, draw_at)
    seats = _divided(capacity, quotas or {})
    rules = rules_in_force()
    slot = Slot.objects.create(
        subject_type=subject_type,
        subject_id=subject_id,
        title=title or subject.title,
        place=place or subject.place,
        address=subject.address,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=opens_at,
        closes_at=closes_at,
        capacity=capacity,
        mode=SlotMode.DRAW if draw_at else SlotMode.FIRST_COME,
        draw_at=draw_at,
        seed=secrets.token_bytes(SEED_BYTES) if draw_at else None,
        rules=asdict(rules),
        rules_version=rules.version,
        key=key,
        opened_by=actor,
        is_demonstration=subject.is_demonstration,
    )
    ChannelQuota.objects.bulk_create(
        ChannelQuota(
            slot=slot,
            channel=channel,
            seats=count,
            position=_POSITION[Channel(channel)],
            release_at=(release_at or {}).get(channel) if channel != Channel.SHARED else None,
        )
        for channel, count in seats.items()
    )
    record("bookings.slot.opened", slot, actor=actor, capacity=capacity, quotas=seats, seed_digest=slot.seed_digest)
    publish(SlotOpened(slot.pk, subject_type, subject_id))
    return slot


def hold_openings(subject_type: str, subject_id: str) -> None:
    """Let slots of one thing be opened one after the other, until the transaction ends: two windows see each other's."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_OPENING, f"{subject_type}:{subject_id}"])


def _require_times(
    starts_at: datetime, ends_at: datetime, opens_at: datetime, closes_at: datetime, draw_at: datetime | None
) -> None:
    if ends_at <= starts_at:
        raise SlotUnfit(_("结束要晚于开始，请改一改时间。"), field="ends_at")
    if closes_at <= opens_at or closes_at > ends_at:
        raise SlotUnfit(_("截止预约要晚于开始预约，不晚于结束。"), field="closes_at")
    if draw_at is not None and not opens_at < draw_at <= starts_at:
        raise SlotUnfit(_("抽签要在开始预约之后、场次开始之前。"), field="draw_at")


def _divided(capacity: int, quotas: Mapping[str, int]) -> dict[str, int]:
    """Channel → seats, in the order of locking; what no channel keeps is shared."""
    if not 1 <= capacity <= MOST_SEATS:
        raise SlotUnfit(_("座位数从 1 到 %(most)d。") % {"most": MOST_SEATS}, field="capacity")
    unknown = [channel for channel in quotas if channel not in WAYS]
    if unknown or any(count < 0 for count in quotas.values()):
        raise SlotUnfit(_("渠道或配额不对，请从列表里选渠道，配额不小于 0。"), field="capacity")
    kept = sum(quotas.values())
    if kept > capacity:
        words = {"kept": kept, "capacity": capacity}
        raise SlotUnfit(_("各渠道留的座位加起来 %(kept)d 个，多于总数 %(capacity)d。") % words, field="capacity")
    seats = {str(channel): quotas[channel] for channel in WAYS if quotas.get(channel) is not None}
    return {**seats, str(Channel.SHARED): capacity - kept}


@transaction.atomic
def change_capacity(slot_id: int, capacity: int, *, actor: Person, quotas: Mapping[str, int] | None = None) -> Slot:
    """Give a slot more or fewer seats; new ones go to who waits, in the same step.

    Args:
        slot_id: of the slot.
        capacity: seats of all channels together, from now on.
        actor: who manages it.
        quotas: channel → seats kept for it; as they are where none is given. A released channel keeps nothing more.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: over or cancelled.
        SlotUnfit: more seats are taken than would be left.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if not may_manage_slot(actor, slot):
        raise NotAllowed
    if slot.state != SlotState.OPEN:
        raise SlotNotOpen(_("这一场已经结束或取消，座位不用再改。"))
    pools = held_pools(slot)
    before = sum(pool.free for pool in pools.values())
    _resize(slot, pools, capacity, quotas or {})
    record("bookings.slot.resized", slot, actor=actor, before=slot.capacity, after=capacity, quotas=dict(quotas or {}))
    slot.capacity = capacity
    slot.save(update_fields=["capacity"])
    free_and_offer(slot, pools, max(0, sum(pool.free for pool in pools.values()) - before))
    return slot


def _resize(slot: Slot, pools: dict[str, Pool], capacity: int, quotas: Mapping[str, int]) -> None:
    """Set the pools' seats so that they add up to the capacity; never below what is taken."""
    _divided(capacity, quotas)
    for channel, seats in quotas.items():
        if channel not in pools:
            row = ChannelQuota.objects.create(slot=slot, channel=channel, seats=0, position=_POSITION[Channel(channel)])
            pools[channel] = Pool(channel, 0, pk=row.pk)
        if not pools[channel].is_released:
            pools[channel].seats, pools[channel].borrowed = max(seats, pools[channel].taken), 0
    shared = pools[Channel.SHARED]
    left = capacity - sum(pool.seats for pool in pools.values() if pool is not shared)
    for pool in pools.values():  # a smaller hall: channels give up what nobody took, before anybody is refused
        if pool is not shared and left < shared.taken:
            given = min(pool.free, shared.taken - left)
            pool.seats, pool.borrowed, left = pool.seats - given, 0, left + given
    if left < shared.taken:
        taken = sum(pool.taken for pool in pools.values())
        words = {"taken": taken, "capacity": capacity}
        raise SlotUnfit(
            _("已经约出 %(taken)d 个座位，不能改成 %(capacity)d 个。先和约好的人商量取消，再改。") % words,
            field="capacity",
        )
    shared.seats = left


@transaction.atomic
def release_channel(slot_id: int, channel: str) -> int:
    """Give a channel's unused seats to all channels, once; who waits is offered them in the same step.

    Returns:
        How many seats were released; 0 where it was done before.
    """
    slot = Slot.objects.select_for_update(no_key=True).get(pk=slot_id)
    pools = held_pools(slot)
    if channel == Channel.SHARED or channel not in pools or pools[channel].is_released:
        return 0
    freed = release_pool(pools, channel)
    record("bookings.channel.released", slot, actor=None, channel=channel, seats=freed)
    free_and_offer(slot, pools, freed)
    return freed


@transaction.atomic
def cancel_slot(slot_id: int, *, actor: Person | None, reason: str) -> Slot:
    """Call a slot off; a job tells everybody who was coming, waiting or in the draw.

    Args:
        slot_id: of the slot.
        actor: who manages it; None only where an upper room acts by its own rule.
        reason: whoever booked reads it.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: over or cancelled before.
        SlotUnfit: no reason is given.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if actor is not None and not may_manage_slot(actor, slot):
        raise NotAllowed
    if slot.state != SlotState.OPEN:
        raise SlotNotOpen(_("这一场已经结束或取消，不用再取消。"))
    if not reason.strip():
        raise SlotUnfit(_("请写为什么取消，约了的人会看到。"), field="reason")
    slot.state, slot.reason = SlotState.CANCELLED, reason.strip()[:200]
    slot.save(update_fields=["state", "reason"])
    active = Booking.objects.select_for_update().filter(slot=slot, state__in=ACTIVE_STATES).order_by("pk")
    ids = list(active.values_list("pk", flat=True))
    Booking.objects.filter(pk__in=ids).update(
        state=BookingState.CANCELLED, cancelled_by=CancelledBy.SLOT, seated_in="", offered_until=None, changed_at=now()
    )
    taken = _taken_by_channel(slot)
    for channel, pool in held_pools(slot).items():
        ChannelQuota.objects.filter(pk=pool.pk).update(taken=taken.get(channel, 0))
    record("bookings.slot.cancelled", slot, actor=actor, reason=slot.reason, bookings=len(ids))
    publish(SlotCancelled(slot.pk, slot.subject_type, slot.subject_id))
    enqueue("bookings.tell_cancelled", slot_id=slot.pk)
    return slot


def _taken_by_channel(slot: Slot) -> dict[str, int]:
    """Seats of those who were in before the slot was called off."""
    taken: dict[str, int] = {}
    for one in Booking.objects.filter(slot=slot).exclude(seated_in=""):
        taken[one.seated_in] = taken.get(one.seated_in, 0) + one.seats
    return taken
