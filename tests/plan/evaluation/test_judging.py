"""Sheets: facts by themselves, points by the rule, findings where a grade asks for them, frozen at the submission."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.oversight.errors import PersonalDataFound, TextUnfit
from kepu.plan.evaluation.errors import EvaluationMoved, EvaluationUnfit
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.queries import facts_of, sheet_page
from kepu.plan.evaluation.services import WantedScore, WantedSheet, return_sheet, save_sheet, submit_sheet
from kepu.plan.reports.models import Entry, Period, Report
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import plan_overview
from tests.kept import kept
from tests.plan.evaluation.scenes import JUDGED_ON, UNTIL, Scene, fresh
from tests.plan.worlds import put

pytestmark = pytest.mark.django_db


_built, scene = kept(Scene)


@pytest.fixture
def evaluation(scene: Scene) -> Evaluation:
    return scene.judging()


def test_a_sheet_for_each_task_and_body_with_a_duty_in_it(scene: Scene, evaluation: Evaluation) -> None:
    duties = {(d.task_id, d.organisation_id) for t in scene.world.plan.tasks.all() for d in t.duties.all()}
    assert set(evaluation.sheets.values_list("task", "body")) == duties
    assert len(duties) > 7


def test_the_facts_are_those_of_the_plans_page_on_the_evaluations_day(scene: Scene, evaluation: Evaluation) -> None:
    rows = {row.task.pk: row for row in plan_overview(scene.world.plan, UNTIL).rows}
    sheet = scene.sheet(evaluation)
    facts = facts_of(sheet)
    assert (facts["status"], facts["sentence"]) == (rows[sheet.task_id].status, rows[sheet.task_id].sentence)


def test_only_what_the_body_recorded_is_credited_to_it(scene: Scene, evaluation: Evaluation) -> None:
    bureau = facts_of(scene.sheet(evaluation, "二(一)1"))["lines"][0]
    association = facts_of(scene.sheet(evaluation, "二(一)1", scene.association))["lines"][0]
    assert (bureau["own"], bureau["everyone"]) == ("10", "25")
    assert association["own"] != bureau["own"]
    assert association["everyone"] == "25"


def test_a_report_is_late_in_its_line_where_it_is_late_in_the_count(scene: Scene, evaluation: Evaluation) -> None:
    """Its period lies in the days judged; it fell due after them and before the look."""
    sheet = scene.sheet(evaluation)
    period = Period.objects.create(
        plan=scene.world.plan, since=date(2024, 6, 1), until=date(2024, 8, 31), due_on=date(2024, 9, 17),
        locks_on=date(2024, 9, 30), has_two_steps=False, opened_on=date(2024, 9, 1),
    )  # fmt: skip
    report = Report.objects.create(period=period, organisation=sheet.body)
    Entry.objects.create(report=report, task=sheet.task)
    for day, is_on_time, late in ((date(2024, 9, 17), None, 0), (JUDGED_ON, False, 1)):
        with fixed(day):
            facts = facts_of(sheet)
        assert [one["is_on_time"] for one in facts["reports"]] == [is_on_time]
        assert facts["counts"]["reports"]["whole"] == late


def test_points_come_by_the_rule_and_the_score_is_their_sum(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.submitted(evaluation, "二(一)1")
    points = dict(sheet.scores.values_list("criterion__name", "points"))
    assert points == {"目标": Decimal(40), "报告": Decimal("20.5"), "工作": Decimal(30)}
    assert (sheet.score, sheet.grade) == (Decimal("90.5"), "excellent")
    behind = scene.submitted(evaluation, "二(一)3")
    assert behind.scores.get(criterion__name="目标").points == 0
    assert (behind.score, behind.grade) == (Decimal("50.5"), "poor")


def test_what_was_seen_stays_when_later_facts_come(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.submitted(evaluation)
    seen = fresh(sheet).facts
    put(scene.world.city, date(2024, 9, 10), "counsellors_trained", 200, audience="youth", region="3702")
    page = sheet_page(scene.office, sheet.pk)
    assert page is not None
    assert page.facts == seen
    assert facts_of(sheet) != seen


def test_while_it_is_judged_the_facts_are_those_of_now(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.given(evaluation)
    before = facts_of(sheet)["parts"][0]["value"]
    put(scene.world.city, date(2024, 9, 10), "counsellors_trained", 200, audience="youth", region="3702")
    with fixed(JUDGED_ON):
        page = sheet_page(scene.reviewer, sheet.pk)
    assert page is not None
    assert Decimal(page.facts["parts"][0]["value"]) == Decimal(before) + 200


def _submit(scene: Scene, evaluation: Evaluation, code: str, wanted: WantedSheet) -> None:
    sheet = scene.given(evaluation, code)
    with fixed(JUDGED_ON):
        submit_sheet(sheet.pk, wanted, revision=sheet.revision, actor=scene.reviewer)


def _with(wanted: WantedSheet, evaluation: Evaluation, name: str, score: WantedScore) -> WantedSheet:
    pk = evaluation.criteria.get(name=name).pk
    return replace(wanted, scores={**wanted.scores, pk: score})


def test_who_deviates_from_the_rule_says_why(scene: Scene, evaluation: Evaluation) -> None:
    silent = _with(scene.wanted(evaluation), evaluation, "目标", WantedScore(Decimal(35)))
    with pytest.raises(EvaluationUnfit, match="按规则得 40 分") as refused:
        _submit(scene, evaluation, "二(一)1", silent)
    assert refused.value.data["field"] == f"words-{evaluation.criteria.get(name='目标').pk}"
    spoken = _with(scene.wanted(evaluation), evaluation, "目标", WantedScore(Decimal(35), "有两场没签到。"))
    _submit(scene, evaluation, "二(一)1", spoken)
    assert scene.sheet(evaluation, "二(一)1").scores.get(criterion__name="目标").points == 35


def test_where_nothing_was_counted_a_person_judges_with_words(scene: Scene, evaluation: Evaluation) -> None:
    empty = _with(scene.wanted(evaluation), evaluation, "报告", WantedScore(None))
    with pytest.raises(EvaluationUnfit, match="规则算不出分"):
        _submit(scene, evaluation, "二(一)1", empty)
    silent = _with(scene.wanted(evaluation), evaluation, "报告", WantedScore(Decimal(20)))
    with pytest.raises(EvaluationUnfit, match="请写明理由"):
        _submit(scene, evaluation, "二(一)1", silent)


def test_all_points_without_evidence_are_flagged(scene: Scene, evaluation: Evaluation) -> None:
    full = _with(scene.wanted(evaluation), evaluation, "工作", WantedScore(Decimal("39.5")))
    with pytest.raises(EvaluationUnfit, match="没有任何佐证"):
        _submit(scene, evaluation, "二(二)2", _with(full, evaluation, "目标", WantedScore(Decimal(10), "没有目标。")))
    spoken = _with(full, evaluation, "工作", WantedScore(Decimal("39.5"), "现场看过。"))
    _submit(scene, evaluation, "二(二)2", _with(spoken, evaluation, "目标", WantedScore(Decimal(10), "没有目标。")))
    page = sheet_page(scene.office, scene.sheet(evaluation, "二(二)2").pk)
    assert page is not None
    assert [line.is_unproven for line in page.lines] == [False, False, True]


@pytest.mark.parametrize(
    ("by_hand", "code", "empty", "grade"),
    [
        ("30", "二(一)1", "strengths", "优"),
        ("30", "二(一)3", "problems", "差"),
        ("30", "二(一)3", "advice", "差"),
        ("0", "二(一)1", "problems", "中"),
    ],
)
def test_a_low_or_top_grade_is_borne_out_by_words(
    scene: Scene, evaluation: Evaluation, by_hand: str, code: str, empty: str, grade: str
) -> None:
    with pytest.raises(EvaluationUnfit, match=f"是“{grade}”") as refused:
        _submit(scene, evaluation, code, scene.wanted(evaluation, by_hand, **{empty: " "}))
    assert refused.value.data["field"] == empty


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-1", "1e9", "40.1", "39.55"])
def test_points_that_cannot_be_are_refused(scene: Scene, evaluation: Evaluation, points: str) -> None:
    sheet = scene.given(evaluation)
    wanted = _with(scene.wanted(evaluation), evaluation, "工作", WantedScore(Decimal(points), "甲"))
    with fixed(JUDGED_ON), pytest.raises(EvaluationUnfit):
        save_sheet(sheet.pk, wanted, revision=sheet.revision, actor=scene.reviewer)
    assert not sheet.scores.exists()


def test_a_draft_need_not_be_complete_but_fit(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.given(evaluation)
    with fixed(JUDGED_ON):
        kept = save_sheet(
            sheet.pk, WantedSheet(problems="  刚看了一半\x00。"), revision=sheet.revision, actor=scene.reviewer
        )
        with pytest.raises(TextUnfit):
            save_sheet(sheet.pk, WantedSheet(advice="长" * 100_000), revision=kept.revision, actor=scene.reviewer)
    assert fresh(sheet).problems == "刚看了一半。"


def test_a_second_window_is_refused(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.given(evaluation)
    with fixed(JUDGED_ON):
        save_sheet(sheet.pk, WantedSheet(problems="甲"), revision=sheet.revision, actor=scene.reviewer)
        with pytest.raises(EvaluationMoved, match="另一个窗口"):
            save_sheet(sheet.pk, WantedSheet(problems="乙"), revision=sheet.revision, actor=scene.reviewer)
    assert fresh(sheet).problems == "甲"


def test_personal_data_in_a_finding_is_stopped(scene: Scene, evaluation: Evaluation) -> None:
    with pytest.raises(PersonalDataFound) as refused:
        _submit(scene, evaluation, "二(一)3", scene.wanted(evaluation, problems="请打 13800138000。"))
    assert refused.value.data["field"] == "problems"


def test_only_the_reviewer_to_whom_it_was_given_writes(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.given(evaluation)
    for actor in (scene.second, scene.office, scene.liaison):
        with fixed(JUDGED_ON), pytest.raises(NotAllowed):
            save_sheet(sheet.pk, WantedSheet(problems="甲"), revision=sheet.revision, actor=actor)


def test_nothing_is_judged_under_a_plan_that_is_over(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.given(evaluation)
    Plan.objects.filter(pk=scene.world.plan.pk).update(state="closed")
    with fixed(JUDGED_ON), pytest.raises(PlanClosed):
        save_sheet(sheet.pk, WantedSheet(problems="甲"), revision=sheet.revision, actor=scene.reviewer)


def test_the_office_sends_a_sheet_back_with_a_reason(scene: Scene, evaluation: Evaluation) -> None:
    sheet = scene.submitted(evaluation)
    with fixed(JUDGED_ON):
        with pytest.raises(TextUnfit):
            return_sheet(sheet.pk, reason=" ", actor=scene.office)
        with pytest.raises(NotAllowed):
            return_sheet(sheet.pk, reason="甲", actor=scene.second)
        return_sheet(sheet.pk, reason="请看第二季度。", actor=scene.office)
    back = fresh(sheet)
    assert (back.state, back.score, back.grade, back.facts) == ("returned", None, "", None)
    assert back.problems == "做得少。"
    assert list(back.steps.values_list("kind", flat=True)) == ["assigned", "submitted", "returned"]
    with fixed(JUDGED_ON), pytest.raises(EvaluationMoved):
        return_sheet(sheet.pk, reason="再退一次。", actor=scene.office)


def test_reviewers_and_bodies_are_asked_once_and_left_alone_afterwards(scene: Scene, evaluation: Evaluation) -> None:
    first, second = scene.given(evaluation), scene.given(evaluation, "二(一)1")
    own = Todo.objects.get(person=scene.reviewer, closed_on=None)
    assert "还有 2 张" in own.title
    with fixed(JUDGED_ON):
        for sheet in (first, second):
            wanted = scene.wanted(evaluation)
            submit_sheet(sheet.pk, wanted, revision=fresh(sheet).revision, actor=scene.reviewer)
    assert not Todo.objects.filter(person=scene.reviewer, closed_on=None).exists()
    (asked,) = Todo.objects.filter(organisation=scene.bureau, closed_on=None)
    assert ("2 张" in asked.title, asked.due_on) == (True, date(2024, 9, 25))
    assert Notice.objects.filter(person=scene.liaison, kind="evaluation.result").count() == 1
    assert AuditEntry.objects.filter(action="evaluation.sheet.submitted").count() == 2
