"""Two people answer for one team at the same moment, on connections of their own: one shift, or one no."""

import pytest

from kepu.directory.register.models import Person
from kepu.outreach.people.volunteers.models import Project, Shift
from kepu.outreach.requests.models import TeamAsk
from kepu.outreach.requests.services import decline_helpers, open_helper_shift
from tests.outreach.people.capacities.test_two_at_once import together
from tests.outreach.requests.crews import crew, helped

pytestmark = pytest.mark.django_db(transaction=True)


def opening(session, person):
    return lambda: open_helper_shift(session.pk, actor=Person.objects.get(pk=person.pk))


def declining(session, person):
    return lambda: decline_helpers(session.pk, "去不了", actor=Person.objects.get(pk=person.pk))


def test_one_leader_twice_and_the_office_open_one_shift(world):
    team = crew(world)
    session = helped(world)
    acts = [opening(session, team.leader), opening(session, team.leader), opening(session, world.office)]
    assert together(*acts) == {"done": 3}
    assert (Shift.objects.count(), Project.objects.count()) == (1, 1)
    assert TeamAsk.objects.get().state == "opened"


def test_a_yes_and_a_no_at_once_are_one_of_both(world):
    team = crew(world)
    session = helped(world)
    came = together(opening(session, team.leader), declining(session, world.office))
    assert came == {"done": 1, "helpers_unfit": 1}
    assert Shift.objects.count() == (TeamAsk.objects.get().state == "opened")
