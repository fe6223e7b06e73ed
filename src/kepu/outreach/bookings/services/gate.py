"""At the gate: by rolling code, from the list, from a list kept offline, and people who just came."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.outreach.bookings.choices import EXPECTED_STATES, ArrivalWay, BookingState, Channel, SlotState
from kepu.outreach.bookings.errors import AlreadyIn, BookingMoved, CodeWrong, PartyUnfit, SlotFull, SlotNotOpen
from kepu.outreach.bookings.events import CheckedIn
from kepu.outreach.bookings.models import Arrival, Booking, Slot
from kepu.outreach.bookings.permissions import may_manage_slot
from kepu.outreach.bookings.queries import code_seconds
from kepu.outreach.bookings.rules import is_code_right, read_code
from kepu.outreach.bookings.services.booking import SECRET_BYTES
from kepu.outreach.bookings.services.seats import seat_party

EARLIEST = timedelta(hours=24)
"""A gate opens at most this long before a slot, so that nobody is let in on the wrong day by mistake."""
_AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OfflineArrival:
    """One line of a list that was kept offline."""

    key: uuid.UUID
    booking_id: int
    at: datetime
    people: int | None = None


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of the lines of an offline list."""

    new: int
    known: int
    refused: tuple[tuple[uuid.UUID, str], ...]


@transaction.atomic
def check_in(slot_id: int, typed: str, *, actor: Person, people: int | None = None) -> Booking:
    """Let a party in by the code that its phone shows now.

    Args:
        slot_id: whose gate it is.
        typed: what was typed or scanned.
        actor: who keeps the gate.
        people: how many came; the whole party where none is given.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: cancelled, or not today.
        CodeWrong: no code, of another slot, or no longer shown.
        AlreadyIn: it was used before.
        BookingMoved: the booking holds no seats.
    """
    slot = _gate(slot_id, actor)
    read = read_code(typed)
    booking = _held(slot, read[0]) if read else None
    if read is None or booking is None:
        raise CodeWrong(_("这一场没有这个入场码。请看是不是别的场次，或在名单里按称呼找。"))
    if not is_code_right(bytes(booking.secret), read[1], now(), seconds=code_seconds()):
        raise CodeWrong(_("入场码已经换了。请对方打开“我的预约”，读现在的数字；截图不能用。"))
    before = booking.arrivals.order_by("at").first()
    if before is not None:
        raise AlreadyIn(
            _("这个码 %(at)s 用过了，一个码只进一次。分批来的，在名单里按人数补签。")
            % {"at": f"{localtime(before.at):%H:%M}"},
            booking_id=booking.pk,
        )
    _require_expected(booking)
    _arrive(booking, uuid.uuid4(), now(), people, ArrivalWay.CODE, actor)
    return booking


@transaction.atomic
def check_in_listed(
    slot_id: int, booking_id: int, *, actor: Person, key: uuid.UUID, people: int | None = None
) -> Arrival:
    """Let a party, or a part of it, in from the list of expected people; the same key again changes nothing.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: cancelled, or not today.
        CodeWrong: the booking is not of this slot.
        BookingMoved: the booking holds no seats.
    """
    slot = _gate(slot_id, actor)
    return _from_list(slot, OfflineArrival(key, booking_id, now(), people), ArrivalWay.LIST, actor)


def merge_arrivals(slot_id: int, arrivals: Iterable[OfflineArrival], *, actor: Person) -> MergeReport:
    """Take in what a gate noted while the line was down: each line in a transaction of its own, each key once.

    Late is not too late: somebody who was marked as not having come is put right.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: the slot was cancelled.
    """
    slot = _gate(slot_id, actor)
    new, known, refused = 0, 0, []
    for one in arrivals:
        if Arrival.objects.filter(key=one.key).exists():
            known += 1
            continue
        try:
            with transaction.atomic():
                is_late = now() - one.at > _AT_ONCE
                _from_list(slot, one, ArrivalWay.OFFLINE if is_late else ArrivalWay.LIST, actor)
            new += 1
        except (CodeWrong, BookingMoved) as problem:
            refused.append((one.key, str(problem.message)))
    return MergeReport(new, known, tuple(refused))


@transaction.atomic
def admit(slot_id: int, people: int, *, actor: Person, key: uuid.UUID) -> Booking:
    """Let people in who did not book, while seats are free; nothing personal is asked of them.

    Raises:
        NotAllowed: the actor does not manage the slot.
        SlotNotOpen: cancelled, or not today.
        PartyUnfit: nobody came.
        SlotFull: fewer seats are left.
    """
    slot = _gate(slot_id, actor)
    before = Arrival.objects.select_related("booking").filter(key=key).first()
    if before is not None:
        return before.booking
    if people < 1:
        raise PartyUnfit(_("人数至少是 1。"), field="people")
    seated_in = seat_party(slot, Channel.ON_THE_SPOT, people)
    if not seated_in:
        raise SlotFull(_("余下的座位不够 %(seats)d 个人，没有放行。") % {"seats": people}, field="people")
    booking = Booking.objects.create(
        slot=slot, party_size=people, channel=Channel.ON_THE_SPOT, seated_in=seated_in, state=BookingState.BOOKED,
        acted_by=actor, secret=secrets.token_bytes(SECRET_BYTES), rules_version=slot.rules_version,
    )  # fmt: skip
    _arrive(booking, key, now(), people, ArrivalWay.WALK_IN, actor)
    return booking


@transaction.atomic
def note_arrival(booking_id: int, *, at: datetime) -> Booking:
    """A room that fills its slots itself saw somebody come; a second time changes nothing.

    Raises:
        BookingMoved: the booking holds no seat.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("slot").get(pk=booking_id)
    _require_expected(booking)
    if booking.state != BookingState.ATTENDED:
        _arrive(booking, uuid.uuid4(), at, None, ArrivalWay.CODE, None)
    return booking


def _gate(slot_id: int, actor: Person) -> Slot:
    slot = Slot.objects.get(pk=slot_id)
    if not may_manage_slot(actor, slot):
        raise NotAllowed
    if slot.state == SlotState.CANCELLED:
        raise SlotNotOpen(_("这一场取消了，不能签到。"))
    if now() < slot.starts_at - EARLIEST:
        raise SlotNotOpen(
            _("这一场 %(at)s 才开始，还不能签到。") % {"at": f"{localtime(slot.starts_at):%Y-%m-%d %H:%M}"}
        )
    return slot


def _held(slot: Slot, number: int) -> Booking | None:
    if number >= 1 << 63:
        return None
    found = Booking.objects.select_for_update(of=("self",)).select_related("person")
    booking = found.filter(slot=slot, pk=number).first()
    if booking is not None:
        booking.slot = slot
    return booking


def _require_expected(booking: Booking) -> None:
    if booking.state not in EXPECTED_STATES:
        raise BookingMoved(
            _("这个预约是“%(state)s”，没有座位。有余座的，可以按现场入场放行。")
            % {"state": booking.get_state_display()}
        )


def _from_list(slot: Slot, one: OfflineArrival, way: ArrivalWay, actor: Person) -> Arrival:
    booking = _held(slot, one.booking_id)
    if booking is None:
        raise CodeWrong(_("名单上没有这个预约，请刷新名单。"))
    before = Arrival.objects.filter(key=one.key).first()
    if before is not None:
        return before
    _require_expected(booking)
    return _arrive(booking, one.key, one.at, one.people, way, actor)


def _arrive(
    booking: Booking, key: uuid.UUID, at: datetime, people: int | None, way: ArrivalWay, actor: Person | None
) -> Arrival:
    """Note an arrival; more people than the party has seats are never counted, so two lists of the same party merge."""
    came = booking.arrivals.aggregate(total=Sum("people"))["total"] or 0
    counted = max(0, min(booking.seats if people is None else max(0, people), booking.seats - came))
    arrival = Arrival.objects.create(booking=booking, key=key, at=at, people=counted, way=way, checked_by=actor)
    if booking.state != BookingState.ATTENDED:
        booking.state, booking.changed_at = BookingState.ATTENDED, now()
        booking.save(update_fields=["state", "changed_at"])
    if counted:
        slot = booking.slot
        record("bookings.booking.checked_in", booking, actor=actor, way=way, people=counted, arrived_at=at)
        publish(CheckedIn(arrival.pk, booking.pk, slot.pk, slot.subject_type, slot.subject_id, counted))
    return arrival
