"""Keep a team: its words and leader, deputies, who leaves or moves, its end and its return."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import check_consent
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.volunteers.errors import TeamUnfit
from kepu.outreach.people.volunteers.models import Shift, Team, TeamMember
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.rules import PURPOSE
from kepu.outreach.people.volunteers.services.register import join_team


@transaction.atomic
def change_team(team_id: int, *, name: str, about: str, leader: Person | None, actor: Person) -> Team:
    """Change what a team is called, what it says of itself, and who leads it.

    Raises:
        NotAllowed: the actor does not keep the team.
        TeamUnfit: the name is taken or empty, or the team was dissolved.
    """
    team = _kept(team_id, actor)
    if not name.strip() or Team.objects.filter(name=name.strip()).exclude(pk=team.pk).exists():
        raise TeamUnfit(_("队名是空的，或者已有同名的队，请加上地名或单位名。"), field="name")
    was = team.leader_id
    team.name, team.about, team.leader = name.strip(), about.strip(), leader
    team.save(update_fields=["name", "about", "leader"])
    record("volunteers.team.changed", team, actor=actor, leader_before=was, leader=team.leader_id)
    return team


@transaction.atomic
def name_deputy(member_id: int, *, is_deputy: bool, actor: Person) -> TeamMember:
    """Let a member stand in for the leader, or no longer.

    Raises:
        NotAllowed: the actor does not keep the team.
        TeamUnfit: the member left, or the team was dissolved.
    """
    member = _member(member_id)
    _kept(member.team_id, actor)
    member.is_deputy = is_deputy
    member.save(update_fields=["is_deputy"])
    record("volunteers.team.deputy", member, actor=actor, is_deputy=is_deputy)
    return member


@transaction.atomic
def leave_team(member_id: int, *, actor: Person) -> TeamMember:
    """Leave a team, or let somebody leave; hours stay with the team in which they were served.

    Raises:
        NotAllowed: neither the member nor who keeps the team.
        TeamUnfit: left before.
    """
    member = _member(member_id)
    if member.volunteer.person_id != actor.pk and not may_keep_team(actor, member.team):
        raise NotAllowed
    member.left_on, member.is_deputy = today(), False
    member.save(update_fields=["left_on", "is_deputy"])
    record("volunteers.team.left", member, actor=actor)
    return member


@transaction.atomic
def move_member(member_id: int, to: Team, *, actor: Person) -> TeamMember:
    """Put a member into another team, in one step.

    Raises:
        NotAllowed: the actor does not keep both teams.
        ConsentMissing, GuardianNeeded: no consent is in force.
        TeamUnfit: the member left, it is the same team, or one of both was dissolved.
    """
    member = _member(member_id)
    _kept(member.team_id, actor)
    if to.pk == member.team_id:
        raise TeamUnfit(_("已经在这支队里了，请选另一支。"), field="to")
    _kept(to.pk, actor)
    check_consent(member.volunteer.person_id, PURPOSE)
    leave_team(member.pk, actor=actor)
    return join_team(to, member.volunteer, actor=actor)


@transaction.atomic
def close_team(team_id: int, *, reason: str, actor: Person) -> Team:
    """Dissolve a team; its hours, projects and page stay, and it can come back.

    Raises:
        NotAllowed: the actor does not keep the team.
        TeamUnfit: no reason, dissolved before, teams stand below it, or shifts are to come.
    """
    team = _kept(team_id, actor)
    if not reason.strip():
        raise TeamUnfit(_("请写明为什么停止，记录里看得到。"), field="reason")
    if team.children.filter(closed_on=None).exists():
        raise TeamUnfit(_("下面还有队，请先停止下级队，或把它们挂到别的队。"))
    to_come = Shift.objects.not_over().filter(project__team=team)
    if to_come.exists():
        raise TeamUnfit(_("还有没办完的班次，请先取消，或等它们结束。"))
    team.closed_on = today()
    team.save(update_fields=["closed_on"])
    team.members.filter(left_on=None).update(left_on=today(), is_deputy=False)
    record("volunteers.team.closed", team, actor=actor, reason=reason.strip()[:300])
    return team


@transaction.atomic
def reopen_team(team_id: int, *, actor: Person) -> Team:
    """Let a dissolved team come back, empty: members join anew.

    Raises:
        NotAllowed: the actor does not keep the team.
        TeamUnfit: it is not dissolved, or the team above is.
    """
    team = Team.objects.select_for_update(of=("self",)).select_related("parent", "region", "host").get(pk=team_id)
    if not may_keep_team(actor, team):
        raise NotAllowed
    if team.closed_on is None:
        raise TeamUnfit(_("这支队没有停止，不用恢复。"))
    if team.parent is not None and team.parent.closed_on is not None:
        raise TeamUnfit(_("它的上级队已经停止，请先恢复上级队。"))
    team.closed_on = None
    team.save(update_fields=["closed_on"])
    record("volunteers.team.reopened", team, actor=actor)
    return team


def _kept(team_id: int, actor: Person) -> Team:
    """The team, held, where the actor keeps it and it works."""
    team = Team.objects.select_for_update(of=("self",)).select_related("region", "host").get(pk=team_id)
    if not may_keep_team(actor, team):
        raise NotAllowed
    if team.closed_on is not None:
        raise TeamUnfit(_("这支队已经停止，请先恢复。"))
    return team


def _member(member_id: int) -> TeamMember:
    found = TeamMember.objects.select_for_update(of=("self",))
    member = found.select_related("volunteer__person", "team__region", "team__host").get(pk=member_id)
    if member.left_on is not None:
        raise TeamUnfit(_("这位队员已经离队，请刷新页面。"))
    return member
