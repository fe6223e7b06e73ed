"""The database holds what services promise."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from kepu.foundation.clock import now
from kepu.oversight.models import AskerWords, Question, QuestionPause, QuestionStep
from tests.oversight.factories import Scene, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene().release()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("question_kind_known", {"kind": "praise"}),
        ("question_state_known", {"state": "gone"}),
        ("question_verdict_known", {"verdict": "perhaps"}),
        ("question_closed_says_why", {"state": "closed"}),
        ("question_closed_says_why", {"closing": "silence"}),
        ("question_shown_only_when_released", {"title_shown": ""}),
        ("question_shown_only_when_released", {"state": "received"}),
        ("question_shown_only_when_released", {"released_at": None}),
        ("question_in_work_has_owner", {"owner": None}),
        ("question_clock_has_days", {"clock_days": 0}),
    ],
)
def test_a_question_cannot_be_what_it_must_not(scene, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Question.objects.filter(pk=scene.pk).update(**values)


def test_a_number_and_a_form_are_used_once(scene):
    other = ask()

    with pytest.raises(IntegrityError, match="question_number_once"), transaction.atomic():
        Question.objects.filter(pk=other.question_id).update(number=scene.question.number)
    with pytest.raises(IntegrityError, match="form_digest"), transaction.atomic():
        Question.objects.filter(pk=other.question_id).update(form_digest=scene.question.form_digest)


def test_pauses_are_one_at_a_time_and_in_order(scene):
    day = date(2024, 9, 2)
    QuestionPause.objects.create(question_id=scene.pk, since=day, reason="甲")

    with pytest.raises(IntegrityError, match="question_pauses_once"), transaction.atomic():
        QuestionPause.objects.create(question_id=scene.pk, since=day, reason="乙")
    with pytest.raises(IntegrityError, match="pause_days_in_order"), transaction.atomic():
        QuestionPause.objects.create(question_id=scene.pk, since=day, until=date(2024, 9, 1), reason="丙")


@pytest.mark.parametrize("values", [{"state": "shown"}, {"shown": "甲"}, {"state": "gone"}])
def test_words_are_shown_only_when_screened(scene, values):
    with pytest.raises(IntegrityError, match="asker_words_shown_when_screened"), transaction.atomic():
        AskerWords.objects.create(question_id=scene.pk, written="甲", **values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("oversight_step_kind_known", {"kind": "praised"}),
        ("oversight_step_who_known", {"who": "god"}),
        ("oversight_step_audience_known", {"audience": "desk"}),
        ("oversight_step_round_positive", {"round": 0}),
        ("oversight_step_person_named", {"who": "person"}),
        ("oversight_step_person_named", {"person_id": 1}),
        ("oversight_step_asker_words_apart", {"text": "我说的"}),
    ],
)
def test_a_step_cannot_be_what_it_must_not(scene, name, values):
    step = {"kind": "asked", "who": "asker", "audience": "public", "round": 1, "at": now(), "question_id": scene.pk}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        QuestionStep.objects.create(**{**step, **values})


@pytest.mark.parametrize(
    "sql", ["update oversight_step set text = 'x'", "delete from oversight_step", "truncate oversight_step"]
)
def test_the_trail_can_be_neither_changed_nor_deleted(scene, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
