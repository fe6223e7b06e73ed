"""What the database refuses."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kepu.plan.supervision.models import Feedback, SupervisionNotice, SupervisionStep
from tests.kept import kept
from tests.plan.supervision.scenes import MONDAY, Scene
from tests.plan.worlds import DAY

pytestmark = pytest.mark.django_db


_built, scene = kept(Scene)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("supervision_state_known", {"state": "praised", "closed_on": MONDAY}),
        ("supervision_colour_known", {"colour": "green"}),
        ("supervision_trigger_known", {"trigger": "mood"}),
        ("supervision_seen_status_known", {"seen_status": "fine"}),
        ("supervision_round_positive", {"round": 0}),
        ("supervision_issued_is_whole", {"number": None}),
        ("supervision_issued_is_whole", {"answer_days": 0}),
        ("supervision_issued_is_whole", {"clock_starts_on": None}),
        ("supervision_out_when_issued", {"state": "drafted"}),
        ("supervision_ended_has_day", {"state": "struck"}),
        ("supervision_ended_has_day", {"closed_on": MONDAY}),
        ("supervision_by_hand_says_why", {"trigger": "by_hand"}),
        ("supervision_due_after_start", {"due_on": MONDAY}),
    ],
)
def test_a_notice_that_is_out_is_held_to_its_rules(scene, name, values):
    notice = scene.issued()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SupervisionNotice.objects.filter(pk=notice.pk).update(**values)


def test_a_proposal_is_not_signed_for(scene):
    with pytest.raises(IntegrityError, match="supervision_out_when_issued"), transaction.atomic():
        SupervisionNotice.objects.filter(pk=scene.draft().pk).update(state="signed")


def test_a_body_has_one_open_notice_on_a_task_for_one_reason(scene):
    before = scene.draft()
    same = {
        "task": before.task, "body": before.body, "trigger": before.trigger, "colour": "red", "proposed_on": DAY,
        "seen_on": DAY, "seen_status": "behind", "seen_sentence": "落后。",
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="supervision_open_once"), transaction.atomic():
        SupervisionNotice.objects.create(**same)
    SupervisionNotice.objects.create(**(same | {"state": "dropped", "closed_on": DAY}))
    SupervisionNotice.objects.create(**(same | {"trigger": "overdue"}))


def test_a_number_is_given_once(scene):
    first, second = scene.issued(), scene.issued("二(一)4")

    with pytest.raises(IntegrityError, match="supervision_number_once"), transaction.atomic():
        SupervisionNotice.objects.filter(pk=second.pk).update(number=first.number)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("supervision_feedback_reviewed_has_day", {"verdict": "accepted"}),
        ("supervision_feedback_reviewed_has_day", {"reviewed_on": MONDAY}),
        ("supervision_feedback_reviewed_has_day", {"verdict": "so so", "reviewed_on": MONDAY}),
        ("supervision_feedback_says_why_and_how", {"cause": ""}),
        ("supervision_feedback_says_why_and_how", {"measures": ""}),
    ],
)
def test_an_answer_is_held_to_its_rules(scene, name, values):
    feedback = scene.answered().feedbacks.get()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Feedback.objects.filter(pk=feedback.pk).update(**values)


def test_a_round_has_one_answer(scene):
    feedback = scene.answered().feedbacks.get()
    feedback.pk = None

    with pytest.raises(IntegrityError, match="supervision_feedback_once_a_round"), transaction.atomic():
        feedback.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("supervision_step_kind_known", {"kind": "praised"}),
        ("supervision_step_who_known", {"who": "god"}),
        ("supervision_step_colour_known", {"colour": "green"}),
        ("supervision_step_round_positive", {"round": 0}),
        ("supervision_step_person_named", {"who": "person", "person_id": None}),
        ("supervision_step_person_named", {"person_id": 1}),
    ],
)
def test_a_step_is_held_to_its_rules(scene, name, values):
    step = scene.draft().steps.get()
    step.pk = None
    for field, value in values.items():
        setattr(step, field, value)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        step.save(force_insert=True)


@pytest.mark.parametrize(
    "sql", ["update supervision_step set text = 'x'", "delete from supervision_step", "truncate supervision_step"]
)
def test_the_trail_is_never_changed(scene, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert SupervisionStep.objects.count() == 5
