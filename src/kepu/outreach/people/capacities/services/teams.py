"""Found and keep teams, note what persons and teams did, log visits."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.errors import TeamUnfit
from kepu.outreach.people.capacities.models import Capacity, Team, TeamMember, TrackRecord
from kepu.outreach.people.capacities.permissions import may_keep_teams
from kepu.outreach.people.capacities.services.steps import reindex


@transaction.atomic
def found_team(
    name: str,
    kind: str,
    leader: Person,
    *,
    actor: Person,
    introduction: str = "",
    organisation: Organisation | None = None,
    founded_on: date | None = None,
    is_public: bool = True,
) -> Team:
    """Found a team; its leader is its first member.

    Raises:
        NotAllowed: the actor is not of the leading office.
        TeamUnfit: no name, a name that is taken, or a day that has not come.
    """
    if not may_keep_teams(actor):
        raise NotAllowed
    founded = founded_on or today()
    if not name.strip() or Team.objects.filter(name=name.strip()).exists():
        raise TeamUnfit(_("团队要有一个还没有用过的名称。"), field="name")
    if founded > today():
        raise TeamUnfit(_("成立日期不能在今天以后。"), field="founded_on")
    team = Team.objects.create(
        name=name.strip(),
        kind=kind,
        leader=leader,
        organisation=organisation,
        introduction=introduction.strip(),
        founded_on=founded,
        is_public=is_public,
        is_demonstration=is_made_up(actor),
    )
    TeamMember.objects.create(team=team, person=leader, since=founded)
    record("capacities.team.founded", team, actor=actor)
    return team


@transaction.atomic
def join_team(team_id: int, person: Person, *, actor: Person) -> TeamMember:
    """Take somebody into a team: the office, or the team's leader.

    Raises:
        NotAllowed: the actor is neither.
        TeamUnfit: the team is dissolved, or the person is in it.
    """
    team = Team.objects.select_for_update().get(pk=team_id)
    if not may_keep_teams(actor) and actor.pk != team.leader_id:
        raise NotAllowed
    if team.ended_on is not None:
        raise TeamUnfit(_("这个团队已经解散。"))
    if team.members.filter(person=person, until=None).exists():
        raise TeamUnfit(_("%(who)s已经在这个团队里。") % {"who": person})
    member = TeamMember.objects.create(team=team, person=person, since=max(today(), team.founded_on))
    record("capacities.team.joined", team, actor=actor, person=person.pk)
    return member


@transaction.atomic
def leave_team(member_id: int, *, actor: Person) -> None:
    """Let somebody leave: the person, the leader, or the office. A leader hands the team on first.

    Raises:
        NotAllowed: the actor is none of them.
        TeamUnfit: the person leads the team.
    """
    member = TeamMember.objects.select_for_update(of=("self",)).select_related("team").get(pk=member_id, until=None)
    if actor.pk not in {member.person_id, member.team.leader_id} and not may_keep_teams(actor):
        raise NotAllowed
    if member.person_id == member.team.leader_id:
        raise TeamUnfit(_("负责人要先把团队交给别人，再退出。"))
    member.until = max(today(), member.since)
    member.save(update_fields=["until"])
    record("capacities.team.left", member.team, actor=actor, person=member.person_id)


@transaction.atomic
def hand_team_on(team_id: int, leader: Person, *, actor: Person) -> Team:
    """Let another member lead.

    Raises:
        NotAllowed: the actor is not of the leading office.
        TeamUnfit: the new leader is not in the team.
    """
    team = Team.objects.select_for_update().get(pk=team_id)
    if not may_keep_teams(actor):
        raise NotAllowed
    if not team.members.filter(person=leader, until=None).exists():
        raise TeamUnfit(_("新的负责人要先在团队里。"))
    team.leader = leader
    team.save(update_fields=["leader"])
    record("capacities.team.handed_on", team, actor=actor, person=leader.pk)
    return team


@transaction.atomic
def note_record(
    source: str,
    *,
    kind: str,
    title: str,
    occurred_on: date,
    person: Person | None = None,
    team: Team | None = None,
    address: str = "",
    is_demonstration: bool = False,
) -> TrackRecord:
    """Note what somebody did, handed down by the room where it happened; the same source again brings it up to date.

    From then on it helps to find the person.

    Args:
        source: `room.noun:id` of what happened.
        kind: session, work or visit.
        title: in words fit for everybody.
        occurred_on: the day.
        person: who did it.
        team: or which team.
        address: path of its public page.
        is_demonstration: made up for a demonstration.
    """
    values = {
        "kind": kind,
        "title": title[:200],
        "occurred_on": occurred_on,
        "address": address,
        "is_demonstration": is_demonstration,
    }
    found, _is_new = TrackRecord.objects.update_or_create(source=source, person=person, team=team, defaults=values)
    if person is not None:
        for capacity in Capacity.objects.filter(person=person, state=CapacityState.ADMITTED):
            reindex(capacity)
    return found


def forget_records(source: str) -> None:
    """Forget what a source said, when it is taken back."""
    people = list(TrackRecord.objects.filter(source=source).values_list("person", flat=True))
    TrackRecord.objects.filter(source=source).delete()
    for capacity in Capacity.objects.filter(person__in=people, state=CapacityState.ADMITTED):
        reindex(capacity)
