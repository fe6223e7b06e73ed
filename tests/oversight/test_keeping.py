"""What time does: silence closes, overdue is told, old words are erased."""

from datetime import date

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from kepu.directory.todos.queries import todos_for
from kepu.foundation.clock import fixed
from kepu.oversight.models import QuestionStep
from kepu.oversight.queries import public_page
from kepu.oversight.services import (
    add_details,
    judge_answer,
    keep_questions,
    refuse_question,
    reopen_question,
    request_details,
)
from tests.oversight.factories import MONDAY, Scene, set_days

pytestmark = pytest.mark.django_db

FIRST, LAST, AFTER = date(2024, 9, 2), date(2024, 9, 17), date(2024, 9, 18)


def test_silence_closes_after_the_days_of_the_site_and_not_before():
    with fixed(FIRST):
        scene = Scene().release().answer()
        assert scene.question.closes_on == LAST
    with fixed(LAST):
        assert keep_questions().closed == 0
    with fixed(AFTER):
        assert keep_questions().closed == 1
        assert keep_questions().closed == 0  # runs as often as one likes

    question = scene.question
    assert (question.state, question.closing, question.verdict) == ("closed", "silence", "")
    assert QuestionStep.objects.get(kind="closed").who == "system"


def test_after_silence_the_asker_may_still_say_that_it_is_not_settled():
    with fixed(FIRST):
        scene = Scene().release().answer()
    with fixed(AFTER):
        keep_questions()
        scene.dispute()
        assert scene.question.state == "unsettled"
        reopen_question(*scene.proof)

        assert todos_for(scene.liaison).count() == 1


def test_a_dispute_that_goes_no_further_closes_with_its_verdict():
    with fixed(FIRST):
        scene = Scene().release().answer().dispute()
    with fixed(AFTER):
        keep_questions()

        assert (scene.question.state, scene.question.verdict) == ("closed", "unsettled")
        reopen_question(*scene.proof)
        assert scene.question.state == "in_hand"


def test_details_that_never_come_close_it_and_late_ones_open_it_again():
    with fixed(FIRST):
        scene = Scene().release()
        request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)
    with fixed(date(2024, 10, 3)):
        keep_questions()
        assert (scene.question.state, scene.question.closing) == ("closed", "no_details")

        add_details(*scene.proof, "海洋馆。")

        assert (scene.question.state, scene.question.closing) == ("in_hand", "")
        assert todos_for(scene.liaison).count() == 1


def test_a_site_that_closes_nothing_by_itself():
    set_days("close_after_days", 0)
    with fixed(FIRST):
        scene = Scene().release().answer()
    with fixed(date(2034, 1, 1)):
        keep_questions()

    assert scene.question.state == "answered"


def test_the_office_is_told_of_what_is_overdue_until_it_is_answered():
    set_days("days_ask", 5)
    with fixed(FIRST):
        scene = Scene().release()
    with fixed(date(2024, 9, 9)):
        assert keep_questions().overdue == 0
    with fixed(date(2024, 9, 10)):
        assert keep_questions().overdue == 1
        keep_questions()
        todo = todos_for(scene.office).get()
        assert scene.body.name in todo.reason
        assert todo.is_overdue
        scene.answer()
        assert not todos_for(scene.office)


def test_old_words_are_erased_when_the_site_says_so():
    with fixed(FIRST):
        refused = Scene()
        refuse_question(refused.pk, reason="spam", text="广告不受理。", actor=refused.office)
        closed = Scene().release().answer()
        judge_answer(*closed.proof, is_settled=True, text="谢谢，我是13800138000。")
    with fixed(date(2034, 1, 1)):
        assert keep_questions().erased == 0
        set_days("keep_written_days", 30)
        assert keep_questions().erased == 2
        assert keep_questions().erased == 0

    assert (refused.question.title_written, refused.question.text_written) == ("", "")
    assert closed.question.text_shown == "想去看看。"
    assert closed.question.words.get().written == ""
    assert not todos_for(closed.office)
    with connection.cursor() as cursor:
        for table in ("oversight_question", "oversight_askerwords", "oversight_step", "audit_entry"):
            cursor.execute(f"select count(*) from {table} t where t::text like '%13800138000%'")
            assert cursor.fetchone() == (0,)


def test_the_job_runs_the_care():
    with fixed(FIRST):
        scene = Scene().release().answer()
    with fixed(AFTER):
        app.tasks["oversight.keep_questions"].func()

    assert scene.question.state == "closed"
    assert public_page(scene.question.year, scene.question.number).trail[-1].who == "系统"
    assert MONDAY == FIRST
