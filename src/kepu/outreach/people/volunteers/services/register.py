"""Become a volunteer, give times, end; teams, training, commendations."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import check_consent, standing_of
from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.people.conflicts.queries import same_humans
from kepu.outreach.people.volunteers.choices import TeamLevel, VolunteerState
from kepu.outreach.people.volunteers.errors import TeamUnfit, VolunteerUnfit
from kepu.outreach.people.volunteers.models import (
    Commendation,
    OfferedTime,
    Team,
    TeamMember,
    Training,
    Volunteer,
    VolunteerCounter,
)
from kepu.outreach.people.volunteers.permissions import may_keep_desk, may_keep_team, may_start_team
from kepu.outreach.people.volunteers.rules import PURPOSE
from kepu.outreach.people.volunteers.services.seats import give_up_seats


def _next_number(region_code: str) -> str:
    VolunteerCounter.objects.get_or_create(region_code=region_code)
    counter = VolunteerCounter.objects.select_for_update().get(region_code=region_code)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return f"{region_code}{counter.last_number:08d}"


def _known_skills(skills: Sequence[str]) -> list[str]:
    known = code_list("volunteers.skills").labels
    if unknown := [skill for skill in skills if skill not in known]:
        raise VolunteerUnfit(_("没有这项技能：%(names)s。") % {"names": "、".join(unknown)}, field="skills")
    return sorted(set(skills))


@transaction.atomic
def register_volunteer(
    person_id: int,
    *,
    actor: Person,
    region: Region | None = None,
    skills: Sequence[str] = (),
    is_association: bool = True,
    is_registered: bool = False,
    is_name_public: bool = False,
) -> Volunteer:
    """Give a person a number; who ended comes back under the old one.

    Args:
        person_id: who.
        actor: the person, or the desk.
        region: where the person lives.
        skills: codes of `volunteers.skills`.
        is_association: counts among the 科协 volunteers.
        is_registered: counts among the statistics' 注册科普志愿者; two registers, two counters.
        is_name_public: whether a check of a certificate shows the name.

    Raises:
        NotAllowed: the actor is neither.
        ConsentMissing, GuardianNeeded: nobody agreed to `volunteer`, or the guardian of a minor has not.
        VolunteerUnfit: registered already, by this or another account.
    """
    if actor.pk != person_id and not may_keep_desk(actor):
        raise NotAllowed
    check_consent(person_id, PURPOSE)
    person = Person.objects.select_for_update().get(pk=person_id)
    others = Volunteer.objects.filter(person__in=same_humans(person_id) - {person_id}, state=VolunteerState.ACTIVE)
    if others.exists():
        raise VolunteerUnfit(_("您已用另一个账号登记为志愿者，请用那个账号，时长才不会分在两处。"))
    if not (is_association or is_registered):
        raise VolunteerUnfit(_("科协科技志愿者、注册科普志愿者，至少选一个。"))
    found = Volunteer.objects.filter(person=person).first()
    if found is not None and found.state == VolunteerState.ACTIVE:
        raise VolunteerUnfit(_("已经登记过了，编号 %(number)s。") % {"number": found.number})
    here = city()
    volunteer = found or Volunteer(person=person, number=_next_number(here.code if here else "0000"))
    volunteer.state, volunteer.ended_on = VolunteerState.ACTIVE, None
    volunteer.registered_on = today()
    volunteer.region, volunteer.skills = region, _known_skills(skills)
    volunteer.is_association, volunteer.is_registered = is_association, is_registered
    volunteer.is_name_public, volunteer.is_demonstration = is_name_public, is_made_up(person)
    volunteer.save()
    record("volunteers.volunteer.registered", volunteer, actor=actor, number=volunteer.number)
    return volunteer


@transaction.atomic
def register_oneself(
    *,
    is_given: bool,
    text_digest: str,
    region: Region | None,
    skills: Sequence[str],
    is_registered: bool,
    actor: Person,
) -> Volunteer | None:
    """Answer the text and register in one step; whoever does not agree is not registered, and that is all.

    Args:
        is_given: the answer.
        text_digest: fingerprint of the text that was shown.
        region: where the person lives.
        skills: codes of `volunteers.skills`.
        is_registered: counts among the 注册科普志愿者 as well.
        actor: oneself.

    Raises:
        GuardianNeeded: a minor, whose guardian has to answer.
        ConsentMissing: the text changed meanwhile.
        VolunteerUnfit: as of `register_volunteer`.
    """
    if not is_given or not standing_of(actor.pk, PURPOSE).holds:
        answer_consent(actor.pk, PURPOSE, is_given=is_given, text_digest=text_digest, actor=actor)
    if not is_given:
        return None
    return register_volunteer(actor.pk, actor=actor, region=region, skills=skills, is_registered=is_registered)


@transaction.atomic
def change_volunteer(
    volunteer_id: int,
    *,
    actor: Person,
    skills: Sequence[str],
    times: Sequence[tuple[int, time, time]],
    takes_assignments: bool,
    is_name_public: bool,
) -> Volunteer:
    """Say what one can do and when; nobody says it for another.

    Raises:
        NotAllowed: somebody else's.
        VolunteerUnfit: an unknown skill, or a time that ends before it begins.
    """
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer_id)
    if volunteer.person_id != actor.pk:
        raise NotAllowed
    check_consent(volunteer.person_id, PURPOSE)
    if any(ends <= starts for _weekday, starts, ends in times):
        raise VolunteerUnfit(_("可服务时间的结束要晚于开始。"))
    volunteer.skills, volunteer.takes_assignments = _known_skills(skills), takes_assignments
    volunteer.is_name_public = is_name_public
    volunteer.save(update_fields=["skills", "takes_assignments", "is_name_public"])
    volunteer.times.all().delete()
    OfferedTime.objects.bulk_create(
        OfferedTime(volunteer=volunteer, weekday=weekday, starts=starts, ends=ends)
        for weekday, starts, ends in sorted(set(times))
    )
    record("volunteers.volunteer.changed", volunteer, actor=actor)
    return volunteer


@transaction.atomic
def end_volunteer(volunteer_id: int, *, actor: Person) -> Volunteer:
    """Leave: hours and number stay, nothing new comes.

    Raises:
        NotAllowed: neither the person nor the desk.
        VolunteerUnfit: ended before.
    """
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer_id)
    if actor.pk != volunteer.person_id and not may_keep_desk(actor):
        raise NotAllowed
    if volunteer.state == VolunteerState.ENDED:
        raise VolunteerUnfit(_("已经退出了。"))
    volunteer.state, volunteer.ended_on = VolunteerState.ENDED, today()
    volunteer.save(update_fields=["state", "ended_on"])
    volunteer.memberships.filter(left_on=None).update(left_on=today())
    volunteer.times.all().delete()
    seats = give_up_seats(volunteer)
    record("volunteers.volunteer.ended", volunteer, actor=actor, seats=seats)
    return volunteer


@transaction.atomic
def start_team(
    name: str, *, level: int, parent: Team | None, region: Region, host: Organisation, leader: Person | None,
    about: str = "", actor: Person,
) -> Team:  # fmt: skip
    """Set up a team on its step of the ladder 总队 → 支队 → 大队 → 队.

    Raises:
        NotAllowed: the actor does not keep teams of this host.
        TeamUnfit: the name is taken, or the team above does not stand on a higher step.
    """
    if not may_start_team(actor, host):
        raise NotAllowed
    if level == TeamLevel.CORPS and parent is not None:
        raise TeamUnfit(_("总队在最上面，没有上级队。"), field="parent")
    if level != TeamLevel.CORPS and (parent is None or parent.level >= level):
        raise TeamUnfit(_("请选上级队：支队属于总队，大队属于支队，队属于大队，不能倒过来。"), field="parent")
    if Team.objects.filter(name=name.strip()).exists():
        raise TeamUnfit(_("已有同名的队，请加上地名或单位名。"), field="name")
    team = Team.objects.create(
        name=name.strip(), level=level, parent=parent, region=region, host=host, leader=leader, about=about,
        founded_on=today(), is_demonstration=is_made_up(actor),
    )  # fmt: skip
    record("volunteers.team.started", team, actor=actor, level=level)
    return team


@transaction.atomic
def join_team(team: Team, volunteer: Volunteer, *, actor: Person, is_deputy: bool = False) -> TeamMember:
    """Put a volunteer into a team; deputies are named by who keeps it.

    Raises:
        NotAllowed: neither oneself (as an ordinary member) nor who keeps the team.
        VolunteerUnfit: the volunteer ended.
        TeamUnfit: the team was dissolved.
    """
    is_self = actor.pk == volunteer.person_id and not is_deputy
    if not is_self and not may_keep_team(actor, team):
        raise NotAllowed
    if team.closed_on is not None:
        raise TeamUnfit(_("这支队已经停止，请选别的队。"))
    if volunteer.state != VolunteerState.ACTIVE:
        raise VolunteerUnfit(_("已退出的志愿者不能入队，请先重新登记。"))
    check_consent(volunteer.person_id, PURPOSE)
    member, _made = TeamMember.objects.get_or_create(
        team=team, volunteer=volunteer, left_on=None, defaults={"is_deputy": is_deputy, "joined_on": today()}
    )
    if is_deputy and not member.is_deputy:  # to join again takes nobody's office away
        member.is_deputy = True
        member.save(update_fields=["is_deputy"])
    record("volunteers.team.joined", member, actor=actor, is_deputy=is_deputy)
    return member


@transaction.atomic
def note_training(
    volunteer: Volunteer, *, title: str, organiser: str, held_on: date, hours: Decimal, actor: Person
) -> Training:
    """Put a training on record.

    Raises:
        NotAllowed: not of the desk.
        VolunteerUnfit: the day is still to come.
    """
    if not may_keep_desk(actor):
        raise NotAllowed
    if held_on > today():
        raise VolunteerUnfit(_("日期还没到，培训过了再记。"), field="held_on")
    made = Training.objects.create(
        volunteer=volunteer, title=title, organiser=organiser, held_on=held_on, hours=hours, recorded_by=actor
    )
    record("volunteers.training.noted", made, actor=actor, volunteer=volunteer.number)
    return made


@transaction.atomic
def note_commendation(volunteer: Volunteer, *, title: str, giver: str, given_on: date, actor: Person) -> Commendation:
    """Put a commendation on record.

    Raises:
        NotAllowed: not of the desk.
        VolunteerUnfit: the day is still to come.
    """
    if not may_keep_desk(actor):
        raise NotAllowed
    if given_on > today():
        raise VolunteerUnfit(_("日期还没到，表彰过了再记。"), field="given_on")
    made = Commendation.objects.create(
        volunteer=volunteer, title=title, giver=giver, given_on=given_on, recorded_by=actor
    )
    record("volunteers.commendation.noted", made, actor=actor, volunteer=volunteer.number)
    return made
