"""Preparing a meeting of the leading group: when and where, what is on the agenda in which order, who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.services import is_made_up
from kepu.oversight.services import fit_text
from kepu.plan.matters.choices import MatterState, MeetingState, PaperKind, StepKind
from kepu.plan.matters.errors import MatterUnfit, MeetingUnready
from kepu.plan.matters.events import AgendaFixed
from kepu.plan.matters.models import AgendaItem, Meeting
from kepu.plan.matters.permissions import may_settle
from kepu.plan.matters.queries import bodies_of_plan
from kepu.plan.matters.services.asking import ask_for_minutes, close_invitations, invite, tell_body, uninvite
from kepu.plan.matters.services.papers import freeze_paper, start_papers, throw_papers_away
from kepu.plan.matters.services.steps import (
    LONGEST_TITLE,
    WORDS_MOST,
    locked,
    locked_meeting,
    move,
    reason_given,
    refuse_closed,
    refuse_far,
    require_meeting_state,
    require_state,
)
from kepu.plan.tasks.models import Plan

MOST_ITEMS = 30


@dataclass(frozen=True, slots=True)
class MeetingTerms:
    """When, where and with whom a meeting is held; `invited` are ids of bodies of the plan."""

    title: str
    held_on: date
    place: str
    invited: Sequence[int] = ()


@transaction.atomic
def call_meeting(plan_id: int, terms: MeetingTerms, *, actor: Person) -> Meeting:
    """Begin to prepare a meeting of the leading group.

    Raises:
        NotAllowed: not of the leading office.
        PlanClosed: the plan is over.
        MatterUnfit: a body that has no duty in the plan, or a day far away.
        TextUnfit: a text is missing or too long.
    """
    plan = Plan.objects.select_related("region").get(pk=plan_id)
    if not may_settle(actor, plan):
        raise NotAllowed(_("只有领导小组办公室可以办会。"))
    refuse_closed(plan)
    meeting = Meeting(plan=plan, called_by=actor, is_demonstration=plan.is_demonstration or is_made_up(actor))
    _write(meeting, terms)
    record("matters.meeting.called", meeting, actor=actor, held_on=terms.held_on.isoformat())
    return meeting


@transaction.atomic
def change_meeting(pk: int, terms: MeetingTerms, *, actor: Person) -> Meeting:
    """Change when, where and with whom, while the meeting is prepared.

    Raises:
        MeetingMoved: the agenda is fixed, or more.
        NotAllowed, PlanClosed, MatterUnfit, TextUnfit: as `call_meeting`.
    """
    meeting = _locked_open(pk, actor)
    _write(meeting, terms)
    record("matters.meeting.changed", meeting, actor=actor, held_on=terms.held_on.isoformat())
    return meeting


@transaction.atomic
def add_item(pk: int, matter_id: int, *, actor: Person) -> AgendaItem:
    """Put a matter on the agenda, last; its body and those it asks are invited.

    Raises:
        NotAllowed, MeetingMoved, PlanClosed: as `change_meeting`.
        MatterMoved: the matter does not wait for a meeting, often because another one has it.
        MatterUnfit: it belongs to another plan, or the agenda is full.
    """
    meeting = _locked_open(pk, actor)
    matter = locked(matter_id)
    if matter.plan_id != meeting.plan_id:
        raise MatterUnfit(_("这个事项属于另一个方案。"))
    require_state(matter, MatterState.LISTED)
    if meeting.items.count() >= MOST_ITEMS:
        raise MatterUnfit(_("一次会议最多 %(most)d 个议题，请另开一次。") % {"most": MOST_ITEMS})
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(meeting=meeting, matter=matter, position=last + 1)
    meeting.invited.add(matter.body, *matter.asked_bodies.all())
    move(matter, MatterState.SCHEDULED, StepKind.SCHEDULED, actor=actor, text=meeting.title, meeting=meeting.pk)
    return item


@transaction.atomic
def remove_item(item_id: int, *, actor: Person) -> Meeting:
    """Take a matter off the agenda again; it waits for another meeting.

    Raises:
        NotAllowed, MeetingMoved, PlanClosed: as `change_meeting`.
        AgendaItem.DoesNotExist: somebody took it off before.
    """
    item, meeting = _locked_item(item_id, actor)
    _take_off(item, actor, meeting.title)
    return meeting


@transaction.atomic
def move_item(item_id: int, *, up: bool, actor: Person) -> Meeting:
    """Let an item change places with the one before or after it; the first and the last stay where they are.

    Raises:
        NotAllowed, MeetingMoved, PlanClosed: as `change_meeting`.
    """
    item, meeting = _locked_item(item_id, actor)
    items = list(meeting.items.all())
    at = next(number for number, one in enumerate(items) if one.pk == item.pk)
    other = at - 1 if up else at + 1
    if 0 <= other < len(items):
        items[at], items[other] = items[other], items[at]
        for position, one in enumerate(items, start=1):
            one.position = position
        AgendaItem.objects.bulk_update(items, ["position"])
    return meeting


@transaction.atomic
def recommend(item_id: int, *, text: str, actor: Person) -> AgendaItem:
    """Write what the office recommends on an item.

    Raises:
        NotAllowed, MeetingMoved, PlanClosed: as `change_meeting`.
        TextUnfit: nothing said, or too long.
    """
    item, _meeting = _locked_item(item_id, actor)
    item.recommendation = fit_text(text, field="text", most=WORDS_MOST)
    item.save(update_fields=["recommendation"])
    record("matters.item.recommended", item.matter, actor=actor, meeting=item.meeting_id)
    return item


@transaction.atomic
def fix_agenda(pk: int, *, actor: Person) -> Meeting:
    """Fix the agenda: agenda and brief are frozen as they are today, and the bodies are invited.

    Raises:
        NotAllowed, MeetingMoved, PlanClosed: as `change_meeting`.
        MeetingUnready: no item, one without a recommendation, nobody invited, or the day is over.
    """
    meeting = _locked_open(pk, actor)
    items = list(meeting.items.select_related("matter"))
    if not items:
        raise MeetingUnready(_("议程还是空的。请先把待上会的事项列进来。"))
    silent = [item.matter.title for item in items if not item.recommendation]
    if silent:
        raise MeetingUnready(_("这几项还没有办公室建议：%(titles)s。") % {"titles": "、".join(silent[:5])})
    invited = list(meeting.invited.select_related("parent", "region"))
    if not invited:
        raise MeetingUnready(_("还没有选参加单位。"))
    if meeting.held_on < today():
        raise MeetingUnready(_("开会日期已经过了，请先改日期。"))
    meeting.state = MeetingState.FIXED
    meeting.round += 1
    meeting.save(update_fields=["state", "round"])
    for kind in (PaperKind.AGENDA, PaperKind.BRIEF):
        freeze_paper(meeting, kind)
    record("matters.meeting.fixed", meeting, actor=actor, items=len(items))
    publish(AgendaFixed(meeting.pk))
    invite(meeting, invited)
    start_papers(meeting, actor)
    return meeting


@transaction.atomic
def reopen_agenda(pk: int, *, reason: str, actor: Person) -> Meeting:
    """Prepare the meeting once more; the papers that went out are void and the invited bodies are told.

    Raises:
        NotAllowed: not of the leading office.
        MeetingMoved: the agenda is not fixed, or the meeting was held.
        TextUnfit: no reason.
    """
    meeting = locked_meeting(pk, actor)
    require_meeting_state(meeting, MeetingState.FIXED)
    words = reason_given(reason)
    _call_off(meeting, words)
    throw_papers_away(meeting)
    meeting.state = MeetingState.PREPARING
    meeting.save(update_fields=["state"])
    record("matters.meeting.reopened", meeting, actor=actor, reason=words)
    return meeting


@transaction.atomic
def cancel_meeting(pk: int, *, reason: str, actor: Person) -> Meeting:
    """Say that a meeting does not take place; its matters wait for another one.

    Raises:
        NotAllowed: not of the leading office.
        MeetingMoved: it was held, or cancelled before.
        TextUnfit: no reason.
    """
    meeting = locked_meeting(pk, actor)
    require_meeting_state(meeting, MeetingState.PREPARING, MeetingState.FIXED)
    words = reason_given(reason)
    if meeting.state == MeetingState.FIXED:
        _call_off(meeting, words)
    for item in meeting.items.order_by("matter"):
        _take_off(item, actor, words)
    meeting.state = MeetingState.CANCELLED
    meeting.save(update_fields=["state"])
    record("matters.meeting.cancelled", meeting, actor=actor, reason=words)
    return meeting


@transaction.atomic
def hold_meeting(pk: int, *, actor: Person) -> Meeting:
    """Say that the meeting took place; its results are written down next.

    Raises:
        NotAllowed: not of the leading office.
        MeetingMoved: the agenda is not fixed, or this was said before.
        MeetingUnready: its day has not come.
    """
    meeting = locked_meeting(pk, actor)
    require_meeting_state(meeting, MeetingState.FIXED)
    if meeting.held_on > today():
        raise MeetingUnready(_("会议定在 %(day)s，还没有到。") % {"day": meeting.held_on.isoformat()})
    meeting.state = MeetingState.HELD
    meeting.save(update_fields=["state"])
    record("matters.meeting.held", meeting, actor=actor)
    close_invitations(meeting, meeting.invited.all())
    ask_for_minutes(meeting)
    return meeting


def _write(meeting: Meeting, terms: MeetingTerms) -> None:
    meeting.title = fit_text(" ".join(terms.title.split()), field="title", most=LONGEST_TITLE)
    meeting.place = fit_text(" ".join(terms.place.split()), field="place", most=LONGEST_TITLE)
    refuse_far(meeting.plan, terms.held_on, field="held_on")
    meeting.held_on = terms.held_on
    bodies = [one for one in bodies_of_plan(meeting.plan) if one.pk in set(terms.invited)]
    if len(bodies) < len(set(terms.invited)):
        raise MatterUnfit(_("请选在这个方案里有责任的单位。"), field="invited")
    meeting.save()
    meeting.invited.set(bodies)


def _locked_open(pk: int, actor: Person) -> Meeting:
    meeting = locked_meeting(pk, actor)
    require_meeting_state(meeting, MeetingState.PREPARING)
    refuse_closed(meeting.plan)
    return meeting


def _locked_item(item_id: int, actor: Person) -> tuple[AgendaItem, Meeting]:
    """The meeting first, then its item: another order could wait for itself."""
    meeting = _locked_open(AgendaItem.objects.values_list("meeting", flat=True).get(pk=item_id), actor)
    return AgendaItem.objects.select_related("matter").get(pk=item_id), meeting


def _take_off(item: AgendaItem, actor: Person, words: str) -> None:
    matter = locked(item.matter_id)
    item.delete()
    move(matter, MatterState.LISTED, StepKind.UNSCHEDULED, actor=actor, text=words)
    tell_body(matter, f"unscheduled:{matter.steps.count()}", words)


def _call_off(meeting: Meeting, words: str) -> None:
    bodies = list(meeting.invited.select_related("parent", "region"))
    close_invitations(meeting, bodies)
    uninvite(meeting, bodies, words)
