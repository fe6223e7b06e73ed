"""Sessions for everybody: scheduled with seats, closed by who came through the gate, corrected by lists that come late."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import code_list, values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import FactAlreadyReversed
from kepu.ledger.services import is_made_up, reverse_fact
from kepu.outreach.bookings.models import Slot
from kepu.outreach.bookings.services import open_slot
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import CheckInWay, SessionState
from kepu.outreach.requests.errors import SessionUnfit
from kepu.outreach.requests.events import SessionHeld, SessionPlanned
from kepu.outreach.requests.models import Campaign, Session
from kepu.outreach.requests.permissions import may_keep_session, may_schedule
from kepu.outreach.requests.queries.open import SESSION_TYPE, arrived_at
from kepu.outreach.requests.services.sessions import (
    SESSION_KIND,
    cancel_session,
    held_session,
    note_evidence,
    part_of,
    record_facts,
    require_in_campaign,
    require_planned,
    tell_all,
)
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue

_MOST_PEOPLE = 100_000
_REMINDED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SessionWords:
    """What is scheduled."""

    title: str
    form: str
    body: Organisation
    region: Region
    starts_at: datetime
    ends_at: datetime
    capacity: int
    place: str = ""
    venue: Venue | None = None
    """A published venue, if it is held at one; its name is the place where no other is written."""
    audience: str = Audience.PUBLIC
    provider: str = ""
    """Number in the register of who gives it; empty where nobody is named."""
    is_online: bool = False
    stream: str = ""
    partner: str = ""
    """City or country with which it is held (交流合作)."""
    quotas: Mapping[str, int] = field(default_factory=dict)
    campaign: Campaign | None = None


@transaction.atomic
def schedule_session(words: SessionWords, *, actor: Person, key: uuid.UUID | None = None) -> Session:
    """Schedule a session to which everybody may come, and open its seats.

    Args:
        words: what is scheduled.
        actor: who schedules it.
        key: of the form; one that was sent before schedules nothing more, its session is returned.

    Raises:
        NotAllowed: neither the office, nor a liaison of the body, nor an officer of the district.
        SessionUnfit: words or days that do not go together, an unknown number, or who gives it is somewhere else then.
        SlotUnfit: seats or quotas do not go together.
    """
    if not may_schedule(actor, words.body, words.region):
        raise NotAllowed
    key = key or uuid.uuid4()
    if known := Session.objects.filter(uid=key, opened_by=actor).first():
        return known
    _require_fit(words)
    capacity = _provider(words, actor)
    try:
        with transaction.atomic():
            session = Session.objects.create(
                provider=capacity.person if capacity else None, capacity=capacity, body=words.body,
                title=words.title.strip(), form=words.form, audience=words.audience, region=words.region,
                place=_place(words), venue=words.venue, is_online=words.is_online, stream=words.stream if words.is_online else "",
                partner=words.partner.strip(),
                day=localdate(words.starts_at), part=part_of(words.starts_at), starts_at=words.starts_at,
                ends_at=words.ends_at, expected=words.capacity, campaign=words.campaign, uid=key,
                secret=secrets.token_bytes(20), opened_by=actor, is_demonstration=is_made_up(actor),
            )  # fmt: skip
    except IntegrityError as problem:
        if known := Session.objects.filter(uid=key, opened_by=actor).first():
            return known
        raise SessionUnfit(_("去的人那个半天已有另一场，请换一个时间。"), field="starts_at") from problem
    with city_words():
        place = session.place or _("线上")
    session.slot = open_slot(
        SESSION_TYPE, str(session.pk), actor=actor, starts_at=words.starts_at, ends_at=words.ends_at,
        capacity=words.capacity, quotas=words.quotas, place=place,
    )  # fmt: skip
    session.save(update_fields=["slot"])
    record("requests.session.scheduled", session, actor=actor, slot=session.slot.pk, capacity=words.capacity)
    tell_all(session, "scheduled", _("请您去：%(title)s，%(when)s。去不了，请在这一场的页面取消"), but=actor)
    publish(SessionPlanned(session.pk))
    return session


def _place(words: SessionWords) -> str:
    """Where to go, in words: the venue, and where in it."""
    place = words.place.strip()
    if words.venue is None or words.venue.name in place:
        return place
    return f"{words.venue.name} {place}".strip()[:160]


def _require_fit(words: SessionWords) -> None:
    if not words.title.strip():
        raise SessionUnfit(_("请写这一场叫什么。"), field="title")
    if words.form not in {entry.code for entry in code_list("requests.open_forms").entries}:
        raise SessionUnfit(_("请从列表里选一种形式。"), field="form")
    if words.audience not in Audience.values:
        raise SessionUnfit(_("请从列表里选给谁听。"), field="audience")
    if words.venue is not None and words.venue.state != VenueState.PUBLISHED:
        raise SessionUnfit(_("请选一处已经公布的场馆。"), field="venue")
    if not words.is_online and not _place(words):
        raise SessionUnfit(_("请写在哪里：来的人要找得到。"), field="place")
    if words.ends_at <= words.starts_at or words.starts_at <= now():
        raise SessionUnfit(_("请核对时间：开始要在现在以后，结束要晚于开始。"), field="starts_at")
    require_in_campaign(words.campaign, words.starts_at, field="campaign")


def _provider(words: SessionWords, actor: Person) -> Capacity | None:
    """Who is named by a number; who schedules for one body alone sends nobody of another one."""
    number = words.provider.strip()
    if not number:
        return None
    found = Capacity.objects.select_related("person", "organisation").filter(number=number)
    capacity = found.filter(state=CapacityState.ADMITTED, person__is_active=True).first()
    if capacity is None:
        raise SessionUnfit(_("科普人才里没有这个编号，或已经不在任期。"), field="provider")
    sends = capacity.organisation if capacity.organisation is not None else words.body
    if not may_schedule(actor, sends, words.region):
        raise SessionUnfit(_("这位不是您单位的人：请到“点单”点一单，由办公室派。"), field="provider")
    return capacity


@transaction.atomic
def close_session(session_id: int, *, people: int | None = None, actor: Person | None) -> Session:
    """Say that a session for everybody took place; who came through its gate is who came.

    Args:
        session_id: of the session.
        people: how many came, where the gate counted nobody, as online.
        actor: who keeps it; None for the machine after its end.

    Raises:
        NotAllowed: the actor does not keep it.
        SessionUnfit: it has no seats of its own, has not begun or is over, or nobody is known to have come.
    """
    session = held_session(session_id)
    if session.slot_id is None or (actor is not None and not may_keep_session(actor, session)):
        raise NotAllowed
    require_planned(session)
    if now() < session.starts_at:
        raise SessionUnfit(_("还没有开始，办完了再来。"))
    counted = arrived_at(session.slot_id)
    came = counted or people or 0
    if not 0 < came <= _MOST_PEOPLE:
        raise SessionUnfit(_("入口没有记到人：请写来了多少人；没有办成的，请取消。"), field="people")
    session.state, session.came = SessionState.DONE, came
    session.check_in = CheckInWay.GATE if counted else CheckInWay.HEADCOUNT
    session.checked_by, session.checked_at = actor, now()
    session.facts = record_facts(session)
    session.save()
    record("requests.session.held", session, actor=actor, people=came, way=session.check_in)
    note_evidence(session)
    publish(SessionHeld(session.pk, came))
    return session


@transaction.atomic
def recount_session(slot_id: int) -> bool:
    """After a list that came late: reverse what was recorded of a session and record what the gate says now.

    Returns:
        Whether anything was corrected.
    """
    found = Session.objects.filter(slot=slot_id).values_list("pk", flat=True).first()
    session = held_session(found) if found is not None else None
    if session is None or session.state != SessionState.DONE or session.check_in != CheckInWay.GATE:
        return False
    counted, before = arrived_at(slot_id), session.came
    if counted == before:
        return False
    with city_words():
        reason = _("入口的名单晚到，到场人数由 %(before)d 改为 %(after)d。") % {"before": before or 0, "after": counted}
    for fact in session.facts:
        try:
            reverse_fact(fact, reason=reason, actor=None, source_kind=SourceKind.SERVICE)
        except FactAlreadyReversed:
            continue
    session.came = counted
    session.facts = record_facts(session, turn=f":{counted}")
    session.save(update_fields=["came", "facts"])
    record("requests.session.recounted", session, actor=None, before=before, after=counted)
    return True


def close_sessions() -> int:
    """Close what is over and whose gate was kept; remind who opened the rest to say how many came. Returns how many."""
    minutes = values_in_force("requests.").get("close_minutes", 60)
    over = Session.objects.filter(
        state=SessionState.PLANNED, slot__isnull=False, ends_at__lte=now() - timedelta(minutes=minutes),
        ends_at__gt=now() - _REMINDED,
    )  # fmt: skip
    with care_round() as care:
        return sum(care.each(_close_or_remind, list(over.values_list("pk", flat=True))))


def _close_or_remind(session_id: int) -> bool:
    session = Session.objects.select_related("opened_by").get(pk=session_id)
    if arrived_at(session.slot_id or 0):
        close_session(session_id, actor=None)
        return True
    if session.opened_by is not None:
        with city_words():
            title = _("办完了吗：%(title)s。请写来了多少人，或取消") % {"title": session.title}
        notify(
            session.opened_by, key=f"requests.session.uncounted:{session.pk}", kind=SESSION_KIND, title=title,
            url=reverse("requests:session", args=[session.pk]),
        )  # fmt: skip
    return False


def call_off_with_slot(slot_id: int) -> bool:
    """A slot was called off at the desk of bookings: its session is off too. Returns whether there was one."""
    slot = Slot.objects.get(pk=slot_id)
    session = Session.objects.filter(slot=slot, state=SessionState.PLANNED).first()
    if session is None:
        return False
    cancel_session(session.pk, slot.reason, actor=None)
    return True
