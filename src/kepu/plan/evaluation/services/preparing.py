"""Preparing an evaluation: its days and means, its rubric, and the sheets that come of the plan's duties."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.oversight.services import fit_text
from kepu.plan.evaluation.choices import Basis, EvaluationKind, EvaluationState, Rounding
from kepu.plan.evaluation.errors import EvaluationUnfit, RubricUnbalanced
from kepu.plan.evaluation.events import EvaluationOpened
from kepu.plan.evaluation.models import Criterion, Evaluation, Sheet
from kepu.plan.evaluation.permissions import may_run_evaluation
from kepu.plan.evaluation.queries.settings import default_criteria, figures
from kepu.plan.evaluation.rules import MOST_DECIMALS, WHOLE, balance, is_scale, plain
from kepu.plan.evaluation.services.steps import locked_evaluation, refuse_closed, require_revision
from kepu.plan.tasks.models import Duty, Plan
from kepu.plan.tasks.queries import days_of

MOST_CRITERIA = 20
LONGEST_TITLE = 80
LONGEST_NAME = 60
LONGEST_GUIDE = 1000
_HEAVIEST = Decimal("999.9")


@dataclass(frozen=True, slots=True)
class Terms:
    """What an evaluation is about, and how its means are formed.

    Attributes:
        kind: a code of `EvaluationKind`.
        title: what it is called.
        since: the first day that is judged.
        until: the last; not after today.
        judge_by: by when the reviewers are asked to be done.
        scale: from which score on each grade but the last holds; the site's where it is empty.
        lead_weight: what a sheet of a leading or sole body weighs.
        other_weight: what any other sheet weighs.
        rounding: a code of `Rounding`, for means.
        decimals: digits after the point, for means.
    """

    kind: str
    title: str
    since: date
    until: date
    judge_by: date | None = None
    scale: dict[str, Decimal] = field(default_factory=dict)
    lead_weight: Decimal | None = None
    other_weight: Decimal | None = None
    rounding: str = Rounding.HALF_UP.value
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class WantedCriterion:
    """One line of a rubric as it was typed."""

    name: str
    weight: Decimal
    guide: str = ""
    basis: str = Basis.BY_HAND.value
    rounding: str = Rounding.TRUNCATE.value
    decimals: int = 0


@transaction.atomic
def create_evaluation(plan: Plan, terms: Terms, *, actor: Person) -> Evaluation:
    """Start to prepare an evaluation; its rubric begins as the plan's last one, or as the list that the site loaded.

    Raises:
        NotAllowed: not of the leading office of the plan's region.
        PlanClosed: the plan is over.
        EvaluationUnfit: days, a name, a scale or weights that cannot be; `field` names what.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    if not may_run_evaluation(actor, plan):
        raise NotAllowed(_("只有领导小组办公室可以办评估。"))
    refuse_closed(plan)
    site = figures()
    evaluation = Evaluation(plan=plan, made_by=actor, is_demonstration=plan.is_demonstration)
    _set_terms(evaluation, terms)
    is_the_sites = evaluation.scale == site.scale
    evaluation.scale_source = site.scale_source if is_the_sites else _("本次评估自定")
    last = Evaluation.objects.filter(plan=plan).order_by("-pk").first()
    evaluation.save()
    names = ("name", "guide", "weight", "basis", "rounding", "decimals")
    rows: list[dict[str, Any]] = [dict(row) for row in last.criteria.values(*names)] if last else []
    loaded = [] if rows else default_criteria()
    if balance(row["weight"] for row in loaded).is_whole:
        rows = loaded
    Criterion.objects.bulk_create(
        Criterion(evaluation=evaluation, position=number, **row) for number, row in enumerate(rows)
    )
    record("evaluation.evaluation.made", evaluation, actor=actor, until=evaluation.until)
    return evaluation


@transaction.atomic
def edit_evaluation(pk: int, terms: Terms, *, revision: int, actor: Person) -> Evaluation:
    """Change what an evaluation is about, before the sheets are out.

    Raises:
        NotAllowed, EvaluationMoved, PlanClosed, EvaluationUnfit.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.PREPARING)
    refuse_closed(evaluation.plan)
    require_revision(evaluation, revision)
    before = evaluation.scale
    _set_terms(evaluation, terms)
    if evaluation.scale != before:
        site = figures()
        evaluation.scale_source = site.scale_source if evaluation.scale == site.scale else _("本次评估自定")
    evaluation.revision += 1
    evaluation.save()
    record("evaluation.evaluation.edited", evaluation, actor=actor, until=evaluation.until)
    return evaluation


def _set_terms(evaluation: Evaluation, terms: Terms) -> None:
    site = figures()
    if terms.kind not in EvaluationKind.values:
        raise EvaluationUnfit(_("没有这一类评估。"), field="kind")
    title = fit_text(terms.title, field="title", most=LONGEST_TITLE)
    if Evaluation.objects.filter(plan=evaluation.plan, title=title).exclude(pk=evaluation.pk).exists():
        raise EvaluationUnfit(_("这份方案已经有叫“%(title)s”的评估。") % {"title": title}, field="title")
    first, last = days_of(evaluation.plan, today())
    if terms.until < terms.since or terms.until > last:
        raise EvaluationUnfit(_("评估期要有先有后，最晚到 %(day)s。") % {"day": last.isoformat()}, field="until")
    if terms.since < first:
        raise EvaluationUnfit(_("评估期最早从 %(day)s 起。") % {"day": first.isoformat()}, field="since")
    if terms.judge_by is not None and terms.judge_by < terms.until:
        raise EvaluationUnfit(_("评分期限不能早于评估期的最后一天。"), field="judge_by")
    scale = terms.scale or {code: Decimal(value) for code, value in site.scale.items()}
    if not is_scale(scale):
        raise EvaluationUnfit(_("等级要从高到低，都在 0 到 100 之间，例如 90、80、60。"), field="excellent")
    for name in ("lead_weight", "other_weight"):
        weight = getattr(terms, name)
        weight = getattr(site, name) if weight is None else weight
        if not weight.is_finite() or not 0 < weight <= _HEAVIEST or weight != weight.quantize(Decimal("0.1")):
            raise EvaluationUnfit(_("份数要大于 0，最多一位小数。"), field=name)
        setattr(evaluation, name, weight)
    if terms.rounding not in Rounding.values or not 0 <= terms.decimals <= MOST_DECIMALS:
        raise EvaluationUnfit(_("没有这样的尾数规则。"), field="rounding")
    evaluation.kind, evaluation.title, evaluation.judge_by = terms.kind, title, terms.judge_by
    evaluation.since, evaluation.until = terms.since, terms.until
    evaluation.scale = {code: plain(value) for code, value in scale.items()}
    evaluation.rounding, evaluation.decimals = terms.rounding, terms.decimals


@transaction.atomic
def set_rubric(pk: int, wanted: Sequence[WantedCriterion], *, revision: int, actor: Person) -> Evaluation:
    """Write an evaluation's rubric; weights that do not add up to exactly 100 are not kept.

    Raises:
        NotAllowed, EvaluationMoved, PlanClosed.
        RubricUnbalanced: with the sum and what is missing or too much.
        EvaluationUnfit: a name, weight or rule that cannot be; `row` and `field` in the data say where.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.PREPARING)
    refuse_closed(evaluation.plan)
    require_revision(evaluation, revision)
    if not wanted or len(wanted) > MOST_CRITERIA:
        raise EvaluationUnfit(_("要有 1 到 %(most)d 个评分项。") % {"most": MOST_CRITERIA})
    rows = [_fitting(row, number) for number, row in enumerate(wanted)]
    names = [row.name for row in rows]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise EvaluationUnfit(_("有两个评分项都叫“%(name)s”。") % {"name": name}, row=number, field="name")
    require_balance([row.weight for row in rows])
    evaluation.criteria.all().delete()
    Criterion.objects.bulk_create(rows_of(evaluation, rows))
    evaluation.revision += 1
    evaluation.save(update_fields=["revision"])
    record("evaluation.rubric.set", evaluation, actor=actor, criteria=len(rows))
    return evaluation


def rows_of(evaluation: Evaluation, rows: Sequence[WantedCriterion]) -> list[Criterion]:
    """Typed lines as rows of an evaluation, in their order."""
    return [
        Criterion(
            evaluation=evaluation,
            position=number,
            name=row.name,
            guide=row.guide,
            weight=row.weight,
            basis=row.basis,
            rounding=row.rounding,
            decimals=row.decimals,
        )
        for number, row in enumerate(rows)
    ]


def _fitting(row: WantedCriterion, number: int) -> WantedCriterion:
    name = fit_text(row.name, field=f"name-{number}", most=LONGEST_NAME)
    guide = fit_text(row.guide, field=f"guide-{number}", most=LONGEST_GUIDE, is_required=False)
    weight = row.weight
    if not weight.is_finite() or not 0 < weight <= WHOLE or weight != weight.quantize(Decimal("0.1")):
        raise EvaluationUnfit(
            _("“%(name)s”的权重要大于 0、不超过 100，最多一位小数。") % {"name": name}, row=number, field="weight"
        )
    if row.basis not in Basis.values or row.rounding not in Rounding.values or not 0 <= row.decimals <= MOST_DECIMALS:
        raise EvaluationUnfit(_("“%(name)s”没有这样的计分规则。") % {"name": name}, row=number, field="basis")
    if row.basis != Basis.BY_HAND and weight != weight.quantize(Decimal(1).scaleb(-row.decimals)):
        raise EvaluationUnfit(
            _("“%(name)s”的权重有小数，计分却取整数，满分就得不到；请多取一位小数，或者把权重改成整数。")
            % {"name": name},
            row=number,
            field="decimals",
        )
    return WantedCriterion(name, weight, guide, row.basis, row.rounding, row.decimals)


def require_balance(weights: Sequence[Decimal]) -> None:
    """Refuse weights that do not add up to exactly 100.

    Raises:
        RubricUnbalanced: naming the sum and the difference.
    """
    found = balance(weights)
    if found.is_whole:
        return
    said = {"total": plain(found.total), "off": plain(abs(found.difference))}
    words = (
        _("权重合计 %(total)s，比 100 少 %(off)s。没有保存；请补足后再存，您填的还在下面。")
        if found.difference > 0
        else _("权重合计 %(total)s，比 100 多 %(off)s。没有保存；请减去后再存，您填的还在下面。")
    )
    raise RubricUnbalanced(words % said, total=found.total, difference=found.difference)


@transaction.atomic
def open_judging(pk: int, *, actor: Person) -> Evaluation:
    """Put the sheets out: one for each task of the plan and each body with a duty in it.

    Raises:
        NotAllowed, EvaluationMoved, PlanClosed.
        RubricUnbalanced: the weights of the rubric do not add up to 100.
        EvaluationUnfit: there is no criterion, or no task with a body.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.PREPARING)
    refuse_closed(evaluation.plan)
    weights = [row.weight for row in evaluation.criteria.all()]
    if not weights:
        raise EvaluationUnfit(_("还没有评分标准。请先写评分项，权重合计 100。"))
    require_balance(weights)
    duties = Duty.objects.filter(task__plan=evaluation.plan, task__is_struck=False).order_by(
        "task__position", "position"
    )
    sheets = Sheet.objects.bulk_create(
        Sheet(evaluation=evaluation, task_id=duty.task_id, body_id=duty.organisation_id, role=duty.role)
        for duty in duties
    )
    if not sheets:
        raise EvaluationUnfit(_("方案里没有写明责任单位的任务，没有可评的。请先为任务确定责任单位。"))
    evaluation.state, evaluation.opened_on = EvaluationState.JUDGING, today()
    evaluation.revision += 1
    evaluation.save(update_fields=["state", "opened_on", "revision"])
    record("evaluation.evaluation.opened", evaluation, actor=actor, sheets=len(sheets))
    publish(EvaluationOpened(evaluation.pk, evaluation.plan_id, len(sheets)))
    return evaluation
