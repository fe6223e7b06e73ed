"""People ask about tasks and targets; the text says who answers, or nobody does until the office decides."""

import pytest

from kepu.oversight.models import Question
from kepu.oversight.queries import subject_of
from kepu.plan.tasks.models import Duty, Target, Task
from tests.oversight.factories import ask
from tests.plan.factories import small_plan

pytestmark = pytest.mark.django_db


def test_a_task_of_one_body_is_answered_by_it_a_shared_one_by_whom_the_office_names():
    plan = small_plan()
    shared, single = Task.objects.filter(plan=plan).order_by("position")

    assert subject_of("plan.task", str(shared.pk)).owner_organisation_id is None
    found = subject_of("plan.task", str(single.pk))
    assert found.owner_organisation_id == single.duties.get().organisation_id
    assert found.region_id == plan.region_id
    assert found.address == f"/plan/{plan.slug}/tasks/{single.slug}/"

    lead = shared.duties.first()
    Duty.objects.filter(pk=lead.pk).update(role="lead")
    assert subject_of("plan.task", str(shared.pk)).owner_organisation_id == lead.organisation_id


def test_a_target_leads_to_its_task_and_keeps_its_name_in_the_question():
    plan = small_plan()
    target = Target.objects.filter(plan=plan, task__isnull=False).first()

    receipt = ask(about=f"plan.target:{target.pk}")

    question = Question.objects.get(pk=receipt.question_id)
    assert question.subject_label == str(target)
    assert "/tasks/" in question.subject_address


@pytest.mark.parametrize("subject_type", ["plan.task", "plan.target"])
def test_what_is_not_there_or_struck_is_no_subject(subject_type):
    plan = small_plan()
    thing = (Task if subject_type == "plan.task" else Target).objects.filter(plan=plan).first()
    type(thing).objects.filter(pk=thing.pk).update(is_struck=True)

    assert [subject_of(subject_type, one) for one in (str(thing.pk), "0", "x", "²", "9" * 30)] == [None] * 5
