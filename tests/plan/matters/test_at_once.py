"""Two persons at the same moment: one act holds, the other is refused in words."""

import pytest

from kepu.foundation.errors import DomainError
from kepu.plan.matters import services
from kepu.plan.matters.errors import MatterMoved, MatterRaised, MeetingMoved
from kepu.plan.matters.models import AgendaItem, Matter
from kepu.plan.tasks.models import Milestone
from tests.factories import PersonFactory
from tests.plan.matters.scenes import MEETING, MONDAY, Scene
from tests.plan.matters.test_pages import entry_of
from tests.plan.test_two_people import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(settings):
    settings.KEPU_DEMONSTRATION_DAY = MONDAY
    settings.KEPU_IS_DEMONSTRATION = True
    return Scene()


def refusals(given):
    return [one for one in given if isinstance(one, DomainError)]


def test_minutes_are_issued_once(scene, settings):
    item = scene.decided()
    scene.duty(item)
    settings.KEPU_DEMONSTRATION_DAY = MEETING
    other = PersonFactory(role="leading_office")

    given = at_once(*(lambda a=a: services.issue_minutes(item.meeting_id, actor=a) for a in (scene.office, other)))

    (problem,) = refusals(given)
    assert isinstance(problem, MeetingMoved)
    assert Milestone.objects.filter(title__contains="完成第二册审定").count() == 1


def test_a_matter_gets_on_one_of_two_agendas(scene):
    matter, meetings = scene.listed(), (scene.called(), scene.called())

    given = at_once(*(lambda m=m: services.add_item(m.pk, matter.pk, actor=scene.office) for m in meetings))

    (problem,) = refusals(given)
    assert isinstance(problem, MatterMoved)
    assert AgendaItem.objects.count() == 1


def test_an_obstacle_is_raised_by_one_of_two(scene):
    entry = entry_of(scene)

    given = at_once(*(lambda: services.raise_obstacle(entry.pk, actor=scene.office) for _ in range(2)))

    (problem,) = refusals(given)
    assert isinstance(problem, MatterRaised)
    assert Matter.objects.count() == 1


def test_a_form_that_is_sent_twice_raises_one_matter(scene):
    first, second = at_once(*(scene.raised for _ in range(2)))

    assert first == second
    assert Matter.objects.count() == 1
    assert scene.raised(title="另一件事") != first
