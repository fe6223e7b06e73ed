"""Put a slot at another time or place; its seats, and who waits for them, stay as they are."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.queue.services import enqueue
from kepu.outreach.bookings.choices import BookingState, SlotState
from kepu.outreach.bookings.errors import SlotNotOpen, SlotUnfit
from kepu.outreach.bookings.events import SlotMoved
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.permissions import may_manage_slot


@transaction.atomic
def move_slot(slot_id: int, *, starts_at: datetime, ends_at: datetime, place: str = "", actor: Person | None) -> Slot:
    """Put a slot at another time or place; a job tells everybody who comes, waits or stands in the draw, once.

    The windows of booking, release and draw keep their distance to the beginning. Nobody loses a seat: who has
    something else at the new time is told and gives one of the two up.

    Args:
        slot_id: of the slot.
        starts_at: when it begins now.
        ends_at: when it ends now.
        place: where it is now; as before where empty.
        actor: who manages it; None only where an upper room acts by its own rule.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: over, begun or cancelled.
        SlotUnfit: times out of order or past, or no time would be left to book or to draw.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if actor is not None and not may_manage_slot(actor, slot):
        raise NotAllowed
    if slot.state != SlotState.OPEN or slot.starts_at <= now():
        raise SlotNotOpen(_("这一场已经开始、结束或取消，不能再改期。"))
    if ends_at <= starts_at or starts_at <= now():
        raise SlotUnfit(_("请核对时间：开始要在现在以后，结束要晚于开始。"), field="starts_at")
    by, before = starts_at - slot.starts_at, slot.starts_at
    slot.starts_at, slot.ends_at, slot.place = starts_at, ends_at, place.strip()[:200] or slot.place
    _move_windows(slot, by)
    slot.moved += 1
    slot.save(update_fields=["starts_at", "ends_at", "place", "opens_at", "closes_at", "draw_at", "moved"])
    slot.quotas.filter(release_at__isnull=False, is_released=False).update(release_at=F("release_at") + by)
    late = Booking.objects.filter(slot=slot, state=BookingState.OFFERED, offered_until__gt=starts_at)
    late.update(offered_until=starts_at)
    record("bookings.slot.moved", slot, actor=actor, before=f"{localtime(before):%Y-%m-%d %H:%M}", turn=slot.moved)
    publish(SlotMoved(slot.pk, slot.subject_type, slot.subject_id))
    enqueue("bookings.tell_moved", slot_id=slot.pk, turn=slot.moved)
    return slot


def _move_windows(slot: Slot, by: timedelta) -> None:
    """What has not happened yet moves along; booking that has begun goes on."""
    slot.closes_at = min(slot.closes_at + by, slot.ends_at)
    if slot.opens_at > now():
        slot.opens_at = max(slot.opens_at + by, now())
    if slot.awaits_draw and slot.draw_at is not None:
        slot.draw_at += by
        if slot.draw_at <= max(slot.opens_at, now()):
            raise SlotUnfit(_("改得太近了，抽签要在那以前：请改晚一些，或取消后另开一场。"), field="starts_at")
    if slot.closes_at <= max(slot.opens_at, now()):
        slot.closes_at = slot.starts_at
