"""Sessions: planned, moved, called off, held, and what both sides say of them."""

import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.ledger.choices import SourceKind
from kepu.ledger.services import FactDraft, record_fact
from kepu.outreach.bookings.choices import SlotState
from kepu.outreach.bookings.rules import is_code_right
from kepu.outreach.bookings.services import cancel_slot, move_slot
from kepu.outreach.people.capacities.choices import RecordKind
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.services import note_record
from kepu.outreach.requests.choices import (
    CheckInWay,
    Mark,
    OrderState,
    OrderStepKind,
    Part,
    SessionState,
    Side,
)
from kepu.outreach.requests.errors import CodeWrong, OfferUnfit, SessionUnfit
from kepu.outreach.requests.events import SessionCancelled, SessionHeld, SessionPlanned
from kepu.outreach.requests.models import Campaign, Order, Rating, Session
from kepu.outreach.requests.permissions import is_provider, may_keep_session, may_speak_for
from kepu.outreach.requests.queries.open import visitors_of
from kepu.outreach.requests.queries.sessions import CODE_SECONDS
from kepu.outreach.requests.queries.supply import body_to_credit
from kepu.outreach.requests.rules.days import PARTS
from kepu.outreach.requests.services.handling import hang_nobody, locked, move_order, tell, waiting_state
from kepu.outreach.requests.services.helpers import ask_team, give_up_helpers, move_helpers
from kepu.outreach.requests.services.material import ask_material, give_up_material, move_material
from kepu.outreach.requests.services.rooms import require_room_free, room_key, tell_keeper
from kepu.outreach.venues.models import Venue

SESSION_KIND = "requests.session"

_EARLY = timedelta(hours=1)
_NOON, _EVENING = 12, 18
_MOST_PEOPLE = 100_000


def plan_session(
    order: Order, capacity: Capacity, *, day: date, part: str, offered_by: Person | None, venue: Venue | None = None,
    material_id: int | None = None,
) -> Session:  # fmt: skip
    """Plan one visit of an order; the order must be held. `material_id` is the holding that the offer named.

    Raises:
        OfferUnfit: the person has another session at that half-day, or nobody can be credited.
    """
    starts_at, ends_at = _times(day, part)
    if order.standing is not None:
        ends_at = starts_at + timedelta(minutes=order.standing.minutes)
    body = body_to_credit(capacity, offered_by)
    if body is None:
        raise OfferUnfit(_("没有写明单位，办了记不到谁的名下：请先在登记里选单位。"))
    try:
        with transaction.atomic():
            session = Session.objects.create(
                order=order, provider=capacity.person, capacity=capacity, body=body, title=order.topic, form=order.form,
                audience=order.audience, region=order.region, place=place_of(order, venue), is_online=order.is_online, venue=venue,
                partner=order.partner, day=day, part=part, starts_at=starts_at, ends_at=ends_at, expected=order.seats,
                secret=secrets.token_bytes(20), opened_by=offered_by,
                is_demonstration=order.is_demonstration or capacity.is_demonstration,
            )  # fmt: skip
    except IntegrityError as problem:
        raise OfferUnfit(_("这个半天您已有另一场，一个半天只能去一处。")) from problem
    tell_keeper(session)
    ask_material(session, named=material_id)
    ask_team(session)
    record("requests.session.planned", session, actor=offered_by, order=order.pk)
    publish(SessionPlanned(session.pk))
    return session


def place_of(order: Order, venue: Venue | None) -> str:
    """Where it is, in words: the order's own place, or the room that is lent."""
    if venue is None:
        return order.place
    return f"{venue.name}（{venue.address}）"[:160] if venue.address else venue.name


def _put_at(session: Session, place: str) -> None:
    """Another place gives the room back; the same place must be free at the new time."""
    if place and place != session.place:
        session.place, session.venue = place, None
    require_room_free(session)


def _times(day: date, part: str) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    starts, ends = PARTS[part]
    return datetime.combine(day, starts, tzinfo=zone), datetime.combine(day, ends, tzinfo=zone)


def part_of(at: datetime) -> Part:
    """In which part of its day an instant lies.

    Examples:
        >>> part_of(datetime(2024, 9, 15, 14, 30)).value
        'p'
    """
    hour = timezone.localtime(at).hour if timezone.is_aware(at) else at.hour
    return Part.MORNING if hour < _NOON else Part.AFTERNOON if hour < _EVENING else Part.EVENING


@transaction.atomic
def move_session(session_id: int, *, starts_at: datetime, ends_at: datetime, place: str = "", actor: Person) -> Session:
    """Put a session at another time or place; everybody concerned is told once, calendars follow by themselves.

    Raises:
        NotAllowed: the actor does not keep it.
        SessionUnfit: over, in the past, times out of order, outside its campaign, planned by an upper room, or who comes is
            somewhere else then.
    """
    session = held_session(session_id)
    if not may_keep_session(actor, session):
        raise NotAllowed
    require_planned(session)
    if session.is_visit:
        raise SessionUnfit(_("这一场是巡展的一站：改期请重排当月的巡展；不去了，可以取消。"))
    if ends_at <= starts_at or starts_at <= now():
        raise SessionUnfit(_("请核对时间：开始要在现在以后，结束要晚于开始。"), field="starts_at")
    require_in_campaign(session.campaign, starts_at, field="starts_at")
    day_before, before = session.day, f"{timezone.localtime(session.starts_at):%m-%d %H:%M}"
    session.starts_at, session.ends_at = starts_at, ends_at
    session.day, session.part = timezone.localtime(starts_at).date(), part_of(starts_at)
    _put_at(session, place.strip()[:160])
    bump(session)
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as problem:
        raise SessionUnfit(_("去的人那个半天已有另一场，请换一个时间。"), field="starts_at") from problem
    if session.slot_id is not None:
        move_slot(session.slot_id, starts_at=starts_at, ends_at=ends_at, place=session.place, actor=None)
    record("requests.session.moved", session, actor=actor, before=before)
    if session.order is not None:
        order = locked(session.order_id or 0)
        move_order(order, OrderState(order.state), OrderStepKind.MOVED, actor=actor, words=when_of(session))
    tell_keeper(session)
    move_material(session, day_before)
    move_helpers(session)
    tell_all(session, "moved", _("改期了：%(title)s，改到 %(when)s"), but=actor)
    return session


@transaction.atomic
def cancel_session(session_id: int, reason: str, *, actor: Person | None) -> Session:
    """Call a session off, as for weather; everybody concerned is told once, and the order waits again.

    Args:
        session_id: of the session.
        reason: everybody concerned reads it.
        actor: who keeps it, or who gives it; None where its order was called off.

    Raises:
        NotAllowed: neither of them.
        SessionUnfit: over, or no reason.
    """
    session = held_session(session_id)
    if actor is not None and not (may_keep_session(actor, session) or is_provider(actor, session)):
        raise NotAllowed
    require_planned(session)
    if not reason.strip():
        raise SessionUnfit(_("请写为什么取消，两边的人都会看到。"), field="reason")
    call_off(session, reason, actor=actor)
    return session


def call_off(session: Session, reason: str, *, actor: Person | None, is_told: bool = True) -> None:
    """A planned session, held, does not take place; where somebody says so, its order waits again."""
    session.state, session.reason = SessionState.CANCELLED, reason.strip()[:200]
    bump(session)
    session.save(update_fields=["state", "reason", "sequence", "changed_at"])
    if session.slot is not None and session.slot.state == SlotState.OPEN:
        cancel_slot(session.slot.pk, actor=None, reason=session.reason)
    record("requests.session.cancelled", session, actor=actor, reason=session.reason)
    close_todos(room_key(session))
    give_up_material(session)
    give_up_helpers(session)
    if is_told:
        tell_all(session, "cancelled", _("取消了：%(title)s，原定 %(when)s"), body=session.reason, but=actor)
    publish(SessionCancelled(session.pk))
    if actor is not None and session.order is not None:
        order = locked(session.order_id or 0)
        move_order(order, waiting_state(order), OrderStepKind.CANCELLED, actor=actor, words=session.reason)
        hang_nobody(order, _("排好的一场取消了，要重新派。"))


@transaction.atomic
def check_in_session(session_id: int, *, people: int, code: str = "", actor: Person) -> Session:
    """Say that it took place and how many came: who asked, with the code that who came shows; or who came, by headcount.

    Args:
        session_id: of the session.
        people: how many came.
        code: six digits from the phone of who came; needed by who asked.
        actor: who says so.

    Raises:
        NotAllowed: neither of the two sides.
        SessionUnfit: too early, said before, a number that cannot be, or an upper room says it.
        CodeWrong: not the code that is shown now.
    """
    session = held_session(session_id)
    gives = is_provider(actor, session)
    if not gives and not (session.order is not None and may_speak_for(actor, session.order)):
        raise NotAllowed
    require_planned(session)
    if session.slot_id is not None:
        raise SessionUnfit(_("这一场由入口签到，办完由主办方办结。"))
    if session.is_visit:
        raise SessionUnfit(_("这一场不用签到：谁派来的，由谁回去登记来了多少人。"))
    if now() < session.starts_at - _EARLY:
        raise SessionUnfit(_("还没有到时间：%(when)s 才开始。") % {"when": when_of(session)})
    if not 0 < people <= _MOST_PEOPLE:
        raise SessionUnfit(_("请写来了多少人，从 1 起。"), field="people")
    digits = "".join(sign for sign in code if sign.isdigit())
    if not gives and not is_code_right(bytes(session.secret), digits, now(), seconds=CODE_SECONDS):
        raise CodeWrong(_("现场码不对或换过了。请看来讲的人手机上现在的 6 位数字。"), field="code")
    session.state, session.came = SessionState.DONE, people
    session.check_in = CheckInWay.HEADCOUNT if gives else CheckInWay.CODE
    session.checked_by, session.checked_at = actor, now()
    session.facts = record_facts(session)
    session.save()
    record("requests.session.held", session, actor=actor, people=people, way=session.check_in)
    close_todos(room_key(session))
    give_up_helpers(session)
    note_evidence(session)
    publish(SessionHeld(session.pk, people))
    if session.order is not None:
        served(session, actor)
    return session


def served(session: Session, actor: Person) -> None:
    order = locked(session.order_id or 0)
    done = order.sessions.filter(state=SessionState.DONE).count()
    state = OrderState.DONE if done >= order.visits else OrderState(order.state)
    move_order(order, state, OrderStepKind.SERVED, actor=actor, words=_("%(n)d 人") % {"n": session.came or 0})
    tell(order, f"held.{session.pk}", _("办了：%(order)s。请说说怎么样"))


def record_facts(session: Session, *, turn: str = "") -> list[UUID]:
    """The session and who came, under the body that is credited; which indicators, the list `requests.counts` says."""
    entries = {entry.code: entry.extra for entry in code_list("requests.counts").entries}
    counts = entries.get(f"{session.form}:{session.audience}") or entries.get(session.form) or entries.get("other", {})
    people = Decimal(session.came or 0)
    amounts = {
        str(counts[name]): amount for name, amount in (("sessions", Decimal(1)), ("people", people)) if name in counts
    }
    return [
        record_fact(
            FactDraft(
                indicator=indicator, occurred_on=session.day, region=session.region_id, organisation=session.body_id,
                quantity=quantity, audience=session.audience, people=session.came, key=f"{session.uid}:{indicator}{turn}",
                source_ref=f"requests.session:{session.pk}",
            ),
            actor=None, source="requests.session", source_kind=SourceKind.SERVICE,
            is_demonstration=session.is_demonstration,
        ).pk
        for indicator, quantity in amounts.items()
    ]  # fmt: skip


def note_evidence(session: Session) -> None:
    """From now on it helps to find who gave it."""
    if session.provider is not None:
        note_record(
            f"requests.session:{session.pk}", kind=RecordKind.SESSION, title=session.title, occurred_on=session.day,
            person=session.provider, is_demonstration=session.is_demonstration,
        )  # fmt: skip


@transaction.atomic
def rate_session(session_id: int, *, mark: str, words: str = "", actor: Person) -> Rating:
    """Say how it was: one side once, in a mark and words.

    Raises:
        NotAllowed: neither of the two sides.
        SessionUnfit: not held yet, said before, or an unknown mark.
    """
    session = held_session(session_id)
    side = Side.PROVIDER if is_provider(actor, session) else Side.ASKER
    if side == Side.ASKER and not (session.order is not None and may_speak_for(actor, session.order)):
        raise NotAllowed
    if session.state != SessionState.DONE:
        raise SessionUnfit(_("办完、签到以后再评。"))
    if mark not in Mark.values:
        raise SessionUnfit(_("请选一个评价。"), field="mark")
    if session.ratings.filter(side=side).exists():
        raise SessionUnfit(_("这一方已经评过了。"))
    rating = Rating.objects.create(session=session, side=side, mark=mark, words=words.strip()[:300], by=actor)
    record("requests.session.rated", session, actor=actor, side=side, mark=mark)
    if side == Side.ASKER and session.order is not None:
        close_if_rated(session)
        _thank(session, mark)
    return rating


def close_if_rated(session: Session) -> None:
    order = locked(session.order_id or 0)
    held = order.sessions.filter(state=SessionState.DONE)
    rated = Rating.objects.filter(session__in=held, side=Side.ASKER).count()
    if order.state == OrderState.DONE and rated >= held.count():
        move_order(order, OrderState.RATED, OrderStepKind.RATED, actor=None)


def _thank(session: Session, mark: str) -> None:
    if session.provider is None or mark == Mark.POOR:
        return
    with city_words():
        notify(
            session.provider, key=f"requests.thanks:{session.pk}", kind=SESSION_KIND,
            title=_("谢谢您：%(title)s，对方评了“%(mark)s”") % {"title": session.title, "mark": Mark(mark).label},
            body="", url=reverse("requests:session", args=[session.pk]),
        )  # fmt: skip


def cancel_sessions_of(order_id: int) -> int:
    """Call off what was planned for an order that was called off. Returns how many."""
    planned = Session.objects.filter(order=order_id, state=SessionState.PLANNED, starts_at__gt=now())
    numbers = list(planned.values_list("pk", flat=True))
    for number in numbers:
        cancel_session(number, _("点单的一方取消了。"), actor=None)
    return len(numbers)


def held_session(session_id: int) -> Session:
    found = Session.objects.select_for_update(of=("self",))
    return found.select_related(
        "order__asker", "order__body", "order__region", "provider", "region", "venue__keeper", "campaign"
    ).get(pk=session_id)


def require_planned(session: Session) -> None:
    if session.state != SessionState.PLANNED:
        raise SessionUnfit(_("这一场已经是“%(state)s”。") % {"state": session.get_state_display()})


def require_in_campaign(campaign: Campaign | None, starts_at: datetime, *, field: str) -> None:
    """A session of a campaign begins on one of its days.

    Raises:
        SessionUnfit: it does not; the message names the days.
    """
    if campaign is None or campaign.first_day <= timezone.localtime(starts_at).date() <= campaign.last_day:
        return
    said = {"name": campaign.name, "since": campaign.first_day.isoformat(), "until": campaign.last_day.isoformat()}
    raise SessionUnfit(_("“%(name)s”从 %(since)s 到 %(until)s，这一场不在里面。") % said, field=field)


def bump(session: Session) -> None:
    session.sequence += 1
    session.changed_at = now()


def when_of(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"


def tell_all(session: Session, what: str, title: str, *, body: str = "", but: Person | None = None) -> None:
    """Tell both sides, each once, whatever roles they hold; who has booked a seat hears it from the bookings."""
    order = session.order
    people = [session.provider, *((order.asker, order.acted_by) if order is not None else ())]
    told = {*visitors_of(session), *((but.pk,) if but is not None else ())}
    with city_words():
        words = {"title": session.title, "when": when_of(session)}
        for person in people:
            if person is None or person.pk in told:
                continue
            told.add(person.pk)
            notify(
                person, key=f"requests.session.{what}:{session.pk}:{session.sequence}", kind=SESSION_KIND,
                title=title % words, body=body, url=reverse("requests:session", args=[session.pk]), is_urgent=True,
            )  # fmt: skip
