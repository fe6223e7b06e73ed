"""Helpers for a session: the best team is asked, opens a shift or declines, and what becomes of the shift afterwards."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.queries import open_todos
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.language import city_words
from kepu.outreach.people.volunteers.models import Project, Shift
from kepu.outreach.people.volunteers.queries import projects_on
from kepu.outreach.people.volunteers.services import cancel_shift, move_shift, plan_shift, start_project
from kepu.outreach.requests.choices import LIVE_ASKS, SessionState, TeamAskState
from kepu.outreach.requests.errors import HelpersUnfit
from kepu.outreach.requests.models import Order, Session, TeamAsk
from kepu.outreach.requests.permissions import may_answer_ask
from kepu.outreach.requests.queries.helpers import best_team, helpers_said, team_reason

HELPERS_KIND = "requests.helpers"
_FIELD = "science"


def helpers_key(session_id: int) -> str:
    """Of the to-do of who answers for the team that is asked."""
    return f"requests.helpers:{session_id}"


def ask_team(session: Session) -> TeamAsk | None:
    """Ask the best team that did not decline for the helpers that a session's order wants, if any; inside a transaction.

    Nobody has enough: the session goes without.
    """
    order = session.order
    if order is None or not order.helpers:
        return None
    declined = session.team_asks.filter(state=TeamAskState.DECLINED).values_list("team", flat=True)
    team = best_team(order, but=set(declined))
    if team is None:
        return None
    with city_words():
        reason = team_reason(order, team)[:200]
    ask = TeamAsk.objects.create(session=session, team_id=team.id, reason=reason)
    record("requests.helpers.asked", ask, actor=None, session=session.pk, team=team.id)
    hang_ask(ask)
    _tell_leader(ask, "asked", body=reason)
    return ask


def hang_ask(ask: TeamAsk) -> None:
    """The team's leader has one to-do; where nobody leads it, the liaison of the body that hosts it."""
    session, leader = ask.session, ask.team.leader
    close_todos(helpers_key(session.pk))
    with city_words():
        title = _("这一场要 %(who)s：%(title)s，%(when)s") % _words(ask)
        open_todo(
            helpers_key(session.pk), title=title, reason=ask.reason,
            action=_("开班次，或说去不了"), url_name="requests:session", url_arguments=[session.pk], subject=ask,
            due_on=session.day, person=leader, role="" if leader is not None else Role.LIAISON,
            organisation=None if leader is not None else ask.team.host,
        )  # fmt: skip


def _words(ask: TeamAsk, at: datetime | None = None) -> dict[str, str]:
    """What the team reads: how many of whom, for what, when."""
    session, order = ask.session, ask.session.order
    return {
        "who": helpers_said(order.helpers, order.helper_skill) if order is not None else "", "title": session.title,
        "when": f"{timezone.localtime(at or session.starts_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip


@transaction.atomic
def open_helper_shift(session_id: int, *, project: int | None = None, actor: Person) -> TeamAsk:
    """Open the shift for which a team is asked; pressed twice, or by two people at once, it is one.

    Args:
        session_id: of the session.
        project: of the team, running on that day; where none is given, the one for the body that asks, which is opened
            if it is not there.
        actor: who keeps the team.

    Raises:
        NotAllowed: the actor does not keep the team.
        HelpersUnfit: the team is not asked any more, it has begun, or no project is given and none can be opened.
        ShiftUnfit: the rules of shifts stand against it.
    """
    ask = _to_answer(session_id, actor)
    if ask.state == TeamAskState.OPENED:
        return ask
    session, order = ask.session, ask.session.order
    if order is None or session.state != SessionState.PLANNED or session.starts_at <= now():
        raise HelpersUnfit(_("这一场已经开始、办完或取消，不用再开班次。"))
    with city_words():
        place = session.place or order.region.label
        chosen = _project(ask, order, project, actor)
    ask.shift = plan_shift(
        chosen, place=place, starts_at=session.starts_at, ends_at=session.ends_at, capacity=order.helpers,
        skill=order.helper_skill, leader=None, actor=actor,
    )  # fmt: skip
    _answer(ask, TeamAskState.OPENED, actor)
    record("requests.helpers.opened", ask, actor=actor, shift=ask.shift.pk, project=chosen.pk)
    return ask


def _project(ask: TeamAsk, order: Order, number: int | None, actor: Person) -> Project:
    """The project in which the shift is: its receiver confirms the hours, so it is chosen, or opened for who asks."""
    running = projects_on(ask.team, ask.session.day)
    if number is not None:
        found = running.filter(pk=number).first()
        if found is None:
            raise HelpersUnfit(_("请选这支队那天有的项目。"), field="project")
        return found
    if order.body is None:
        raise HelpersUnfit(
            _("点单的单位不在名录里，没有人能确认时长：请选一个那天有的项目，或先开一个。"), field="project"
        )
    return running.filter(receiver=order.body).first() or start_project(
        ask.team, title=ask.session.title[:80], field=_FIELD, receiver=order.body, receiver_contact=None,
        region=order.region, needs=helpers_said(order.helpers, order.helper_skill),
        about=_("点单 %(number)s：%(topic)s") % {"number": order.number, "topic": order.topic},
        starts_on=ask.session.day, ends_on=ask.session.day, audience=order.audience, actor=actor,
    )  # fmt: skip


@transaction.atomic
def decline_helpers(session_id: int, reason: str, *, actor: Person) -> TeamAsk:
    """Say that the team can not help; the next best is asked at once, and this one never again for the session.

    Raises:
        NotAllowed: the actor does not keep the team.
        HelpersUnfit: the team is not asked any more, or no reason.
    """
    ask = _to_answer(session_id, actor)
    if ask.state != TeamAskState.ASKED:
        raise HelpersUnfit(_("班次已经开了；去不了，请在志愿服务里取消那个班次，写明原因。"))
    if not reason.strip():
        raise HelpersUnfit(_("请写一句为什么去不了，好再找别的队。"), field="reason")
    _decline(ask, reason, actor)
    return ask


def _decline(ask: TeamAsk, reason: str, actor: Person | None) -> None:
    ask.decline_reason = reason.strip()[:200]
    _answer(ask, TeamAskState.DECLINED, actor)
    record("requests.helpers.declined", ask, actor=actor, reason=ask.decline_reason)
    if ask.session.state == SessionState.PLANNED and ask.session.starts_at > now():
        ask_team(ask.session)


@transaction.atomic
def shift_called_off(slot_id: int) -> bool:
    """A team called its shift off at its own page: it declined, and the next best is asked. Returns whether it was so."""
    session_id = TeamAsk.objects.filter(shift__slot=slot_id).values_list("session", flat=True).first()
    ask = _held(session_id) if session_id is not None else None
    shift = ask.shift if ask is not None else None
    if ask is None or shift is None or shift.slot_id != slot_id or not shift.is_cancelled:
        return False
    _decline(ask, shift.slot.reason, None)
    return True


def move_helpers(session: Session) -> None:
    """A session, held, stands at another time or place: its shift moves along; where it cannot, it is called off and asked anew."""
    if session.order is None or not session.order.helpers:
        return
    ask = _held(session.pk)
    if ask is None:
        ask_team(session)
    elif ask.shift is None:
        hang_ask(ask)
    elif ask.shift.is_cancelled:  # by the team, just now
        _decline(ask, ask.shift.slot.reason, None)
    elif not _moved(ask, ask.shift, session):
        with city_words():
            _withdraw(ask, _("这一场改期了，班次跟不过去"))
        ask_team(session)


def _moved(ask: TeamAsk, shift: Shift, session: Session) -> bool:
    """Whether the shift could be put where the session is now."""
    given: dict[str, Any] = {
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "place": session.place or shift.place,
    }
    if all(getattr(shift, name) == value for name, value in given.items()):
        return True
    try:
        with transaction.atomic():
            move_shift(shift.pk, **given, actor=None)
    except DomainError:
        return False
    _tell_leader(ask, "moved")
    return True


def give_up_helpers(session: Session) -> None:
    """A session, held, is called off or was held: nobody is asked any more, and a shift that has not begun is cancelled."""
    if session.order is None or not session.order.helpers:
        return
    ask = _held(session.pk)
    if ask is not None and (ask.shift is None or session.state == SessionState.CANCELLED):
        _withdraw(ask, session.reason)


def _withdraw(ask: TeamAsk, reason: str) -> None:
    _answer(ask, TeamAskState.WITHDRAWN, None)
    record("requests.helpers.withdrawn", ask, actor=None)
    shift = ask.shift
    if shift is not None and not shift.is_cancelled and shift.starts_at > now():
        cancel_shift(shift.pk, reason=reason, actor=None)
    if reason:
        at = shift.starts_at if shift is not None else None
        _tell_leader(ask, "withdrawn", body=reason, at=at)


def hang_asks_again() -> int:
    """After the erasure of somebody who led a team: what it was asked hangs with its host. Returns how many."""
    left = TeamAsk.objects.filter(state=TeamAskState.ASKED, team__leader=None, session__state=SessionState.PLANNED)
    asks = left.select_related("session__order", "team__host", "team__leader")
    lost = [ask for ask in asks if not open_todos(helpers_key(ask.session_id)).exists()]
    for ask in lost:
        hang_ask(ask)
    return len(lost)


def _held(session_id: int) -> TeamAsk | None:
    """The ask of a session that is not over, with its session; both held, the session first, as everywhere."""
    Session.objects.select_for_update().get(pk=session_id)
    found = TeamAsk.objects.select_for_update(of=("self",)).filter(session=session_id, state__in=LIVE_ASKS)
    related = ("session__order__region", "session__order__body", "team__region", "team__host", "team__leader")
    return found.select_related(*related, "shift__slot", "shift__project").first()


def _to_answer(session_id: int, actor: Person) -> TeamAsk:
    ask = _held(session_id)
    if ask is None:
        raise HelpersUnfit(_("这一场现在没有请哪支队，不用答复。"))
    if not may_answer_ask(actor, ask):
        raise NotAllowed
    return ask


def _answer(ask: TeamAsk, state: TeamAskState, actor: Person | None) -> None:
    ask.state, ask.answered_at = state, now()
    ask.answered_by = actor or ask.answered_by
    ask.save(update_fields=["state", "answered_at", "answered_by", "decline_reason", "shift"])
    close_todos(helpers_key(ask.session_id))


def _tell_leader(ask: TeamAsk, what: str, *, body: str = "", at: datetime | None = None) -> None:
    """Who leads the team hears it once, and reads it wherever notices go; who signed up hears it from the bookings."""
    leader, session = ask.team.leader, ask.session
    if leader is None:
        return
    is_over = ask.state == TeamAskState.WITHDRAWN
    page = reverse("volunteers:team", args=[ask.team_id]) if is_over else reverse("requests:session", args=[session.pk])
    with city_words():
        title = {
            "asked": _("这一场要 %(who)s：%(title)s，%(when)s"),
            "moved": _("您队的班次跟着改期了：%(title)s，改到 %(when)s"),
            "withdrawn": _("不用去帮忙了：%(title)s，原定 %(when)s"),
        }[what]
        notify(
            leader, key=f"{HELPERS_KIND}.{what}:{ask.pk}:{session.sequence}", kind=HELPERS_KIND,
            title=title % _words(ask, at), body=body, url=page, is_urgent=True,
        )  # fmt: skip
