"""Volunteer teams that could help at a session."""

from datetime import timedelta

from kepu.foundation.clock import today
from kepu.outreach.people.volunteers.models import Project, Team, Volunteer
from kepu.outreach.people.volunteers.services import join_team, start_project, start_team
from kepu.outreach.requests.models import Session
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import volunteer


def crew(world, name="示例手语队", *, able=2, skill="sign", region=None, leader=True) -> Team:
    """A team with so many who know something and let others assign them."""
    team = start_team(
        name, level=1, parent=None, region=region or world.district, host=world.institute,
        leader=PersonFactory(name=f"{name}队长") if leader else None, actor=world.office,
    )  # fmt: skip
    for _ in range(able):
        made = volunteer(skills=[skill])
        Volunteer.objects.filter(pk=made.pk).update(takes_assignments=True)
        join_team(team, made, actor=world.office)
    return team


def project(world, team, title="示例常年项目", *, days=90, **more) -> Project:
    """A project of a team that runs now and for some days to come."""
    given = {
        "title": title, "field": "science", "receiver": world.institute, "receiver_contact": None, "region": team.region,
        "needs": "帮手", "about": "示例", "starts_on": today(), "ends_on": today() + timedelta(days=days),
        "audience": "public",
    }  # fmt: skip
    return start_project(team, **(given | more), actor=world.office)


def helped(world, **more) -> Session:
    """A session of an order that wants two who know sign language."""
    return world.session(**({"helpers": 2, "helper_skill": "sign"} | more))
