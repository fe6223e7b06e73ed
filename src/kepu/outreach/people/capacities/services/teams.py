"""Found and keep teams, note what persons and teams did, log visits."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.people.capacities.choices import CapacityState, RecordKind
from kepu.outreach.people.capacities.errors import TeamUnfit
from kepu.outreach.people.capacities.models import BY_HAND, Capacity, Team, TeamMember, TrackRecord
from kepu.outreach.people.capacities.permissions import may_keep_teams
from kepu.outreach.people.capacities.queries.finding import choices_of
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
        TeamUnfit: no name, a name that is taken, a kind that is not in the list, or a day that has not come.
    """
    if not may_keep_teams(actor):
        raise NotAllowed
    founded = founded_on or today()
    _check_team(name, kind, founded)
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


def _check_team(name: str, kind: str, founded: date, *, but: Team | None = None) -> None:
    others = Team.objects.exclude(pk=but.pk) if but is not None else Team.objects.all()
    if not name.strip() or others.filter(name=name.strip()).exists():
        raise TeamUnfit(_("团队要有一个还没有用过的名称。"), field="name")
    if kind not in {code for code, _label in choices_of("team_kinds")} and (but is None or kind != but.kind):
        raise TeamUnfit(_("请选团队类型。"), field="kind")
    if founded > today():
        raise TeamUnfit(_("成立日期不能在今天以后。"), field="founded_on")


@transaction.atomic
def change_team(
    team_id: int,
    *,
    name: str,
    kind: str,
    introduction: str,
    organisation: Organisation | None,
    founded_on: date,
    is_public: bool,
    actor: Person,
) -> Team:
    """Change what is said of a team; its people and its leader have acts of their own.

    Raises:
        NotAllowed: the actor is not of the leading office.
        TeamUnfit: as `found_team`; or somebody joined before the day named; or the team is dissolved.
    """
    if not may_keep_teams(actor):
        raise NotAllowed
    team = _standing(team_id)
    _check_team(name, kind, founded_on, but=team)
    earlier = Q(since__lt=founded_on) & ~Q(since=team.founded_on) | Q(until__lt=founded_on)
    if team.members.filter(earlier).exists():
        raise TeamUnfit(_("有成员在这一天以前就加入了，请核对成立日期。"), field="founded_on")
    team.members.filter(since=team.founded_on).update(since=founded_on)
    team.name, team.kind, team.introduction = name.strip(), kind, introduction.strip()
    team.organisation, team.founded_on, team.is_public = organisation, founded_on, is_public
    team.save()
    record("capacities.team.changed", team, actor=actor)
    return team


@transaction.atomic
def dissolve_team(team_id: int, *, ended_on: date | None = None, actor: Person) -> Team:
    """Dissolve a team: its members leave with it, what it did stays on record.

    Raises:
        NotAllowed: the actor is not of the leading office.
        TeamUnfit: it is dissolved, or the day lies in the future or before somebody joined.
    """
    if not may_keep_teams(actor):
        raise NotAllowed
    team = _standing(team_id)
    day = ended_on or today()
    if day > today() or day < team.founded_on or team.members.filter(since__gt=day).exists():
        raise TeamUnfit(_("解散日期应在今天以前、所有成员加入以后。"), field="ended_on")
    team.members.filter(until=None).update(until=day)
    team.ended_on = day
    team.save(update_fields=["ended_on"])
    record("capacities.team.dissolved", team, actor=actor)
    return team


def _standing(team_id: int) -> Team:
    team = Team.objects.select_for_update().get(pk=team_id)
    if team.ended_on is not None:
        raise TeamUnfit(_("这个团队已经解散。"))
    return team


@transaction.atomic
def note_output(
    team_id: int, *, kind: str, title: str, occurred_on: date, address: str = "", actor: Person
) -> TrackRecord:
    """Note by hand what a team made or held, where no room hands it down.

    Raises:
        NotAllowed: the actor is neither the office nor the team's leader.
        TeamUnfit: the team is dissolved, no title, another kind, or a day outside the team's life.
    """
    team = _standing(team_id)
    if not may_keep_teams(actor) and actor.pk != team.leader_id:
        raise NotAllowed
    if not title.strip():
        raise TeamUnfit(_("请写成果的名称。"), field="title")
    if kind not in {RecordKind.SESSION, RecordKind.WORK}:
        raise TeamUnfit(_("请选是讲过的还是作品。"), field="kind")
    if not team.founded_on <= occurred_on <= today():
        raise TeamUnfit(_("日期应在团队成立以后、今天以前。"), field="occurred_on")
    found = note_record(
        f"{BY_HAND}{uuid.uuid4()}", kind=kind, title=title.strip(), occurred_on=occurred_on, team=team,
        address=address.strip(), is_demonstration=team.is_demonstration,
    )  # fmt: skip
    record("capacities.team.output_noted", team, actor=actor, output=found.pk)
    return found


@transaction.atomic
def strike_output(output_id: int, *, actor: Person) -> None:
    """Take back what was noted by hand; what a room handed down, only that room takes back.

    Raises:
        NotAllowed: the actor is neither the office nor the team's leader.
        TeamUnfit: a room handed it down.
    """
    output = TrackRecord.objects.select_for_update(of=("self",)).select_related("team").get(pk=output_id)
    if output.team is None or (not may_keep_teams(actor) and actor.pk != output.team.leader_id):
        raise NotAllowed
    if not output.source.startswith(BY_HAND):
        raise TeamUnfit(_("这一项不是手工登记的，要到登记它的地方改。"))
    record("capacities.team.output_struck", output.team, actor=actor, output=output.pk)
    output.delete()


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
