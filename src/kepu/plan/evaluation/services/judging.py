"""What the reviewer does: keep a draft of a sheet, and submit it with the facts as they were seen; what sends it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.services import fit_text, public_text
from kepu.plan.evaluation.choices import TO_JUDGE, Basis, Grade, SheetState, StepKind
from kepu.plan.evaluation.errors import EvaluationUnfit
from kepu.plan.evaluation.events import SheetSubmitted
from kepu.plan.evaluation.models import Criterion, Score, Sheet
from kepu.plan.evaluation.permissions import may_judge_sheet, may_run_evaluation
from kepu.plan.evaluation.queries.facts import facts_of, rule_points
from kepu.plan.evaluation.queries.settings import day_after, figures
from kepu.plan.evaluation.rules import grade_of, plain
from kepu.plan.evaluation.services.steps import (
    REASON_MOST,
    WORDS_MOST,
    as_role,
    liaisons,
    locked_sheet,
    note_step,
    refuse_conflict,
    require_revision,
    require_sheet_state,
    settle_body,
    settle_reviewers,
    tell,
)

_WORDED = {
    Grade.EXCELLENT.value: ("strengths",),
    Grade.FAIR.value: ("problems",),
    Grade.POOR.value: ("problems", "advice"),
}
"""Which findings a grade must be borne out by."""


@dataclass(frozen=True, slots=True)
class WantedScore:
    """Points and words of one criterion; no points leave them to the rule, where it counts any."""

    points: Decimal | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class WantedSheet:
    """What a reviewer wrote on a sheet.

    Attributes:
        scores: by criterion.
        strengths: what was done well.
        problems: what was not.
        advice: what to do about it.
    """

    scores: Mapping[int, WantedScore] = field(default_factory=dict)
    strengths: str = ""
    problems: str = ""
    advice: str = ""


@transaction.atomic
def save_sheet(pk: int, wanted: WantedSheet, *, revision: int, actor: Person) -> Sheet:
    """Keep a draft; nothing has to be complete, but what is there has to be possible.

    Raises:
        NotAllowed: not the reviewer of the sheet.
        JudgeInConflict: the person has, or had, to do with the body.
        EvaluationMoved: it is submitted, the evaluation closed, or somebody saved it since.
        PlanClosed: the plan is over.
        EvaluationUnfit: points that cannot be; `field` names the criterion.
        TextUnfit: a text that is too long.
    """
    sheet = _writable(pk, actor)
    require_revision(sheet, revision)
    _write(sheet, wanted)
    record("evaluation.sheet.saved", sheet, actor=actor, revision=sheet.revision)
    return sheet


@transaction.atomic
def submit_sheet(pk: int, wanted: WantedSheet, *, revision: int, actor: Person, is_checked: bool = False) -> Sheet:
    """Judge: score and grade follow by the rule, the facts stand as they were seen, and the body may read it.

    Args:
        pk: the sheet.
        wanted: what was written.
        revision: which wording the page showed.
        actor: the reviewer.
        is_checked: the reviewer says that what looks like personal data may be public.

    Raises:
        NotAllowed, JudgeInConflict, EvaluationMoved, PlanClosed: as `save_sheet`.
        EvaluationUnfit: a criterion without points, a deviation from the rule, full points without evidence, or a low or
            top grade without the words for it; `field` says where.
        TextUnfit: a text that is too long.
        PersonalDataFound: a finding seems to hold personal data.
    """
    sheet = _writable(pk, actor)
    require_revision(sheet, revision)
    scores = _write(sheet, wanted)
    facts = facts_of(sheet)
    for score in scores:
        _settle(score, facts)
    sheet.score = sum((score.points or Decimal(0) for score in scores), Decimal(0))
    sheet.grade = grade_of(sheet.score, sheet.evaluation.thresholds).value
    for name in _WORDED.get(sheet.grade, ()):
        if not getattr(sheet, name):
            said = {"score": plain(sheet.score), "grade": sheet.get_grade_display()}
            raise EvaluationUnfit(
                _("得 %(score)s 分，是“%(grade)s”，要有文字说明理由，请写在这里。") % said, field=name
            )
    for name in ("strengths", "problems", "advice"):
        if getattr(sheet, name):
            public_text(getattr(sheet, name), field=name, is_checked=is_checked, most=WORDS_MOST)
    Score.objects.bulk_update(scores, ["points"])
    sheet.facts, sheet.state, sheet.submitted_on = facts, SheetState.SUBMITTED, today()
    sheet.comment_by = day_after(figures().comment_days, today())
    sheet.save()
    with city_words():
        said = {"score": plain(sheet.score), "grade": sheet.get_grade_display()}
        words = _("%(score)s 分，%(grade)s") % said
    note_step(sheet, StepKind.SUBMITTED, actor=actor, acted_as=as_role(Role.REVIEWER), words=words)
    publish(SheetSubmitted(sheet.pk, sheet.task_id, sheet.body_id, sheet.grade))
    settle_reviewers(sheet.evaluation, [sheet.reviewer])
    settle_body(sheet.evaluation, sheet)
    with city_words():
        title = _("评估结果可以看了：%(title)s") % {"title": sheet.evaluation.title}
    key = f"submitted:{sheet.body_id}:{today().isoformat()}"
    tell(liaisons(sheet), sheet.evaluation, key, title, kind="evaluation.result")
    return sheet


def _writable(pk: int, actor: Person) -> Sheet:
    sheet = locked_sheet(pk)
    if not may_judge_sheet(actor, sheet):
        raise NotAllowed(_("这张评估表没有分给您。"))
    require_sheet_state(sheet, *TO_JUDGE)
    refuse_conflict(actor, sheet)
    return sheet


def _write(sheet: Sheet, wanted: WantedSheet) -> list[Score]:
    """Store what was written, and give every criterion's row back in the rubric's order."""
    for name in ("strengths", "problems", "advice"):
        setattr(sheet, name, fit_text(getattr(wanted, name), field=name, most=WORDS_MOST, is_required=False))
    known = {score.criterion_id: score for score in sheet.scores.all()}
    found: list[Score] = []
    for criterion in sheet.evaluation.criteria.all():
        score = known.get(criterion.pk) or Score(sheet=sheet)
        score.criterion = criterion
        said = wanted.scores.get(criterion.pk)
        if said is not None:
            score.points = _fitting(criterion, said.points)
            field_name = f"words-{criterion.pk}"
            score.words = fit_text(said.words, field=field_name, most=WORDS_MOST, is_required=False)
        found.append(score)
        score.save()
    sheet.revision += 1
    sheet.save()
    return found


def _fitting(criterion: Criterion, points: Decimal | None) -> Decimal | None:
    """Points as the criterion takes them."""
    if points is None:
        return None
    said = {"name": criterion.name, "most": plain(criterion.weight)}
    if not points.is_finite() or not 0 <= points <= criterion.weight:
        words = _("“%(name)s”的得分要在 0 到 %(most)s 之间。") % said
        raise EvaluationUnfit(words, field=f"points-{criterion.pk}")
    if points != points.quantize(Decimal(1).scaleb(-criterion.decimals)):
        words = _("“%(name)s”最多取 %(digits)d 位小数。") % {**said, "digits": criterion.decimals}
        raise EvaluationUnfit(words, field=f"points-{criterion.pk}")
    return points


def _settle(score: Score, facts: dict[str, Any]) -> None:
    """Let the rule speak where it counts; whoever deviates, or gives all without evidence, says why."""
    criterion = score.criterion
    by_rule = rule_points(criterion, facts)
    if score.points is None:
        score.points = by_rule
    said = {"name": criterion.name, "rule": plain(by_rule)}
    if score.points is None:
        words = (
            _("“%(name)s”还没有打分。")
            if criterion.basis == Basis.BY_HAND
            else _("“%(name)s”没有可数的，规则算不出分；请您打分并说明理由。")
        )
        raise EvaluationUnfit(words % said, field=f"points-{criterion.pk}")
    if score.words:
        return
    where = f"words-{criterion.pk}"
    if by_rule is not None and score.points != by_rule:
        raise EvaluationUnfit(_("“%(name)s”按规则得 %(rule)s 分；要改，请写明理由。") % said, field=where)
    if criterion.basis != Basis.BY_HAND and by_rule is None:
        raise EvaluationUnfit(_("“%(name)s”没有可数的，由您打分，请写明理由。") % said, field=where)
    if criterion.basis == Basis.BY_HAND and score.points == criterion.weight and not facts["evidence"]:
        raise EvaluationUnfit(
            _("“%(name)s”给了满分，可是这个单位在这项任务上没有任何佐证。请写明凭什么，或者改分。") % said, field=where
        )


@transaction.atomic
def return_sheet(pk: int, *, reason: str, actor: Person) -> Sheet:
    """Send a submitted sheet back to its reviewer; what the body said of it stays in the trail.

    Raises:
        NotAllowed: not of the leading office.
        JudgeInConflict: whoever sends a sheet of the own body back would judge it.
        EvaluationMoved: it is not submitted, or the evaluation is closed.
        TextUnfit: no reason, or too long.
    """
    sheet = locked_sheet(pk)
    if not may_run_evaluation(actor, sheet.evaluation.plan):
        raise NotAllowed(_("只有领导小组办公室可以退回评估表。"))
    require_sheet_state(sheet, SheetState.SUBMITTED)
    refuse_conflict(actor, sheet)
    words = fit_text(reason, field="reason", most=REASON_MOST)
    sheet.state, sheet.facts, sheet.score, sheet.grade = SheetState.RETURNED, None, None, ""
    sheet.submitted_on = sheet.comment_by = sheet.commented_on = sheet.replied_on = None
    sheet.comment = sheet.reply = ""
    sheet.is_released = False
    sheet.revision += 1
    sheet.save()
    note_step(sheet, StepKind.RETURNED, actor=actor, acted_as=as_role(Role.LEADING_OFFICE), words=words)
    settle_body(sheet.evaluation, sheet)
    settle_reviewers(sheet.evaluation, [sheet.reviewer])
    if sheet.reviewer is not None:
        with city_words():
            title = _("评估表退回重评：%(task)s，%(body)s") % {"task": sheet.task.label[:60], "body": sheet.body.label}
        path = reverse("evaluation:sheet", args=[sheet.pk])
        key = f"returned:{sheet.pk}:{sheet.revision}"
        tell([sheet.reviewer], sheet.evaluation, key, title, kind="evaluation.sheets", path=path)
    return sheet
