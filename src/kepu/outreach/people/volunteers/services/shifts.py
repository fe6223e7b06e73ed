"""Projects and their shifts."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import code_list, parameter
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.bookings.services import cancel_slot, move_slot, open_slot
from kepu.outreach.people.volunteers.errors import ShiftUnfit
from kepu.outreach.people.volunteers.models import Project, Shift, Team
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.rules import minutes_between

SHIFTS = "volunteers.project"
"""Slots of this type are shifts; bookings ask this room who may come."""


@transaction.atomic
def start_project(
    team: Team, *, title: str, field: str, receiver: Organisation, receiver_contact: Person | None, region: Region,
    needs: str, about: str, starts_on: date, ends_on: date, audience: str, actor: Person,
) -> Project:  # fmt: skip
    """Open a project of a team for a receiver.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: an unknown field, days out of order, or the leader of the team would confirm for the receiver.
    """
    if not may_keep_team(actor, team):
        raise NotAllowed
    if not Team.objects.filter(pk=team.pk, closed_on=None).exists():
        raise ShiftUnfit(_("这支队已经停止，请先恢复，或换一支队。"), field="team")
    if field not in code_list("volunteers.fields").labels:
        raise ShiftUnfit(_("请从列表里选服务领域。"), field="field")
    if ends_on < starts_on:
        raise ShiftUnfit(_("结束日期早于开始日期，请核对。"), field="ends_on")
    if receiver_contact is not None and receiver_contact.pk == team.leader_id:
        raise ShiftUnfit(_("接受方的确认人不能是队长：两方确认要由两个人来做。"), field="receiver_contact")
    project = Project.objects.create(
        team=team, title=title, field=field, receiver=receiver, receiver_contact=receiver_contact, region=region,
        needs=needs, about=about, starts_on=starts_on, ends_on=ends_on, audience=audience,
        is_demonstration=is_made_up(actor),
    )  # fmt: skip
    record("volunteers.project.started", project, actor=actor, receiver=receiver.pk, field=field)
    return project


@transaction.atomic
def plan_shift(
    project: Project, *, place: str, starts_at: datetime, ends_at: datetime, capacity: int, skill: str = "",
    counts: bool = True, leader: Person | None, actor: Person,
) -> Shift:  # fmt: skip
    """Plan a shift; its secret, from which the on-site code is made, never leaves the leader's page.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: times out of order, outside of the project, longer than a day may count, or an unknown skill.
    """
    if not may_keep_team(actor, project.team):
        raise NotAllowed
    if not Team.objects.filter(pk=project.team_id, closed_on=None).exists():
        raise ShiftUnfit(_("这支队已经停止，请先恢复，或换一支队。"), field="project")
    _require_times(project, starts_at, ends_at)
    if skill and skill not in code_list("volunteers.skills").labels:
        raise ShiftUnfit(_("请从列表里选技能。"), field="skill")
    slot = open_slot(
        SHIFTS, str(project.pk), actor=None, place=place, starts_at=starts_at, ends_at=ends_at, closes_at=ends_at,
        capacity=capacity,
    )  # fmt: skip
    shift = Shift.objects.create(
        project=project, slot=slot, skill=skill, counts=counts, leader=leader or project.team.leader,
        secret=secrets.token_bytes(32),
    )  # fmt: skip
    record("volunteers.shift.planned", shift, actor=actor, counts=counts)
    return shift


def _require_times(project: Project, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ShiftUnfit(_("结束时间要晚于开始时间。"), field="ends_at")
    day = timezone.localtime(starts_at).date()
    if not project.starts_on <= day <= project.ends_on:
        raise ShiftUnfit(_("这一天不在项目的起止日期里。"), field="starts_at")
    most = int(parameter("volunteers.hours_per_day").value * 60)
    if minutes_between(starts_at, ends_at) > most:
        raise ShiftUnfit(_("一个班次最多 %(hours)g 小时，请分成几班。") % {"hours": most / 60}, field="ends_at")


@transaction.atomic
def move_shift(
    shift_id: int, *, starts_at: datetime, ends_at: datetime, place: str = "", actor: Person | None
) -> Shift:
    """Put a shift that has not begun at another time or place; bookings tell everybody who comes or waits, once.

    Args:
        shift_id: of the shift.
        starts_at: when it begins now.
        ends_at: when it ends now.
        place: where it is now; as before where empty.
        actor: who keeps the team; None only where an upper room acts by its own rule.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: times out of order, outside of the project, or longer than a day may count.
        SlotNotOpen: it began, or was cancelled.
        SlotUnfit: the time is past.
    """
    shift = Shift.objects.select_related("project__team", "slot").get(pk=shift_id)
    if actor is not None and not may_keep_team(actor, shift.project.team):
        raise NotAllowed
    _require_times(shift.project, starts_at, ends_at)
    before = f"{timezone.localtime(shift.starts_at):%Y-%m-%d %H:%M}"
    shift.slot = move_slot(shift.slot_id, starts_at=starts_at, ends_at=ends_at, place=place, actor=None)
    record("volunteers.shift.moved", shift, actor=actor, before=before)
    return shift


@transaction.atomic
def cancel_shift(shift_id: int, *, reason: str, actor: Person | None) -> Shift:
    """Cancel a shift that has not begun; bookings tell everybody who was coming or waiting, with the reason.

    Args:
        shift_id: of the shift.
        reason: whoever signed up reads it.
        actor: who keeps the team; None only where an upper room acts by its own rule.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: it began, or was cancelled.
        SlotUnfit: no reason.
    """
    shift = Shift.objects.select_related("project__team", "slot").get(pk=shift_id)
    if actor is not None and not may_keep_team(actor, shift.project.team):
        raise NotAllowed
    if shift.is_cancelled or shift.starts_at <= now():
        raise ShiftUnfit(_("已经开始或取消了，不能再取消。"))
    shift.slot = cancel_slot(shift.slot_id, actor=None, reason=reason)
    record("volunteers.shift.cancelled", shift, actor=actor, reason=reason)
    return shift
