"""What the house does: screen, refuse, refer, ask for details, answer; who may, in which state, and what follows."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.todos.queries import todos_for
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import _subscribers, subscribe
from kepu.oversight.errors import OwnerMissing, PersonalDataFound, QuestionMoved, TextUnfit
from kepu.oversight.events import QuestionAnswered, QuestionReferred, QuestionReleased
from kepu.oversight.models import QuestionPause, QuestionStep
from kepu.oversight.queries import desk_page, public_page, questions_visible_to
from kepu.oversight.services import (
    add_details,
    answer_question,
    judge_answer,
    refer_question,
    refuse_question,
    release_question,
    request_details,
    screen_words,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.oversight.factories import MONDAY, Scene, ask, set_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Every event of a question that is published during the test."""
    events = []
    kinds = (QuestionReleased, QuestionReferred, QuestionAnswered)
    before = {kind: list(_subscribers[kind]) for kind in kinds}
    for kind in kinds:
        subscribe(kind)(events.append)
    yield events
    for kind in kinds:
        _subscribers[kind][:] = before[kind]


def test_the_office_releases_what_it_screened_to_the_body_that_owes_it(heard):
    scene = Scene()

    scene.release()

    question = scene.question
    assert (question.state, question.text_shown) == ("in_hand", "想去看看。")
    assert question.text_written == "想带孩子去看看。"
    page = public_page(question.year, question.number)
    assert "孩子" not in str(page.trail)
    assert not todos_for(scene.office)
    assert todos_for(scene.liaison).get().action == "去答复"
    assert Notice.objects.get().person == scene.liaison
    assert heard == [QuestionReleased(scene.pk, scene.body.pk)]
    assert AuditEntry.objects.get(action="oversight.question.released").actor_id == scene.office.pk


def test_a_liaison_may_not_screen():
    scene = Scene()

    with pytest.raises(NotAllowed):
        release_question(scene.pk, title="甲", text="", owner_id=scene.body.pk, actor=scene.liaison)
    with pytest.raises(NotAllowed):
        refuse_question(scene.pk, reason="spam", text="乙", actor=scene.liaison)
    assert scene.question.state == "received"


def test_release_wants_a_title_and_a_body():
    scene = Scene()

    with pytest.raises(TextUnfit):
        release_question(scene.pk, title=" ", text="", owner_id=scene.body.pk, actor=scene.office)
    for owner in (None, 0):
        with pytest.raises(OwnerMissing):
            release_question(scene.pk, title="甲", text="", owner_id=owner, actor=scene.office)
    assert not scene.question.is_shown


def test_a_refusal_is_told_to_the_asker_and_shown_to_nobody_else():
    scene = Scene()

    refuse_question(scene.pk, reason="not_a_matter", text="请打 12345。", actor=scene.office)

    question = scene.question
    assert question.state == "refused"
    assert public_page(question.year, question.number) is None
    step = QuestionStep.objects.get(kind="refused")
    assert step.audience == "asker"
    assert "12345" in step.text
    assert not todos_for(scene.office)
    for again in (scene.release, lambda: refuse_question(scene.pk, reason="spam", text="甲", actor=scene.office)):
        with pytest.raises(QuestionMoved):
            again()


def test_a_refusal_without_reason_or_words_is_none():
    scene = Scene()
    for reason, text in (("", "甲"), ("spam", "")):
        with pytest.raises(TextUnfit):
            refuse_question(scene.pk, reason=reason, text=text, actor=scene.office)


def test_a_body_without_liaison_lands_with_the_office():
    scene = Scene()
    other = OrganisationFactory()

    release_question(scene.pk, title="甲", text="", owner_id=other.pk, actor=scene.office)

    assert "还没有联络员" in todos_for(scene.office).get().reason


def test_referral_moves_the_todo_and_leaves_the_clock_alone(heard):
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene().release()
        other = OrganisationFactory()
        colleague = PersonFactory(role=Role.LIAISON, organisation=other)
        due = scene.question.due_on
    with fixed(MONDAY.replace(day=4)):
        refer_question(scene.pk, owner_id=other.pk, text="展馆归他们管。", actor=scene.liaison)

    question = scene.question
    assert (question.owner, question.due_on, question.state) == (other, due, "in_hand")
    assert not todos_for(scene.liaison)
    assert todos_for(colleague).get().due_on == due
    assert heard[-1] == QuestionReferred(scene.pk, other.pk)
    with pytest.raises(NotAllowed):
        refer_question(scene.pk, owner_id=scene.body.pk, text="拿回来。", actor=scene.liaison)
    with pytest.raises(OwnerMissing):
        refer_question(scene.pk, owner_id=other.pk, text="同一个。", actor=colleague)


def test_a_body_without_the_duty_gives_it_back_and_the_office_answers_itself():
    scene = Scene().release()

    refer_question(scene.pk, owner_id=None, text="不是我们的职责。", actor=scene.liaison)

    assert (scene.question.state, scene.question.owner) == ("to_route", None)
    assert todos_for(scene.office).get().action == "去转办"
    answer_question(scene.pk, text="目前没有单位负责这件事，我们记下了，将在明年的计划里提出。", actor=scene.office)
    assert scene.question.state == "answered"
    assert not todos_for(scene.office)


def test_referring_while_details_are_awaited_ends_the_pause():
    scene = Scene().release()
    request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)

    refer_question(scene.pk, owner_id=OrganisationFactory().pk, text="归他们管。", actor=scene.office)

    assert scene.question.pauses.get().until is not None
    assert scene.question.closes_on is None


def test_details_are_asked_once_at_a_time():
    scene = Scene().release()
    request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)

    with pytest.raises(QuestionMoved):
        request_details(scene.pk, text="哪一天？", actor=scene.liaison)
    assert QuestionPause.objects.count() == 1


def test_the_second_answerer_is_told_and_changes_nothing(heard):
    scene = Scene().release()
    answer_question(scene.pk, text="周一闭馆。", note="已电话核实", actor=scene.liaison)

    with pytest.raises(QuestionMoved, match="已答复"):
        answer_question(scene.pk, text="周一开放。", actor=scene.office)

    assert [step.text for step in QuestionStep.objects.filter(kind="answered")] == ["周一闭馆。"]
    assert heard[-1] == QuestionAnswered(scene.pk, is_late=False)
    question = scene.question
    page = public_page(question.year, question.number)
    assert page.answer.text == "周一闭馆。"
    assert page.answer.note == ""
    assert scene.liaison.name not in str(page)
    assert scene.body.name in page.answer.who


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_act_one_after_the_other():
    scene = Scene().release()
    start, outcomes = Barrier(2), []

    def answer(text, actor):
        try:
            start.wait(10)
            answer_question(scene.pk, text=text, actor=actor)
            outcomes.append("answered")
        except QuestionMoved:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=answer, args=given) for given in (("甲。", scene.liaison), ("乙。", scene.office))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["answered", "told"]
    assert QuestionStep.objects.filter(kind="answered").count() == 1


def test_a_liaison_of_another_body_may_nothing():
    scene = Scene().release()
    stranger = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())

    for act in (
        lambda: answer_question(scene.pk, text="甲", actor=stranger),
        lambda: request_details(scene.pk, text="甲", actor=stranger),
        lambda: refer_question(scene.pk, owner_id=stranger.organisation_id, text="甲", actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not questions_visible_to(stranger).exists()
    assert desk_page(stranger, scene.pk) is None


def test_an_answer_with_a_phone_number_is_shown_only_when_checked():
    scene = Scene().release()

    with pytest.raises(PersonalDataFound, match="固定电话"):
        answer_question(scene.pk, text="请打 0532-85912345 预约。", actor=scene.liaison)
    assert scene.question.state == "in_hand"
    answer_question(scene.pk, text="请打 0532-85912345 预约。", actor=scene.liaison, is_checked=True)
    assert scene.question.state == "answered"


def test_words_of_the_asker_are_shown_only_when_screened():
    scene = Scene().release()
    request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)
    add_details(*scene.proof, "海洋馆，我的手机13800138000。")
    question = scene.question

    page = public_page(question.year, question.number)
    assert "海洋馆" not in str(page.trail)
    assert [line.is_screened for line in page.trail if line.kind == "details_added"] == [False]
    waiting = desk_page(scene.office, scene.pk).waiting[0]
    assert waiting.proposed == "海洋馆，我的手机［手机号已隐去］。"
    assert desk_page(scene.liaison, scene.pk).waiting == ()
    with pytest.raises(NotAllowed):
        screen_words(waiting.words_id, text="海洋馆", actor=scene.liaison)

    screen_words(waiting.words_id, text="海洋馆。", actor=scene.office)

    page = public_page(question.year, question.number)
    assert [line.text for line in page.trail if line.kind == "details_added"] == ["海洋馆。"]
    assert not todos_for(scene.office)
    with pytest.raises(QuestionMoved):
        screen_words(waiting.words_id, text="", actor=scene.office)


def test_words_can_stay_between_asker_and_desk():
    scene = Scene().release().answer().dispute()
    words = scene.question.words.get()

    screen_words(words.pk, text="", actor=scene.office)

    page = public_page(scene.question.year, scene.question.number)
    line = next(line for line in page.trail if line.kind == "unsettled")
    assert (line.text, line.is_screened) == ("", True)
    assert "节假日" in str(desk_page(scene.liaison, scene.pk).page.trail)


def test_the_screener_sees_findings_and_the_same_words_again():
    first = ask("展馆 开放吗？", "请打13800138000")
    again = ask("展馆开放吗", "请打 13800138000")
    office = PersonFactory(role=Role.LEADING_OFFICE)

    page = desk_page(office, again.question_id)

    assert [one.kind for one in page.findings] == ["mobile"]
    assert "［手机号已隐去］" in page.proposed_text
    assert [one.pk for one in page.repeats] == [first.question_id]


def test_a_complaint_about_the_answering_body_is_pointed_out():
    scene = Scene(kind="complain")

    assert desk_page(scene.office, scene.pk).is_about_owner


def test_a_district_officer_reads_what_was_released_in_the_district_and_no_raw_words():
    district = RegionFactory(code="370202", name="市南区", parent=city_region())
    scene = Scene(body=OrganisationFactory(region=district))
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=district)
    elsewhere = PersonFactory(
        role=Role.DISTRICT_OFFICER, region=RegionFactory(code="370203", name="市北区", parent=city_region())
    )
    assert desk_page(officer, scene.pk) is None

    scene.release()

    page = desk_page(officer, scene.pk)
    assert (page.may_handle, page.sees_written, page.may_screen) == (False, False, False)
    assert desk_page(elsewhere, scene.pk) is None
    with pytest.raises(NotAllowed):
        answer_question(scene.pk, text="甲", actor=officer)


def test_the_verdict_counts_for_the_body():
    scene = Scene().release().answer()
    judge_answer(*scene.proof, is_settled=True, text="谢谢。")

    assert scene.question.words.get().state == "waiting"
    assert todos_for(scene.office).get().action == "去审核"
