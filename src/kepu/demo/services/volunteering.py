"""Tell the example's volunteers: a ladder of teams, projects, shifts that were served, and certificates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, RegionLevel, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import match_organisations
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.foundation.approvals.services import approve
from kepu.foundation.certificates.services import end_publicity
from kepu.foundation.codes.queries import code_list
from kepu.outreach.people.volunteers.models import Project, Shift, Team, Volunteer
from kepu.outreach.people.volunteers.queries import lead_page
from kepu.outreach.people.volunteers.services import (
    PURPOSE,
    accept_application,
    apply_for_certificate,
    arrive,
    ask_late_hours,
    change_volunteer,
    confirm_as_leader,
    confirm_as_receiver,
    depart,
    join_shift,
    join_team,
    plan_shift,
    register_oneself,
    start_project,
    start_team,
)

_CERTIFICATES = ((date(2024, 8, 26), date(2024, 8, 28)), (date(2024, 9, 9), date(2024, 9, 11)))
_LATE_ON, _END_OF_PUBLICITY = date(2024, 9, 3), date(2024, 9, 10)


def instant(day: date, at: Any) -> datetime:
    """An instant of the city's day."""
    return timezone.make_aware(datetime.combine(day, at))


@transaction.atomic
def load_volunteers(region: Region, given: Mapping[str, Any]) -> int:
    """Load the made-up volunteers of an example; a site that has any is left as it is.

    Args:
        region: the city.
        given: the section `volunteers` of the file `people.toml`.

    Returns:
        How many volunteers were registered.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Volunteer.objects.exists():
        return 0
    return _Teller(region, given).tell()


class _Teller:
    """Draws everything from one seed."""

    def __init__(self, region: Region, given: Mapping[str, Any]) -> None:
        self._given, self._region = given, region
        self._chance = Random(given["count"])  # noqa: S311 a demonstration is not a secret
        self._office: Person = demonstration_person(Role.LEADING_OFFICE)
        named = [row["host"] for row in given["team"]] + [row["receiver"] for row in given["project"]]
        self._bodies = match_organisations(named, region=region)
        inside = Region.objects.filter(path__startswith=region.path, valid_to=None)
        self._districts = list(inside.filter(level=RegionLevel.DISTRICT).order_by("code"))
        self._skills = sorted(code_list("volunteers.skills").labels)
        self._agreed = consent_text(PURPOSE).digest
        self._teams: dict[str, Team] = {}

    def tell(self) -> int:
        with clock.fixed(self._given["registered_on"]):
            leaders = [self._register(Participant.TEAM_LEADER, n) for n in range(1, len(self._given["team"]) + 1)]
            people = [self._register(Participant.VOLUNTEER, n) for n in range(1, self._given["count"] + 1)]
            for row in self._given["team"]:
                self._teams[row["name"]] = self._team(row, leaders[row["leader"] - 1])
            teams = list(self._teams.values())[1:]
            for number, volunteer in enumerate(people):
                join_team(teams[number % len(teams)], volunteer, actor=volunteer.person)
        projects = [self._project(row) for row in self._given["project"]]
        told = zip(projects, self._given["project"], strict=True)
        past = [(day, project, row) for project, row in told for day in row["past"]]
        for day, project, row in sorted(past, key=lambda one: one[0]):  # an arrival before another's end would overlap
            self._served(project, row, day, people, has_same_text=project == projects[0])
        self._late(projects[0], people[1])
        self._certificates(people)
        return len(leaders) + len(people)

    def _body(self, name: str) -> Organisation:
        body = self._bodies[name].organisation
        if body is None:
            raise LookupError(f"volunteers: no body is called {name}")
        return body

    def _register(self, kind: str, number: int) -> Volunteer:
        person = demonstration_participant(kind, number)
        # The first of each kind is the one behind the door: able to join whatever is offered.
        skills = ["guide", "order", "phone"] if number == 1 else self._chance.sample(self._skills, 2)
        made = register_oneself(
            is_given=True,
            text_digest=self._agreed,
            region=self._chance.choice(self._districts),
            skills=skills,
            is_registered=self._chance.random() < 0.5,  # noqa: PLR2004
            actor=person,
        )
        assert made is not None  # noqa: S101 consent was given
        if number % 3 == 0:
            day = self._chance.randrange(7)
            times = [(day, datetime.min.time().replace(hour=8), datetime.min.time().replace(hour=17))]
            change_volunteer(
                made.pk, actor=person, skills=skills, times=times, takes_assignments=True, is_name_public=False
            )
        return made

    def _team(self, row: Mapping[str, Any], leader: Volunteer) -> Team:
        parent = self._teams[row["parent"]] if "parent" in row else None
        team = start_team(
            row["name"], level=row["level"], parent=parent, region=self._region, host=self._body(row["host"]),
            leader=leader.person, about=row["about"], actor=self._office,
        )  # fmt: skip
        join_team(team, leader, actor=leader.person)
        return team

    def _project(self, row: Mapping[str, Any]) -> Project:
        team, receiver = self._teams[row["team"]], self._body(row["receiver"])
        with clock.fixed(self._given["planned_on"]):
            return start_project(
                team, title=row["title"], field=row["field"], receiver=receiver,
                receiver_contact=demonstration_person(Role.LIAISON, organisation=receiver), region=self._region,
                needs=row["needs"], about=row["about"], starts_on=self._given["planned_on"],
                ends_on=self._given["planned_until"], audience=row["audience"], actor=_leader(team),
            )  # fmt: skip

    def _served(
        self, project: Project, row: Mapping[str, Any], day: date, people: Sequence[Volunteer], *, has_same_text: bool
    ) -> None:
        """A shift from planning to the receiver's word, each step at its time."""
        starts_at, ends_at = instant(day, row["since"]), instant(day, row["until"])
        leader = _leader(project.team)
        with clock.fixed(day - timedelta(days=7)):
            shift = plan_shift(
                project, place=row["place"], starts_at=starts_at, ends_at=ends_at, capacity=row["capacity"],
                skill=row.get("skill", ""), leader=leader, actor=leader,
            )  # fmt: skip
            able = [one for one in people[2:] if not shift.skill or shift.skill in one.skills]
            going = [people[0], *self._chance.sample(able, min(4, len(able), row["capacity"] - 2))]
            if has_same_text:
                going.append(people[1])
            for one in going:
                join_shift(shift.pk, actor=one.person)
        for place, one in enumerate(going, start=day.day):
            text = (
                self._given["same_text"] if has_same_text else self._given["texts"][place % len(self._given["texts"])]
            )
            self._hours(shift, one.person, text)

    def _hours(self, shift: Shift, person: Person, text: str) -> None:
        leader, receiver = _leader(shift.project.team), shift.project.receiver_contact
        assert receiver is not None  # noqa: S101 named by `_project`
        with clock.fixed(shift.starts_at - timedelta(minutes=self._chance.randrange(1, 15))):
            arrive(shift.pk, _code(shift, leader), actor=person)
        with clock.fixed(shift.ends_at + timedelta(minutes=self._chance.randrange(15))):
            hours = depart(shift.pk, _code(shift, leader), actor=person, text=text)
        with clock.fixed(shift.ends_at + timedelta(hours=1)):
            confirm_as_leader(hours.pk, actor=leader)
        with clock.fixed(shift.ends_at + timedelta(hours=5)):
            confirm_as_receiver(hours.pk, actor=receiver, satisfaction="good")

    def _late(self, project: Project, volunteer: Volunteer) -> None:
        """One late entry, asked by the leader and approved by the office."""
        day = _LATE_ON - timedelta(days=6)
        at = datetime.min.time()
        with clock.fixed(_LATE_ON):
            approval = ask_late_hours(
                volunteer, team=project.team, project=project, shift=None,
                starts_at=instant(day, at.replace(hour=9)), ends_at=instant(day, at.replace(hour=11)),
                text="搬运和布置展具", reason="演示：那天馆里停电，现场码没能显示，有签到表。", actor=_leader(project.team),
            )  # fmt: skip
            approve(approval.pk, actor=self._office, words="演示：看过签到表。")

    def _certificates(self, people: Sequence[Volunteer]) -> None:
        """One that went through its days of publicity, one in publicity today, one that waits for the office."""
        issuer = self._body(self._given["team"][0]["host"])
        said = {"responsible": self._given["responsible"], "contact": self._given["contact"]}
        for volunteer, (asked, accepted) in zip(people, _CERTIFICATES, strict=False):
            with clock.fixed(asked):
                application = apply_for_certificate(self._given["planned_on"], asked, actor=volunteer.person)
            with clock.fixed(accepted):
                accept_application(application.pk, issuer=issuer, actor=self._office, **said)
            with clock.fixed(_END_OF_PUBLICITY):
                end_publicity()
        waiting = next(one for one in people[2:] if one.hours.exists())
        apply_for_certificate(self._given["planned_on"], _END_OF_PUBLICITY, actor=waiting.person)


def _leader(team: Team) -> Person:
    if team.leader is None:
        raise LookupError(f"volunteers: {team} has no leader")
    return team.leader


def _code(shift: Shift, leader: Person) -> str:
    page = lead_page(shift.pk, leader)
    return page.code if page is not None else ""
