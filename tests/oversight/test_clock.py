"""The clock says until when and exactly why; where a figure is missing it says so and guesses nothing."""

from datetime import date

import pytest

from kepu.foundation.calendar.services import load_year
from kepu.foundation.clock import fixed
from kepu.oversight.models import Question
from kepu.oversight.queries import clock_of, is_late
from kepu.oversight.services import (
    add_details,
    answer_question,
    keep_questions,
    refer_question,
    reopen_question,
    request_details,
)
from tests.factories import OrganisationFactory
from tests.oversight.factories import MONDAY, Scene, set_days

pytestmark = pytest.mark.django_db


def clock(scene):
    question = scene.question
    return clock_of(question, list(question.pauses.all()))


def test_without_a_deadline_of_the_site_there_is_none():
    with fixed(MONDAY):
        scene = Scene().release()

    assert (clock(scene).state, scene.question.due_on) == ("unset", None)
    with fixed(date(2030, 1, 1)):
        assert not is_late(scene.question)


def test_the_day_is_counted_over_the_festival_and_its_moved_day():
    set_days("days_ask", 10)
    with fixed(MONDAY):
        scene = Scene().release()
        told = clock(scene)

    # 3-6, 9-13, and Saturday the 14th, which is worked; the 2nd itself does not count
    assert told.due_on == date(2024, 9, 14)
    assert (told.state, told.left) == ("running", 10)
    assert [(span.since.day, span.until.day, span.name) for span in told.days_off] == [(7, 8, "周末")]
    assert len(told.sources) == 1
    assert "2024" in told.sources[0]


def test_festival_days_are_named():
    set_days("days_ask", 11)
    with fixed(MONDAY):
        told = clock(Scene())

    assert told.due_on == date(2024, 9, 18)
    assert [(span.since.day, span.until.day, span.name) for span in told.days_off] == [
        (7, 8, "周末"),
        (15, 17, "中秋节"),
    ]


def test_the_days_are_those_in_force_when_it_was_asked():
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene()
    set_days("days_ask", 30)

    assert clock(scene).working_days == 5


def test_a_pause_is_shown_with_its_reason_and_its_days():
    set_days("days_ask", 5)
    with fixed(date(2024, 9, 2)):
        scene = Scene().release()
    with fixed(date(2024, 9, 4)):
        request_details(scene.pk, text="请说是哪一个馆。", actor=scene.liaison)
        paused = clock(scene)
    with fixed(date(2024, 9, 9)):
        add_details(*scene.proof, "海洋馆。")
        told = clock(scene)

    assert (paused.state, paused.due_on) == ("paused", None)
    assert told.pauses[0].reason == "请说是哪一个馆。"
    assert [(span.since.day, span.until.day) for span in told.days_paused] == [(4, 6), (9, 9)]
    assert told.due_on == date(2024, 9, 13)  # the 3rd, then 10 to 13: four, five with the 3rd


def test_a_pause_does_not_make_an_overdue_question_less_overdue():
    set_days("days_ask", 2)
    with fixed(date(2024, 9, 2)):
        scene = Scene().release()
    with fixed(date(2024, 9, 9)):
        request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)

        assert clock(scene).state == "late"
        assert is_late(scene.question)


def test_an_answer_stops_it_and_says_whether_it_was_in_time():
    set_days("days_ask", 2)
    with fixed(date(2024, 9, 2)):
        early, late = Scene().release(), Scene().release()
        early.answer()
    with fixed(date(2024, 9, 5)):
        assert clock(late).state == "late"
        late.answer()

        assert (clock(early).state, clock(late).state) == ("in_time", "answered_late")


def test_answering_while_details_are_awaited_ends_the_pause():
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene().release()
        request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)
        answer_question(scene.pk, text="各馆周一都闭馆。", actor=scene.liaison)

        assert scene.question.pauses.get().until == MONDAY
        assert clock(scene).state == "in_time"


def test_referral_does_not_wind_it_again():
    set_days("days_ask", 5)
    with fixed(MONDAY):
        scene = Scene().release()
        before = clock(scene).due_on
    with fixed(date(2024, 9, 6)):
        refer_question(scene.pk, owner_id=OrganisationFactory().pk, text="归他们管。", actor=scene.liaison)

        assert clock(scene).due_on == before


def test_reopening_winds_it_again_and_forgets_old_pauses():
    set_days("days_ask", 5)
    with fixed(date(2024, 9, 2)):
        scene = Scene().release()
        request_details(scene.pk, text="哪一个馆？", actor=scene.liaison)
    with fixed(date(2024, 9, 3)):
        add_details(*scene.proof, "海洋馆。")
        scene.answer()
    with fixed(date(2024, 9, 23)):
        scene.dispute()
        reopen_question(*scene.proof)
        told = clock(scene)

    assert (told.starts_on, told.due_on, told.pauses) == (date(2024, 9, 23), date(2024, 9, 29), ())


def test_a_year_that_nobody_loaded_is_said_and_counted_when_it_is_loaded():
    set_days("days_ask", 5)
    with fixed(date(2095, 3, 1)):
        scene = Scene().release()
        told = clock(scene)

        assert (told.state, told.due_on) == ("unknown", None)
        assert "2095" in told.problem
        load_year("day,kind,name\n2095-01-01,放假,元旦\n".encode(), source="示例通知", actor=None)
        assert keep_questions().recounted == 1
        assert scene.question.due_on == date(2095, 3, 8)
        assert clock(scene).sources == ("2095 年：示例通知",)


def test_the_stored_day_is_what_the_page_explains():
    set_days("days_ask", 7)
    with fixed(MONDAY):
        scene = Scene().release()

        assert scene.question.due_on == clock(scene).due_on == Question.objects.get().due_on
