"""Visits: sessions of an order that nobody gives, because an upper room sends something other than a person, as a van.

The upper room has seen who may do so, tells who asked, and says what becomes of a visit.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.events import publish
from kepu.outreach.requests.choices import CheckInWay, OrderState, OrderStepKind, SessionState
from kepu.outreach.requests.events import SessionHeld, SessionPlanned
from kepu.outreach.requests.models import Order, Session
from kepu.outreach.requests.services.handling import locked, move_order, waiting_state
from kepu.outreach.requests.services.helpers import ask_team, give_up_helpers, move_helpers
from kepu.outreach.requests.services.sessions import (
    bump,
    call_off,
    close_if_rated,
    held_session,
    part_of,
    served,
    when_of,
)


def plan_visit(order_id: int, *, body: Organisation, starts_at: datetime, ends_at: datetime, actor: Person) -> Session:
    """Plan a visit of an order.

    Args:
        order_id: which.
        body: who is credited.
        starts_at: aware.
        ends_at: aware.
        actor: who sends.
    """
    order = locked(order_id)
    session = Session.objects.create(
        order=order, body=body, title=order.topic, form=order.form, audience=order.audience, region=order.region,
        place=order.place, partner=order.partner, day=timezone.localtime(starts_at).date(), part=part_of(starts_at),
        starts_at=starts_at, ends_at=ends_at, expected=order.seats, secret=secrets.token_bytes(20), opened_by=actor,
        is_demonstration=order.is_demonstration,
    )  # fmt: skip
    ask_team(session)
    move_order(order, _state_with_visits(order), OrderStepKind.ACCEPTED, actor=actor, words=when_of(session))
    record("requests.session.planned", session, actor=actor, order=order.pk)
    publish(SessionPlanned(session.pk))
    return session


def _state_with_visits(order: Order) -> OrderState:
    planned = order.sessions.exclude(state=SessionState.CANCELLED).count()
    return OrderState.PLANNED if planned >= order.visits else waiting_state(order)


def move_visit(
    session_id: int, *, body: Organisation, starts_at: datetime, ends_at: datetime, actor: Person
) -> Session:
    """Put a visit that is still to come at another time, or under another body; calendars follow by themselves.

    Args:
        session_id: of a session that nobody gives.
        body: who is credited.
        starts_at: aware.
        ends_at: aware.
        actor: who sends.
    """
    session = held_session(session_id)
    before = when_of(session)
    session.body, session.starts_at, session.ends_at = body, starts_at, ends_at
    session.day, session.part = timezone.localtime(starts_at).date(), part_of(starts_at)
    bump(session)
    session.save()
    move_helpers(session)
    order = locked(session.order_id or 0)
    move_order(order, OrderState(order.state), OrderStepKind.MOVED, actor=actor, words=when_of(session))
    record("requests.session.moved", session, actor=actor, before=before)
    return session


@transaction.atomic
def drop_visit(session_id: int, reason: str, *, actor: Person, is_told: bool) -> bool:
    """A visit that is still to come does not take place; its order waits again.

    Args:
        session_id: of a session that nobody gives.
        reason: everybody concerned reads it.
        actor: who says so.
        is_told: whether who asked is told here; otherwise the upper room does.

    Returns:
        Whether it was still to come.
    """
    session = held_session(session_id)
    if session.state != SessionState.PLANNED:
        return False
    call_off(session, reason, actor=actor, is_told=is_told)
    return True


def hold_visit(session_id: int, *, people: int, facts: Sequence[UUID], actor: Person) -> Session:
    """Say that a visit took place, and which facts tell of it; nothing happens a second time.

    Args:
        session_id: of a session that nobody gives.
        people: how many came.
        facts: recorded by the upper room.
        actor: who says so.
    """
    session = held_session(session_id)
    if session.state != SessionState.PLANNED:
        return session
    session.state, session.came, session.check_in = SessionState.DONE, people, CheckInWay.HEADCOUNT
    session.checked_by, session.checked_at, session.facts = actor, now(), list(facts)
    session.save()
    record("requests.session.held", session, actor=actor, people=people, way=session.check_in)
    give_up_helpers(session)
    publish(SessionHeld(session.pk, people))
    served(session, actor)
    close_if_rated(session)
    return session


def take_visit_back(session_id: int, reason: str, *, actor: Person) -> Session:
    """What was said of a visit was wrong: it is planned again, or called off where its order is; what was rated stays.

    Args:
        session_id: of a session that nobody gives.
        reason: why.
        actor: who says so.
    """
    session = held_session(session_id)
    if session.state != SessionState.DONE:
        return session
    order = locked(session.order_id or 0)
    is_over = order.state in {OrderState.CANCELLED, OrderState.UNMET}
    session.state = SessionState.CANCELLED if is_over else SessionState.PLANNED
    session.reason = reason.strip()[:200] if is_over else ""
    session.came, session.check_in, session.checked_by, session.checked_at, session.facts = None, "", None, None, []
    bump(session)
    session.save()
    record("requests.session.taken_back", session, actor=actor, reason=reason.strip()[:200])
    state = OrderState(order.state) if is_over else _state_with_visits(order)
    order.settled_at = order.settled_at if is_over else None
    move_order(order, state, OrderStepKind.TAKEN_BACK, actor=actor, words=reason)
    return session
