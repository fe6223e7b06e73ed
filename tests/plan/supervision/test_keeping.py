"""What time does: escalation by the rule, reminders once a day, days counted anew."""

from datetime import date

import pytest
from django.utils import translation

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.todos.queries import todos_for
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import _subscribers, subscribe
from kepu.plan.supervision.errors import NoticeMoved
from kepu.plan.supervision.events import SupervisionEscalated
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import notice_page
from kepu.plan.supervision.queries.panels import desk_panel
from kepu.plan.supervision.services import (
    escalate_notice,
    give_feedback,
    issue_by_hand,
    issue_notice,
    keep_notices,
    keeping,
    recount_days,
    return_notice,
    sign_notice,
    withdraw_notice,
)
from kepu.plan.tasks.models import Plan, Task
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.supervision.scenes import MONDAY, Scene, fresh, kinds, set_figure

pytestmark = pytest.mark.django_db

SIGN_BY, DUE = date(2024, 9, 26), date(2024, 10, 11)
UNSIGNED_RISES = date(2024, 9, 29)
"""Two working days after the 26th: Friday the 27th and Sunday the 29th, which is worked."""
UNANSWERED_RISES = date(2024, 10, 15)
"""Three working days after Friday the 11th; Saturday the 12th is worked."""


_built, scene = kept(Scene)


@pytest.fixture
def above(scene):
    """The liaison of a body above the bureau."""
    parent = OrganisationFactory(name="青岛市人民政府")
    scene.bureau.parent, scene.bureau.path = parent, f"{parent.path}{scene.bureau.pk}/"
    scene.bureau.save()
    scene.liaison.organisation.refresh_from_db()
    return PersonFactory(role=Role.LIAISON, organisation=parent)


@pytest.fixture
def heard():
    events, before = [], list(_subscribers[SupervisionEscalated])
    subscribe(SupervisionEscalated)(events.append)
    yield events
    _subscribers[SupervisionEscalated][:] = before


def run(day):
    with fixed(day):
        return keep_notices()


def test_what_nobody_signs_goes_before_the_body_above_and_turns_red(scene, above, heard):
    notice = scene.issued()

    assert run(date(2024, 9, 28)).escalated == 0
    assert run(UNSIGNED_RISES).escalated == 1

    notice = fresh(notice)
    assert (notice.state, notice.colour) == ("issued", "red")
    step = notice.steps.get(kind="escalated")
    assert (step.who, step.data["cause"], step.data["before"], step.data["to"]) == (
        "system", "unsigned", "yellow", "青岛市人民政府",
    )  # fmt: skip
    with fixed(UNSIGNED_RISES):
        assert todos_for(above).filter(key=f"supervision.escalated:{notice.pk}").count() == 1
        assert not todos_for(scene.liaison).filter(key=f"supervision.escalated:{notice.pk}")
        assert "已报它的上级单位" in todos_for(scene.office).get(key=f"supervision.escalated:{notice.pk}").reason
        line = notice_page(scene.office, notice.pk).trail[-1]
    assert Notice.objects.filter(person=above, kind="supervision.escalated").count() == 1
    assert heard == [SupervisionEscalated(notice.pk, notice.task_id, "unsigned", "red")]
    assert "到期未签收，已报上级单位青岛市人民政府和办公室" in line.told
    assert (line.was_colour, line.colour) == ("yellow", "red")


def test_each_cause_goes_up_once(scene, above):
    notice = scene.issued()

    assert [run(UNSIGNED_RISES).escalated, run(UNSIGNED_RISES).escalated] == [1, 0]
    assert run(date(2024, 10, 14)).escalated == 0
    assert [run(UNANSWERED_RISES).escalated, run(date(2024, 11, 1)).escalated] == [1, 0]

    causes = [step.data["cause"] for step in notice.steps.filter(kind="escalated")]
    assert causes == ["unsigned", "unanswered"]


def test_without_a_body_above_the_office_is_told_and_the_trail_says_so(scene):
    notice = scene.signed()

    run(UNANSWERED_RISES)

    with fixed(UNANSWERED_RISES):
        todo = todos_for(scene.office).get(key=f"supervision.escalated:{notice.pk}")
        assert "没有上级单位的联络员" in todo.reason
        assert "已报办公室" in notice_page(scene.office, notice.pk).trail[-1].told
    assert notice.steps.last().data["to"] == ""


def test_whoever_clicks_in_another_language_the_others_read_the_citys(scene):
    with translation.override("en"):
        notice = scene.answered()

    with fixed(MONDAY):
        assert "复核督办反馈" in todos_for(scene.office).get(key=f"supervision.review:{notice.pk}").title
    assert "签收督办" in Notice.objects.get(person=scene.liaison, kind="supervision.notice").title


def test_the_head_of_the_body_is_called_and_reads_but_signs_nothing(scene, client):
    head = PersonFactory(role=Role.UNIT_HEAD, organisation=scene.bureau)
    other = PersonFactory(role=Role.UNIT_HEAD, organisation=OrganisationFactory())
    notice = scene.issued()

    run(UNSIGNED_RISES)

    with fixed(UNSIGNED_RISES):
        (todo,) = todos_for(head)
        assert (todo.key, todo.due_on) == (f"supervision.escalated:{notice.pk}", DUE)
        assert not todos_for(other)
        assert "已报单位负责人" in todos_for(scene.office).get(key=todo.key).reason
        assert "已报单位负责人和办公室" in notice_page(head, notice.pk).trail[-1].told
        assert notice_page(head, notice.pk).acts == frozenset()
        assert notice_page(other, notice.pk) is None
        with pytest.raises(NotAllowed):
            sign_notice(notice.pk, actor=head)
    told = Notice.objects.filter(kind="supervision.escalated")
    assert [one.person for one in told] == [head]


def test_a_head_above_stands_in_where_the_body_has_none(scene, above):
    head = PersonFactory(role=Role.UNIT_HEAD, organisation=above.organisation)
    notice = scene.issued()

    run(UNSIGNED_RISES)

    with fixed(UNSIGNED_RISES):
        assert todos_for(head).filter(key=f"supervision.escalated:{notice.pk}").count() == 1
        line = notice_page(scene.office, notice.pk).trail[-1]
    assert "已报单位负责人、上级单位青岛市人民政府和办公室" in line.told


def test_the_colour_stays_where_the_site_says_so(scene):
    set_figure("raises_colour", value=False)
    notice = scene.issued()

    run(UNANSWERED_RISES)

    assert fresh(notice).colour == "yellow"
    assert kinds(notice)[-1] == "escalated"


def test_what_is_answered_in_time_never_goes_up(scene):
    notice = scene.answered()

    assert run(date(2024, 12, 1)).escalated == 0
    assert fresh(notice).colour == "yellow"


def test_a_returned_answer_that_does_not_come_again_goes_up_in_its_own_round(scene):
    notice = scene.issued()
    run(UNANSWERED_RISES)
    with fixed(date(2024, 10, 17)):
        scene.answer(notice)
        notice = return_notice(notice.pk, reason="不具体", actor=scene.office)
    assert notice.due_on == date(2024, 10, 24)  # five working days: it is red by now

    assert run(date(2024, 10, 28)).escalated == 0
    assert run(date(2024, 10, 29)).escalated == 1


def test_the_answer_takes_the_escalation_down(scene, above):
    notice = scene.issued()
    run(UNANSWERED_RISES)

    with fixed(date(2024, 10, 17)):
        scene.answer(notice)
        assert not todos_for(above).filter(key=f"supervision.escalated:{notice.pk}")


def test_the_liaison_of_the_body_above_may_answer_for_it(scene, above):
    notice = scene.issued()

    with fixed(MONDAY):
        give_feedback(notice.pk, cause="甲", measures="乙", promised_on=date(2024, 12, 1), actor=above)

    assert fresh(notice).state == "answered"


def test_the_office_may_bring_it_before_the_body_above_at_once(scene, above):
    notice = scene.issued()
    with fixed(MONDAY):
        for actor in (scene.liaison, PersonFactory(role=Role.AUDITOR)):
            with pytest.raises(NotAllowed):
                escalate_notice(notice.pk, reason="甲", actor=actor)

        escalate_notice(notice.pk, reason="三次电话没有人接。", actor=scene.office)

    step = notice.steps.last()
    assert (step.kind, step.text, step.data["cause"]) == ("escalated", "三次电话没有人接。", "by_hand")
    assert fresh(notice).colour == "red"


def test_only_what_owes_an_answer_is_escalated(scene):
    notice = scene.answered()

    with fixed(MONDAY), pytest.raises(NoticeMoved):
        escalate_notice(notice.pk, reason="甲", actor=scene.office)


def reminders():
    return Notice.objects.filter(kind="supervision.reminder")


def test_the_liaison_is_reminded_once_on_each_day_of_the_rule(scene):
    scene.signed()
    SupervisionNotice.objects.filter(state="drafted").update(state="dropped", closed_on=MONDAY)

    days = [date(2024, 10, day) for day in (8, 9, 10, 11, 12, 13, 14, 15)]
    counts = []
    for day in days:
        run(day)
        run(day)
        counts.append(reminders().count())

    assert counts == [1, 1, 2, 3, 3, 3, 4, 4]
    assert {notice.person for notice in reminders()} == {scene.liaison}
    assert "快到期" in reminders().earliest("pk").title
    assert "逾期未反馈" in reminders().latest("pk").title


def test_what_is_not_signed_is_reminded_of_the_signing(scene):
    notice = scene.issued()

    run(SIGN_BY)

    assert "等您签收" in reminders().get(key__startswith=f"supervision:{notice.pk}:").title


def test_the_figures_of_the_site_say_when(scene):
    scene.signed()
    set_figure("remind_before", ["2"])
    set_figure("remind_every", 0)

    for day in (9, 10, 11, 12, 15, 18):
        run(date(2024, 10, day))

    assert reminders().count() == 1


def test_days_are_counted_anew_when_the_calendar_comes_late(scene):
    notice = scene.issued()
    SupervisionNotice.objects.filter(pk=notice.pk).update(due_on=None, sign_by=None)

    assert recount_days(notice.pk)

    assert (fresh(notice).sign_by, fresh(notice).due_on) == (SIGN_BY, DUE)
    set_figure("sign_days", value=9)  # what is out keeps the days with which it was sent
    assert not recount_days(notice.pk)


def test_a_day_that_cannot_be_counted_is_never_late(scene):
    set_figure("answer_days_yellow", 900)
    scene.signed()

    report = run(date(2025, 3, 3))

    assert (report.escalated, reminders().count()) == (0, 0)


def test_a_second_click_does_not_raise_it_twice(scene):
    notice = scene.issued()
    with fixed(MONDAY):
        escalate_notice(notice.pk, reason="甲", actor=scene.office)
        colour = fresh(notice).colour
        with pytest.raises(NoticeMoved, match="已经升级过"):
            escalate_notice(notice.pk, reason="甲", actor=scene.office)
    assert fresh(notice).colour == colour


def test_nobody_is_pressed_about_a_plan_that_is_over_or_a_task_that_was_struck(scene):
    first, second = scene.issued(), scene.issued("二(一)4")
    Task.objects.filter(pk=second.task_id).update(is_struck=True)
    with fixed(UNANSWERED_RISES):
        assert keep_notices().escalated == 1
    Plan.objects.filter(pk=scene.world.plan.pk).update(state="closed")
    with fixed(UNANSWERED_RISES.replace(day=30)):
        report = keep_notices()
    assert (report.escalated, report.reminded) == (0, 0)
    assert "escalated" in kinds(first)
    assert "escalated" not in kinds(second)


def test_a_notice_about_a_struck_task_does_not_go_out(scene):
    draft = scene.draft()
    Task.objects.filter(pk=draft.task_id).update(is_struck=True)
    with fixed(MONDAY), pytest.raises(NoticeMoved, match="已经划去"):
        issue_notice(draft.pk, actor=scene.office)
    with fixed(MONDAY), pytest.raises(NoticeMoved, match="已经划去"):
        issue_by_hand(draft.task_id, body_ids=[scene.bureau.pk], colour="yellow", demand="请说明。", actor=scene.office)


def test_open_notices_stand_before_settled_ones_on_the_task(scene):
    notice = scene.issued()
    settled = scene.draft("二(一)4")
    SupervisionNotice.objects.filter(pk=settled.pk).update(
        task=notice.task, trigger="near", state="dropped", closed_on=MONDAY
    )
    SupervisionNotice.objects.filter(pk=settled.pk).update(state="drafted", closed_on=None, trigger="stale")
    panel = desk_panel(notice.task, MONDAY).content
    assert [one.closed_on for one in panel.notices] == [None, None]
    with fixed(MONDAY):
        withdraw_notice(notice.pk, reason="重复", actor=scene.office)
    panel = desk_panel(notice.task, MONDAY).content
    assert [one.closed_on is None for one in panel.notices] == [True, False]


def test_a_plan_that_cannot_be_judged_leaves_the_notices_of_others_alone(scene, monkeypatch):
    notice = scene.issued()

    def fail(_pk):
        raise ArithmeticError

    monkeypatch.setattr(keeping, "propose_notices", fail)
    with pytest.raises(ExceptionGroup):
        run(UNSIGNED_RISES)

    assert notice.steps.filter(kind="escalated").count() == 1
