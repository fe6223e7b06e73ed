"""Decide on a seat: for oneself, for a caller, or for whom the room of the thing lets come."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kepu.directory.privacy.errors import ConsentMissing
from kepu.directory.privacy.queries import check_consent, has_agreed_to, standing_of
from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.bookings.choices import (
    OPERATOR_WAYS,
    BookingState,
    Channel,
    SlotState,
)
from kepu.outreach.bookings.errors import (
    AlreadyBooked,
    BookingBlocked,
    PartyUnfit,
    RulesChanged,
    SlotFull,
    SlotNotOpen,
)
from kepu.outreach.bookings.events import Booked, BookingQueued
from kepu.outreach.bookings.models import Booking, ChannelQuota, Slot
from kepu.outreach.bookings.permissions import may_manage_slot
from kepu.outreach.bookings.queries import active_at_same_time, record_of
from kepu.outreach.bookings.rules import MOST_SEATS, blocked_until, takes_anybody
from kepu.outreach.bookings.services.seats import seat_party, tell

CONSENT = "booking"
SECRET_BYTES = 20


@transaction.atomic
def book(
    slot_id: int,
    *,
    actor: Person,
    party_size: int = 1,
    accompanying: int = 0,
    rules_version: str,
    waits: bool = True,
    is_elderly: bool = False,
    needs: str = "",
    text_digest: str = "",
) -> Booking:
    """Book for oneself and one's party: seats, else a place on the waiting list; or an entry in the draw.

    Args:
        slot_id: of the slot.
        actor: who books; everybody may.
        party_size: people, the actor included.
        accompanying: adults who come along and need a seat too.
        rules_version: of the rules that the actor read.
        waits: whether to wait where no seats are left.
        is_elderly: the actor's own word; the no-show rule then only reminds.
        needs: what the host should know.
        text_digest: fingerprint of the consent text that stood beside the button, to which the actor agrees by booking;
            without it, an agreement from before must hold.

    Raises:
        GuardianNeeded: a child, whose guardian has to agree.
        ConsentMissing: not agreed, or the text changed meanwhile.
        SlotNotOpen: before or after its window, or cancelled.
        RulesChanged: the rules are others than were read.
        PartyUnfit: too many or too few people.
        BookingBlocked: the no-show rule.
        AlreadyBooked: this slot, or one at the same time.
        SlotFull: no seats, and the actor does not want to wait.
    """
    slot = hold_slot(slot_id)
    _require_anybody(slot)
    _require_window(slot)
    if rules_version != slot.rules_version:
        raise RulesChanged(_("预约规则刚改过，请看一遍再约。"), rules_version=slot.rules_version)
    channel = _way_of(slot, party_size, accompanying)
    require_agreement(actor, text_digest)
    draft = Booking(
        slot=slot, person=actor, party_size=party_size, accompanying=accompanying, channel=channel,
        is_elderly=is_elderly, needs=needs, rules_version=rules_version,
    )  # fmt: skip
    return _decide(draft, waits=waits, actor=actor)


@transaction.atomic
def book_for(
    slot_id: int,
    *,
    actor: Person,
    channel: str,
    person: Person | None = None,
    guest: str = "",
    party_size: int = 1,
    accompanying: int = 0,
    waits: bool = True,
    is_elderly: bool = False,
    needs: str = "",
) -> Booking:
    """Book for somebody who calls or stands there; that an operator did it is kept and shown.

    An operator may book before the window opens on the net and after it closes, until the slot ends.

    Args:
        slot_id: of the slot.
        actor: the operator.
        channel: phone, on the spot or group.
        person: for whom, where the person has an account; else
        guest: how to call them at the gate.
        party_size: people.
        accompanying: adults who come along.
        waits: whether to wait where no seats are left.
        is_elderly: as the caller says.
        needs: what the host should know.

    Raises:
        NotAllowed: the actor does not manage the slot.
        ConsentMissing: the person has an account and did not agree to the text on bookings.
        SlotNotOpen: over or cancelled.
        PartyUnfit: too many or too few people, or nobody is named.
        AlreadyBooked: this slot, or one at the same time.
        SlotFull: no seats, and the party does not want to wait.
    """
    slot = hold_slot(slot_id)
    if not may_manage_slot(actor, slot):
        raise NotAllowed
    if slot.state != SlotState.OPEN or slot.is_over:
        raise SlotNotOpen(_("这一场已经结束或取消，不能再约。"))
    if channel not in OPERATOR_WAYS:
        raise PartyUnfit(_("请选是电话、现场还是团体。"), field="channel")
    if person is None and not guest.strip():
        raise PartyUnfit(_("请写怎么称呼来的人，入场时好认。"), field="guest")
    _require_party(party_size, accompanying, slot)
    if person is not None and not standing_of(person.pk, CONSENT).holds:
        raise ConsentMissing(
            _("这位还没有同意“预约与参加活动”的告知书：请本人登录后同意，或不填登录名，只写怎么称呼。"), purpose=CONSENT
        )
    draft = Booking(
        slot=slot, person=person, guest=guest.strip() if person is None else "", party_size=party_size,
        accompanying=accompanying, channel=channel, is_elderly=is_elderly, needs=needs, acted_by=actor,
        rules_version=slot.rules_version,
    )  # fmt: skip
    booking = _decide(draft, waits=waits, actor=actor)
    if person is not None:
        with city_words():
            said = _("%(who)s为您约了：%(title)s（%(state)s）")
            words = {"who": actor, "title": slot.title, "state": booking.get_state_display()}
            tell(booking, "made", said % words)
    return booking


def _decide(draft: Booking, *, waits: bool, actor: Person) -> Booking:
    """The one decision: draw, seats or waiting list. The slot is held; the person is from here on."""
    slot = draft.slot
    if draft.person is not None:
        _hold_person(draft.person)
        is_busy, missed = record_of(draft.person.pk, slot)
        if is_busy:
            _refuse_second(slot, draft.person)
        if draft.acted_by is None and not draft.is_elderly and takes_anybody(slot.subject_type):
            _require_not_blocked(slot, missed)
    draft.secret = secrets.token_bytes(SECRET_BYTES)
    if slot.awaits_draw:
        draft.state = BookingState.IN_DRAW
    else:
        draft.seated_in = seat_party(slot, draft.channel, draft.seats)
        draft.state = BookingState.BOOKED if draft.seated_in else BookingState.WAITING
    if draft.state == BookingState.WAITING and not waits:
        raise SlotFull(_("余下的座位不够 %(seats)d 个人。可以候补，或换一场、减少人数。") % {"seats": draft.seats})
    _store(draft)
    record("bookings.booking.made", draft, actor=actor, slot=slot.pk, state=draft.state, seats=draft.seats)
    if draft.state == BookingState.BOOKED:
        publish(Booked(draft.pk, slot.pk, slot.subject_type, slot.subject_id))
    else:
        publish(BookingQueued(draft.pk, slot.pk, str(draft.state)))
    return draft


def hold_slot(slot_id: int) -> Slot:
    """The slot, held against cancelling, drawing and closing, but not against other bookers; before any other lock."""
    fields = Slot._meta.concrete_fields  # noqa: SLF001 Django documents _meta
    names = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:  # a query set would cost more than the decision itself
        cursor.execute(f"select {names} from bookings_slot where id = %s for share", [slot_id])  # noqa: S608 own names
        found = cursor.fetchone()
    if found is None:
        raise Slot.DoesNotExist
    slot = Slot.from_db(connection.alias, [field.attname for field in fields], found)
    slot.rules = json.loads(slot.rules)
    return slot


def _store(draft: Booking) -> None:
    """Write a new booking in one plain statement; the number comes from the database."""
    fields = [field for field in Booking._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
    names, marks = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(draft, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"insert into bookings_booking ({names}) values ({marks}) returning id", values)  # noqa: S608
        draft.pk = cursor.fetchone()[0]
    draft._state.adding, draft._state.db = False, connection.alias  # noqa: SLF001 as Model.save does


def require_agreement(person: Person, text_digest: str) -> None:
    """Whoever books, or asks for something, agrees to the text beside the button, or did so before.

    Args:
        person: who books.
        text_digest: fingerprint of the text that was shown; without it, an agreement from before must hold.

    Raises:
        GuardianNeeded: a child, whose guardian has to agree.
        ConsentMissing: not agreed, or the text changed meanwhile.
    """
    if has_agreed_to(person.pk, CONSENT, text_digest):
        return
    if text_digest and not standing_of(person.pk, CONSENT).holds:
        answer_consent(person.pk, CONSENT, is_given=True, text_digest=text_digest, actor=person)
    check_consent(person.pk, CONSENT)


def _require_anybody(slot: Slot) -> None:
    if not takes_anybody(slot.subject_type):
        raise SlotNotOpen(_("这一场不在这里预约，请从它自己的页面报名。"))


def _require_window(slot: Slot) -> None:
    at = now()
    if slot.state == SlotState.CANCELLED:
        raise SlotNotOpen(_("这一场取消了，请选别的场次。"))
    if at < slot.opens_at:
        raise SlotNotOpen(_("%(day)s 才开始预约，到时再来。") % {"day": _told(slot.opens_at)})
    if not slot.takes_bookings(at):
        raise SlotNotOpen(_("这一场的预约在 %(day)s 截止了，请选别的场次。") % {"day": _told(slot.closes_at)})


def _told(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"


def _require_party(party_size: int, accompanying: int, slot: Slot) -> int:
    seats = party_size + accompanying
    if party_size < 1 or accompanying < 0 or seats > MOST_SEATS:
        raise PartyUnfit(_("人数至少是 1。"), field="party_size")
    if seats > slot.capacity:
        words = {"seats": seats, "capacity": slot.capacity}
        raise PartyUnfit(
            _("连陪同的大人一共 %(seats)d 人，这一场只有 %(capacity)d 个座位。请分两场约。") % words, field="party_size"
        )
    return seats


def _way_of(slot: Slot, party_size: int, accompanying: int) -> str:
    """Small parties book on the net; a larger one is a group, where the slot takes groups."""
    seats = _require_party(party_size, accompanying, slot)
    most = slot.said_rules.most_party
    if seats <= most:
        return Channel.ONLINE
    if not ChannelQuota.objects.filter(slot=slot, channel=Channel.GROUP).exists():
        raise PartyUnfit(_("网上一次最多约 %(most)d 人，请减少人数，或打电话约。") % {"most": most}, field="party_size")
    return Channel.GROUP


def _hold_person(person: Person) -> None:
    """Two windows of one person decide one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select from directory_person where id = %s for no key update", [person.pk])


def _refuse_second(slot: Slot, person: Person) -> None:
    """Say which booking stands against a second one."""
    other = active_at_same_time(person, slot)
    if other is None:
        return
    words = {"title": other.slot.title, "at": _told(other.slot.starts_at), "state": other.get_state_display()}
    if other.slot_id == slot.pk:
        said = _("这一场您已经约过（%(state)s），不用再约；要改人数，先取消再约。")
    else:
        said = _("同一时间您已有“%(title)s”（%(at)s，%(state)s），一个时间只能约一场。要换，先取消那一场。")
    raise AlreadyBooked(said % words, booking_id=other.pk)


def _require_not_blocked(slot: Slot, missed: Sequence[datetime]) -> None:
    rules = slot.said_rules
    until = blocked_until(missed, rules, now())
    if until is not None:
        words = {"times": rules.no_shows, "days": rules.within_days, "until": _told(until)}
        raise BookingBlocked(
            _("%(days)d 天里有 %(times)d 次约了没来，%(until)s 前不能在网上约。急着来，请打电话或到现场。") % words,
            until=until,
        )


@transaction.atomic
def seat_person(slot_id: int, person: Person, *, actor: Person, waits: bool = True) -> Booking:
    """Seat somebody whom the room that keeps the thing lets come: its rules, and its consent, are looked at before.

    The no-show rule of bookings does not count here; a seat at the same time does.

    Args:
        slot_id: of the slot.
        person: who comes.
        actor: who says so, the person or somebody else.
        waits: whether to wait where no seats are left.

    Raises:
        SlotNotOpen: over or cancelled.
        AlreadyBooked: this slot, or one at the same time.
        SlotFull: no seats, and the person does not wait.
    """
    slot = hold_slot(slot_id)
    if slot.state != SlotState.OPEN or slot.is_over:
        raise SlotNotOpen(_("这一场已经结束或取消，请看看别的。"))
    draft = Booking(
        slot=slot, person=person, party_size=1, channel=Channel.ONLINE, rules_version=slot.rules_version,
        acted_by=None if actor.pk == person.pk else actor,
    )  # fmt: skip
    return _decide(draft, waits=waits, actor=actor)
