"""What time does to slots: release, draw, lapse, close, no-shows, telling, erasure."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.outreach.bookings.choices import ACTIVE_STATES, BookingState, CancelledBy, SlotState
from kepu.outreach.bookings.events import NotShownUp
from kepu.outreach.bookings.models import Arrival, Booking, ChannelQuota, Slot
from kepu.outreach.bookings.rules import filled_by_rooms
from kepu.outreach.bookings.services.drawing import draw
from kepu.outreach.bookings.services.leaving import lapse_offer
from kepu.outreach.bookings.services.seats import tell
from kepu.outreach.bookings.services.slots import release_channel

_UNSEATED = (BookingState.WAITING, BookingState.IN_DRAW)


@dataclass(frozen=True, slots=True)
class KeepingReport:
    """What a run of the care did."""

    released: int
    drawn: int
    lapsed: int
    closed: int
    no_shows: int


def keep_slots() -> KeepingReport:
    """Everything that is due by now; runs as often as one likes, each thing in a transaction of its own.

    Raises:
        ExceptionGroup: what failed, after the rest is done.
    """
    at = now()
    due = ChannelQuota.objects.filter(release_at__lte=at, is_released=False, slot__state=SlotState.OPEN)
    to_draw = Slot.objects.filter(state=SlotState.OPEN, drawn_at=None, draw_at__lte=at)
    offered = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lte=at)
    begun = Slot.objects.filter(state=SlotState.OPEN, starts_at__lte=at)
    with care_round() as care:
        return KeepingReport(
            released=sum(care.each(lambda one: release_channel(*one), list(due.values_list("slot_id", "channel")))),
            drawn=len(care.each(draw, _ids(to_draw))),
            lapsed=sum(care.each(lapse_offer, _ids(offered))),
            closed=sum(care.each(close_slot, _ids(begun))),
            no_shows=sum(care.each(mark_no_shows, _ids(_with_no_shows()))),
        )


def _ids(things: object) -> list[int]:
    return list(things.values_list("pk", flat=True))  # type: ignore[attr-defined]


@transaction.atomic
def close_slot(slot_id: int) -> bool:
    """Once a slot has begun who still waits is told that it came to nothing; once it is over it is closed.

    Returns:
        Whether it was closed now.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if slot.state != SlotState.OPEN or slot.starts_at > now():
        return False
    waiting = Booking.objects.select_for_update(of=("self",)).select_related("person", "acted_by")
    for one in waiting.filter(slot=slot, state__in=_UNSEATED):
        one.state, one.changed_at = BookingState.LAPSED, now()
        one.save(update_fields=["state", "changed_at"])
        with city_words():
            tell(one, "ended", _("没有等到名额：%(title)s。可以看看别的场次。") % {"title": slot.title})
    if not slot.is_over:
        return False
    slot.state = SlotState.CLOSED
    slot.save(update_fields=["state"])
    record("bookings.slot.closed", slot, actor=None)
    return True


def _with_no_shows() -> object:
    """Slots that were over long enough and whose gate was kept: without any arrival noted nobody is called absent.

    Who does not come to what only its room fills is that room's matter.
    """
    minutes = values_in_force("bookings.").get("no_show_minutes", 60)
    booked = Booking.objects.filter(slot=OuterRef("pk"), state=BookingState.BOOKED)
    arrivals = Arrival.objects.filter(booking__slot=OuterRef("pk"))
    over = Slot.objects.filter(state=SlotState.CLOSED, ends_at__lte=now() - timedelta(minutes=minutes))
    return over.filter(Exists(booked), Exists(arrivals)).exclude(subject_type__in=filled_by_rooms())


@transaction.atomic
def mark_no_shows(slot_id: int) -> int:
    """Mark who held seats of a slot that is over and did not come, and remind them kindly of the rule.

    A gate at which nobody was noted at all was not kept, or its offline list is still to come: then nobody is marked.

    Returns:
        How many were marked.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if not slot.is_over or slot.state == SlotState.CANCELLED:
        return 0
    if not Arrival.objects.filter(booking__slot=slot).exists():
        return 0
    absent = Booking.objects.select_for_update(of=("self",)).select_related("person", "acted_by")
    marked = 0
    for one in absent.filter(slot=slot, state=BookingState.BOOKED):
        one.state, one.changed_at = BookingState.NO_SHOW, now()
        one.save(update_fields=["state", "changed_at"])
        publish(NotShownUp(one.pk, slot.pk))
        marked += 1
        with city_words():
            title = _("您约了没有来：%(title)s。下次来不了，请提前取消，让给候补的人。") % {"title": slot.title}
            tell(one, "no_show", title)
    record("bookings.slot.no_shows_marked", slot, actor=None, count=marked)
    return marked


def tell_cancelled(slot_id: int) -> int:
    """Tell everybody whom a cancelled slot concerned, each once; returns how many."""
    slot = Slot.objects.get(pk=slot_id)
    concerned = Booking.objects.filter(slot=slot, cancelled_by=CancelledBy.SLOT).select_related("person", "acted_by")
    with city_words():
        title = _("场次取消了：%(title)s") % {"title": slot.title}
    told = 0
    for one in concerned.iterator():
        tell(one, "slot_cancelled", title, body=slot.reason, is_urgent=True)
        told += 1
    return told


def tell_moved(slot_id: int, turn: int) -> int:
    """Tell everybody who comes, waits or stands in the draw when and where it is now, each once; returns how many.

    Args:
        slot_id: of the slot.
        turn: which move it was; of an older one nobody is told any more, the newer one tells.
    """
    slot = Slot.objects.get(pk=slot_id)
    if slot.moved != turn or slot.state == SlotState.CANCELLED:
        return 0
    concerned = Booking.objects.filter(slot=slot, state__in=ACTIVE_STATES).select_related("person", "acted_by")
    with city_words():
        words = {"title": slot.title, "when": f"{localtime(slot.starts_at):%Y-%m-%d %H:%M}"}
        title = _("改期了：%(title)s，改到 %(when)s") % words
        said = (
            _("地点：%(place)s。来不了，请取消，让给候补的人。") if slot.place else _("来不了，请取消，让给候补的人。")
        )
    told = 0
    for one in concerned.iterator():
        tell(one, f"moved.{turn}", title, body=said % {"place": slot.place}, is_urgent=True)
        told += 1
    return told


def tell_answers(slot_id: int) -> int:
    """Give everybody in a draw the answer, each once; returns how many."""
    slot = Slot.objects.get(pk=slot_id)
    entries = Booking.objects.filter(slot=slot, draw_rank__isnull=False).select_related("person", "acted_by")
    told = 0
    for one in entries.iterator():
        with city_words():
            words = {"title": slot.title, "rank": one.draw_rank}
            if one.seated_in:
                title = _("抽中了：%(title)s") % words
            else:
                title = _("这次没有抽中：%(title)s。您排在第 %(rank)d 位，有人取消会按次序补上") % words
        tell(one, "drawn", title)
        told += 1
    return told


def erase_said() -> int:
    """Erase names of guests and what people said they need, some days after the slot; returns how many bookings."""
    days = values_in_force("bookings.").get("keep_guest_days")
    if days is None:
        return 0
    old = Booking.objects.filter(~Q(guest="") | ~Q(needs=""), slot__ends_at__lt=now() - timedelta(days=days))
    return old.update(guest="", needs="")
