"""The end: what stands against closing, what is frozen, papers, publication, and two frozen reports side by side."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.queries import opened
from kepu.plan.evaluation.errors import (
    EvaluationMoved,
    EvaluationUnfit,
    PapersMissing,
    RubricUnbalanced,
    SheetsOpen,
)
from kepu.plan.evaluation.models import Criterion, Evaluation, Sheet
from kepu.plan.evaluation.queries import compared_evaluations, evaluation_page
from kepu.plan.evaluation.services import (
    WantedCriterion,
    WantedSheet,
    agree_to_sheet,
    close_evaluation,
    comment_on_sheet,
    create_evaluation,
    keep_evaluations,
    open_judging,
    publish_evaluation,
    release_findings,
    reply_to_comment,
    save_sheet,
    set_rubric,
)
from kepu.plan.reports.models import Period, Report
from tests.factories import PersonFactory
from tests.kept import kept
from tests.plan.evaluation.scenes import AFTER, JUDGED_ON, RUBRIC, Scene, fresh, terms

pytestmark = pytest.mark.django_db


_built, scene = kept(Scene)


@pytest.mark.parametrize(("last", "words"), [("39.4", "少 0.1"), ("39.6", "多 0.1")])
def test_weights_that_do_not_add_up_are_not_kept(scene: Scene, last: str, words: str) -> None:
    evaluation = scene.prepared()
    wanted = [*RUBRIC[:2], replace(RUBRIC[2], weight=Decimal(last))]
    with fixed(JUDGED_ON), pytest.raises(RubricUnbalanced, match=words):
        set_rubric(evaluation.pk, wanted, revision=evaluation.revision, actor=scene.office)
    assert [row.weight for row in evaluation.criteria.all()] == [row.weight for row in RUBRIC]


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "-1", "1e9", "0", "33.33"])
def test_a_weight_that_cannot_be_is_refused(scene: Scene, weight: str) -> None:
    evaluation = scene.prepared()
    wanted = [WantedCriterion("甲", Decimal(weight))]
    with fixed(JUDGED_ON), pytest.raises(EvaluationUnfit):
        set_rubric(evaluation.pk, wanted, revision=evaluation.revision, actor=scene.office)


def test_nothing_opens_without_a_whole_rubric(scene: Scene) -> None:
    with fixed(JUDGED_ON):
        empty = create_evaluation(scene.world.plan, terms("空的"), actor=scene.office)
        with pytest.raises(EvaluationUnfit, match="还没有评分标准"):
            open_judging(empty.pk, actor=scene.office)
        Criterion.objects.create(evaluation=empty, name="甲", weight=Decimal(99))
        with pytest.raises(RubricUnbalanced):
            open_judging(empty.pk, actor=scene.office)


def test_an_open_evaluation_keeps_its_rubric(scene: Scene) -> None:
    evaluation = scene.judging()
    with fixed(JUDGED_ON), pytest.raises(EvaluationMoved):
        set_rubric(evaluation.pk, RUBRIC, revision=evaluation.revision, actor=scene.office)


def test_only_the_office_runs_an_evaluation(scene: Scene) -> None:
    with fixed(JUDGED_ON):
        for actor in (scene.reviewer, scene.liaison, PersonFactory(role=Role.AUDITOR)):
            with pytest.raises(NotAllowed):
                create_evaluation(scene.world.plan, terms(), actor=actor)


def test_a_running_term_and_an_open_comment_stand_against_closing(scene: Scene) -> None:
    evaluation = scene.judging()
    with fixed(JUDGED_ON), pytest.raises(SheetsOpen, match="没有一张"):
        close_evaluation(evaluation.pk, unjudged_reason="甲", actor=scene.office)
    sheet = scene.submitted(evaluation)
    with fixed(JUDGED_ON):
        with pytest.raises(SheetsOpen, match="2024-09-25"):
            close_evaluation(evaluation.pk, unjudged_reason="甲", actor=scene.office)
        comment_on_sheet(sheet.pk, words="少算了一场。", actor=scene.liaison)
        with pytest.raises(SheetsOpen, match="没有回应"):
            close_evaluation(evaluation.pk, unjudged_reason="甲", actor=scene.office)
        reply_to_comment(sheet.pk, words="已核对。", actor=scene.reviewer)
        with pytest.raises(EvaluationUnfit, match="没评的不算进平均分"):
            close_evaluation(evaluation.pk, actor=scene.office)
        closed = close_evaluation(evaluation.pk, unjudged_reason="试评。", actor=scene.office)
    assert closed.frozen is not None
    rows = [row for row in closed.frozen["rows"] if row["is_judged"]]
    assert [(row["comment"], row["reply"]) for row in rows] == [("少算了一场。", "已核对。")]


def test_what_was_not_judged_is_named_and_never_counts_as_zero(scene: Scene) -> None:
    kept = scene.closed().frozen
    assert kept is not None
    assert (kept["result"]["score"], kept["result"]["judged"]) == ("50.5", 1)
    assert kept["result"]["of"] == len(kept["rows"]) > 1
    untouched = next(one for one in kept["bodies"] if one["name"] == scene.association.name)
    assert (untouched["score"], untouched["judged"]) == (None, 0)


def test_a_body_comments_once_within_its_term(scene: Scene) -> None:
    evaluation = scene.judging()
    sheet = scene.submitted(evaluation)
    stranger = PersonFactory(role=Role.LIAISON, organisation=scene.association)
    with fixed(JUDGED_ON), pytest.raises(NotAllowed):
        comment_on_sheet(sheet.pk, words="甲", actor=stranger)
    with fixed(AFTER), pytest.raises(EvaluationMoved, match="已过"):
        comment_on_sheet(sheet.pk, words="甲", actor=scene.liaison)
    with fixed(JUDGED_ON):
        agree_to_sheet(sheet.pk, actor=scene.liaison)
        with pytest.raises(EvaluationMoved, match="只能陈述一次"):
            comment_on_sheet(sheet.pk, words="甲", actor=scene.liaison)
    assert not Todo.objects.filter(organisation=scene.bureau, closed_on=None).exists()


def test_a_term_that_ran_out_takes_its_item_down_and_reviewers_are_reminded_once(scene: Scene) -> None:
    evaluation = scene.judging()
    scene.submitted(evaluation)
    scene.given(evaluation, "二(一)1")
    asked = Todo.objects.filter(organisation=scene.bureau, key__startswith="evaluation.comment", closed_on=None)
    assert asked.exists()
    with fixed(date(2024, 9, 27)):
        assert keep_evaluations() == 1
    assert not asked.exists()


def test_a_closed_evaluation_does_not_change_any_more(scene: Scene) -> None:
    evaluation = scene.closed()
    sheet = scene.sheet(evaluation)
    with fixed(AFTER):
        with pytest.raises(EvaluationMoved):
            save_sheet(sheet.pk, WantedSheet(problems="甲"), revision=sheet.revision, actor=scene.reviewer)
        with pytest.raises(EvaluationMoved):
            release_findings(evaluation.pk, [sheet.pk], actor=scene.office)
        with pytest.raises(PapersMissing):
            publish_evaluation(evaluation.pk, actor=scene.office)


def test_the_paper_holds_scores_rule_and_sources(scene: Scene) -> None:
    evaluation = scene.published()
    assert evaluation.word is not None
    with opened(evaluation.word) as file:
        paper = docx.Document(BytesIO(file.read()))
    text = "\n".join(
        [p.text for p in paper.paragraphs] + [c.text for t in paper.tables for r in t.rows for c in r.cells]
    )
    for words in ("50.5", "截去尾数", "没评的不算在内", "财预〔2020〕10号", "默认未确认", "试评一项。", "数据来源"):
        assert words in text, words


def test_everybody_reads_score_and_grade_but_only_released_words(scene: Scene) -> None:
    held = scene.published()
    task = scene.sheet(held).task
    page = reverse("plan:task", args=[scene.world.plan.slug, task.slug])
    with fixed(date(2024, 10, 1)):
        shown = Client().get(page).content.decode()
    assert "50.5 差" in shown
    assert "做得少。" not in shown
    evaluation = scene.judging("另一次")
    sheet = scene.submitted(evaluation)
    with fixed(JUDGED_ON):
        release_findings(evaluation.pk, [sheet.pk], actor=scene.office)
    with fixed(AFTER):
        closed = close_evaluation(evaluation.pk, unjudged_reason="试评。", actor=scene.office)
    assert "做得少。" not in Client().get(page).content.decode()
    Evaluation.objects.filter(pk=closed.pk).update(state="published", published_on=AFTER)
    with fixed(date(2024, 10, 1)):
        assert "做得少。" in Client().get(page).content.decode()


def test_two_evaluations_side_by_side_with_the_difference_of_scores(scene: Scene) -> None:
    earlier, later = scene.closed("中期"), scene.closed("终期", by_hand="35.5")
    found = compared_evaluations(earlier, later)
    assert found.warnings == ()
    plan, *rows = found.lines
    assert plan.difference == "+5.5"
    judged = next(line for line in rows if line.difference)
    assert (judged.difference, judged.where) == ("+5.5", "both")
    assert {pair.label for pair in judged.changed} == {"得分"}


def test_where_the_rubric_changed_no_difference_is_shown(scene: Scene) -> None:
    earlier = scene.closed("中期")
    other = (replace(RUBRIC[0], rounding="half_up"), *RUBRIC[1:])
    later = Evaluation.objects.get(pk=scene.closed("终期", rubric=other).pk)
    found = compared_evaluations(earlier, later)
    assert len(found.warnings) == 1
    assert not any(line.difference for line in found.lines)
    with fixed(AFTER):
        client = Client()
        client.force_login(scene.office)
        page = client.get(reverse("evaluation:compare", args=[scene.world.plan.slug]))
        table = client.get(reverse("evaluation:export", args=[scene.world.plan.slug, "csv"]))
    assert "得分不可比" in page.content.decode()
    assert "得分不可比" in table.content.decode()


def test_a_task_only_in_one_of_two_is_named(scene: Scene) -> None:
    earlier, later = scene.closed("中期"), scene.closed("终期")
    kept = dict(later.frozen or {})
    later.frozen = {**kept, "rows": kept["rows"][1:]}
    assert [line.where for line in compared_evaluations(earlier, later).lines].count("earlier") == 1


def test_the_page_of_an_evaluation_asks_no_more_for_more_sheets(
    scene: Scene, django_assert_max_num_queries: object
) -> None:
    evaluation = scene.judging()
    for code in ("二(一)1", "二(一)3"):
        scene.submitted(evaluation, code)
    with fixed(JUDGED_ON), django_assert_max_num_queries(12):  # type: ignore[operator]
        page = evaluation_page(scene.office, evaluation.pk)
        assert page is not None
        [(str(sheet.task.label), sheet.body.label, str(sheet.reviewer)) for sheet in page.sheets]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Sheet, {"score": Decimal("100.5")}),
        (Sheet, {"grade": "superb"}),
        (Sheet, {"state": "submitted"}),
        (Sheet, {"reply": "甲", "replied_on": date(2024, 9, 1)}),
        (Criterion, {"weight": Decimal(0)}),
        (Criterion, {"weight": Decimal("100.5")}),
        (Criterion, {"rounding": "up"}),
        (Evaluation, {"state": "closed"}),
        (Evaluation, {"until": date(2000, 1, 1)}),
        (Evaluation, {"lead_weight": Decimal(0)}),
    ],
)
def test_the_database_refuses(scene: Scene, model: type[Sheet], values: dict[str, object]) -> None:
    scene.judging()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=model.objects.values("pk")[:1]).update(**values)


def test_a_sheet_as_it_stands_is_shown_to_its_body_only_once_submitted(scene: Scene) -> None:
    evaluation = scene.judging()
    sheet = scene.given(evaluation)
    client = Client()
    client.force_login(scene.liaison)
    with fixed(JUDGED_ON):
        assert client.get(reverse("evaluation:sheet", args=[sheet.pk])).status_code == 404
        scene.submitted(evaluation)
        shown = client.get(reverse("evaluation:sheet", args=[fresh(sheet).pk]))
    assert "做得少。" in shown.content.decode()
    assert str(scene.reviewer) not in shown.content.decode()


def _kept(scene: Scene, since: date, until: date, words: str, codes: tuple[str, ...]) -> Report:
    """An accepted report, frozen with what it said."""
    period = Period.objects.create(
        plan=scene.world.plan, since=since, until=until, due_on=until + timedelta(days=10),
        locks_on=until + timedelta(days=20), has_two_steps=False, opened_on=until + timedelta(days=1),
    )  # fmt: skip
    line = {"label": "讲座", "unit": "场", "audiences": [], "everyone": "9", "own": str(len(words)), "before": None}
    tasks = [
        {
            "code": code, "slug": code, "title": code, "status": "behind", "sentence": "落后。", "before": "",
            "words": words, "obstacle": "", "lines": [{**line, "typed": None, "origin": ""}], "steps": [], "files": [],
        }
        for code in codes
    ]  # fmt: skip
    frozen = {"on": until.isoformat(), "is_demonstration": False, "tasks": tasks}
    return Report.objects.create(
        period=period, organisation=scene.bureau, state="accepted", accepted_on=until, frozen=frozen
    )


def test_two_period_reports_of_a_body_side_by_side(scene: Scene) -> None:
    _kept(scene, date(2024, 1, 1), date(2024, 3, 31), "办了两场。", ("二(一)1", "二(一)3"))
    _kept(scene, date(2024, 4, 1), date(2024, 6, 30), "办了三场讲座。", ("二(一)1",))
    client = Client()
    client.force_login(scene.liaison)
    page = client.get(reverse("evaluation:compare_reports"))
    found = page.context["comparison"]
    assert (found.earlier, found.later) == ("2024 年第 1 季度", "2024 年第 2 季度")
    assert {line.key: line.where for line in found.lines} == {"二(一)1": "both", "二(一)3": "earlier"}
    assert {pair.label: (pair.before, pair.after) for pair in found.lines[0].changed} == {
        "讲座": ("5 场", "7 场"),
        "做了什么": ("办了两场。", "办了三场讲座。"),
    }
    table = client.get(reverse("evaluation:export_reports", args=["csv"])).content.decode()
    assert "办了三场讲座。" in table
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=scene.association))
    assert client.get(reverse("evaluation:compare_reports")).context["comparison"] is None


def test_the_rubric_page_keeps_what_was_typed_and_names_the_difference(scene: Scene) -> None:
    evaluation = scene.prepared()
    client = Client()
    client.force_login(scene.office)
    typed = {"revision": evaluation.revision, "count": "2", "name-0": "<script>甲", "weight-0": "60", "weight-1": "30"}
    typed |= {"name-1": "乙", "guide-1": "看什么呢"}
    with fixed(JUDGED_ON):
        answer = client.post(reverse("evaluation:rubric", args=[evaluation.pk]), typed)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "权重合计 90，比 100 少 10" in shown
    assert "&lt;script&gt;甲" in shown
    assert "看什么呢" in shown
