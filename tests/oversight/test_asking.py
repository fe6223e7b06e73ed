"""Asking without an account: a number, a code, and nothing that says who asked."""

import uuid

import pytest
from django.core.cache import cache

from kepu.directory.todos.queries import todos_for
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.oversight.errors import CodeWrong, FormUsed, QuestionMoved, SubjectUnknown, TextUnfit, TooManyAttempts
from kepu.oversight.models import Question, QuestionStep
from kepu.oversight.queries import public_page
from kepu.oversight.services import add_details, ask_question, judge_answer, open_own, reopen_question, request_details
from tests.factories import PersonFactory
from tests.oversight.factories import MONDAY, Scene, ask, set_days

pytestmark = pytest.mark.django_db


def test_a_question_is_kept_hidden_and_waits_for_the_office():
    with fixed(MONDAY):
        scene = Scene()

        question = scene.question
        assert (question.state, question.owner, question.title_shown) == ("received", scene.body, "")
        assert scene.receipt.number == "2024-0001"
        assert len(scene.receipt.code) == 12
        assert public_page(2024, 1) is None
        assert [todo.action for todo in todos_for(scene.office)] == ["去审核"]
        assert not todos_for(scene.liaison)
        entry = AuditEntry.objects.get(action="oversight.question.asked")
        assert entry.actor_id is None
        assert "展馆" not in str(entry.data)
        assert QuestionStep.objects.get().who == "asker"


def test_numbers_run_through_each_year():
    with fixed(MONDAY):
        assert [ask().number for _n in range(2)] == ["2024-0001", "2024-0002"]
    with fixed(MONDAY.replace(year=2025)):
        assert ask().number == "2025-0001"


def test_the_code_is_stored_as_a_keyed_hash_only(settings):
    scene = Scene()
    assert scene.receipt.code.encode() not in bytes(scene.question.code_digest)
    assert open_own(*scene.proof).pk == scene.pk

    settings.SECRET_KEY = "another-secret-" + "0" * 40
    with pytest.raises(CodeWrong):
        open_own(*scene.proof)


def test_number_and_code_are_read_as_people_type_them():
    with fixed(MONDAY):
        scene = Scene()
    code = scene.receipt.code

    assert open_own("２０２４－1", f" {code[:4]} {code[4:8]}-{code[8:]}").pk == scene.pk


def test_wrong_code_wrong_number_and_another_ones_code_open_nothing():
    first, second = Scene(), ask()

    for number, code in (
        (first.receipt.number, "000000000000"),
        (second.number, first.receipt.code),
        ("2024-9999", first.receipt.code),
        ("", ""),
        ("x" * 30, "y" * 40),
    ):
        with pytest.raises(CodeWrong):
            open_own(number, code)


def test_a_form_sent_twice_is_one_question_with_one_code():
    key = uuid.uuid4()
    given = {"kind": "ask", "title": "甲", "text": "乙"}

    first = ask_question(**given, form_key=key)
    again = ask_question(**given, form_key=key)

    assert (again.number, again.code, again.is_new) == (first.number, first.code, False)
    assert Question.objects.count() == 1
    with pytest.raises(FormUsed):
        ask_question(kind="ask", title="另一件", text="乙", form_key=key)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "字" * 100_000}, "text"),
        ({"text": "字" * 2001}, "text"),
        ({"text": "  \n"}, "text"),
        ({"title": "题" * 101}, "title"),
        ({"kind": "praise"}, "kind"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(given, field):
    with pytest.raises(TextUnfit) as refused:
        ask(**given)

    assert refused.value.data["field"] == field
    assert not Question.objects.exists()


def test_the_length_is_the_sites_own():
    set_days("most_characters", 5)

    with pytest.raises(TextUnfit, match="最多 5 字"):
        ask(text="六个字不可以")
    assert ask(text="五个字可以")


def test_invisible_marks_are_dropped():
    receipt = ask("开放\u202e时间", "甲\u200b乙\u0007")

    question = Question.objects.get(pk=receipt.question_id)
    assert (question.title_written, question.text_written) == ("开放时间", "甲乙")


@pytest.mark.parametrize("about", ["no.such:1", "directory.organisation:0", "directory.organisation:x", "x", ":"])
def test_a_thing_that_is_not_there_is_said(about):
    with pytest.raises(SubjectUnknown):
        ask(about=about)


def test_one_visitor_asks_so_often_an_hour_and_no_more():
    cache.clear()
    set_days("asks_per_hour", 2)
    ask(visitor="甲")
    ask(visitor="甲")

    with pytest.raises(TooManyAttempts):
        ask(visitor="甲")
    assert ask(visitor="乙").is_new
    assert Question.objects.count() == 3


def test_wrong_codes_are_counted_right_ones_are_not():
    cache.clear()
    set_days("wrong_codes_per_hour", 2)
    scene = Scene()
    for _n in range(5):
        open_own(*scene.proof, visitor="甲")
    for _n in range(2):
        with pytest.raises(CodeWrong):
            open_own(scene.receipt.number, "1", visitor="甲")

    with pytest.raises(TooManyAttempts):
        open_own(*scene.proof, visitor="甲")
    assert open_own(*scene.proof, visitor="乙")


def test_details_let_the_clock_run_again_and_reach_the_body():
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene().release()
        request_details(scene.pk, text="请说是哪一个馆。", actor=scene.liaison)
        assert scene.question.due_on is None
        assert not todos_for(scene.liaison)
    with fixed(MONDAY.replace(day=4)):
        add_details(*scene.proof, "是海洋馆。")

        question = scene.question
        assert (question.state, question.due_on) == ("in_hand", MONDAY.replace(day=11))
        assert [todo.due_on for todo in todos_for(scene.liaison)] == [MONDAY.replace(day=11)]
        assert question.pauses.get().until == MONDAY.replace(day=4)
        with pytest.raises(QuestionMoved):
            add_details(*scene.proof, "再说一句。")


def test_settled_closes_and_only_the_asker_says_so():
    scene = Scene().release().answer()

    with pytest.raises(CodeWrong):
        judge_answer(scene.receipt.number, "123456789012", is_settled=True)
    judge_answer(*scene.proof, is_settled=True)

    question = scene.question
    assert (question.state, question.verdict, question.closing) == ("closed", "settled", "settled")
    with pytest.raises(QuestionMoved):
        reopen_question(*scene.proof)
    with pytest.raises(QuestionMoved):
        judge_answer(*scene.proof, is_settled=False, text="反悔")


def test_not_settled_needs_a_word_why():
    scene = Scene().release().answer()

    with pytest.raises(TextUnfit):
        judge_answer(*scene.proof, is_settled=False, text=" ")
    assert scene.question.state == "answered"


def test_reopening_really_reaches_the_body_again():
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene().release().answer()
        assert not todos_for(scene.liaison)
    with fixed(MONDAY.replace(day=23)):
        scene.dispute()
        assert scene.question.answered_on is not None

        reopen_question(*scene.proof, "请说清节假日。")

        question = scene.question
        assert (question.state, question.round, question.verdict) == ("in_hand", 2, "")
        assert question.answered_on is None
        assert question.clock_starts_on == MONDAY.replace(day=23)
        assert question.due_on == MONDAY.replace(day=29)  # the 29th is a Sunday that is worked
        todo = todos_for(scene.liaison).get()
        assert "第 2 次办理" in todo.reason
        assert todo.due_on == question.due_on
    with pytest.raises(QuestionMoved):
        reopen_question(*scene.proof)


def test_nobody_can_judge_before_there_is_an_answer():
    scene = Scene().release()

    with pytest.raises(QuestionMoved):
        judge_answer(*scene.proof, is_settled=True)
    with pytest.raises(QuestionMoved):
        add_details(*scene.proof, "没人问我")


def test_another_body_has_no_todo():
    Scene().release()

    assert not todos_for(PersonFactory())
