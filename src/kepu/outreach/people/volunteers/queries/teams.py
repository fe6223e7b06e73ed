"""What teams could do for an upper room: who has enough volunteers for something, and in which project it would be."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from kepu.directory.privacy.choices import ConsentState
from kepu.directory.privacy.models import Consent
from kepu.directory.privacy.queries import minors_among
from kepu.outreach.people.volunteers.choices import VolunteerState
from kepu.outreach.people.volunteers.models import Project, Team, TeamMember
from kepu.outreach.people.volunteers.rules import PURPOSE


@dataclass(frozen=True, slots=True)
class AbleTeam:
    """A team that works, and how many of its volunteers could be asked: a number, never names."""

    id: int
    name: str
    region_path: str
    region_name: str
    able: int


def able_teams(least: int, *, skill: str = "") -> list[AbleTeam]:
    """Teams with enough volunteers who are of age, agreed, are active, let others assign them, and have a skill; by id.

    Args:
        least: so many at least, from 1 up.
        skill: code of `volunteers.skills`; any where none is given.
    """
    newest = Consent.objects.filter(person=OuterRef("volunteer__person"), purpose=PURPOSE)
    found = TeamMember.objects.filter(
        left_on=None, team__closed_on=None, volunteer__state=VolunteerState.ACTIVE, volunteer__takes_assignments=True,
        volunteer__person__is_active=True,
    )  # fmt: skip
    if skill:
        found = found.filter(volunteer__skills__contains=[skill])
    found = found.alias(said=Subquery(newest.order_by("-answered_at", "-pk").values("state")[:1]))
    members: dict[int, set[int]] = defaultdict(set)
    for team, person in found.filter(said=ConsentState.GIVEN).values_list("team", "volunteer__person"):
        members[team].add(person)
    enough = {team: people for team, people in members.items() if len(people) >= least}
    minors = minors_among({person for people in enough.values() for person in people})
    able = {team: len(people - minors) for team, people in enough.items()}
    teams = Team.objects.filter(pk__in=[team for team, count in able.items() if count >= least])
    return [
        AbleTeam(one.pk, one.name, one.region.path, one.region.label, able[one.pk])
        for one in teams.select_related("region").order_by("pk")
    ]


def projects_on(team: Team, day: date) -> QuerySet[Project]:
    """Projects of a team that run on a day, the oldest first."""
    found = Project.objects.filter(team=team, starts_on__lte=day, ends_on__gte=day)
    return found.select_related("receiver").order_by("starts_on", "pk")
