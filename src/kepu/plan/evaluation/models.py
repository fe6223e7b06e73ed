"""Evaluations, their rubrics, the sheets by task and body with points and findings, and the way each sheet went."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.models import Progress
from kepu.plan.evaluation.choices import (
    FROZEN_STATES,
    Basis,
    EvaluationKind,
    EvaluationState,
    Grade,
    Rounding,
    SheetState,
    StepKind,
    bases,
    evaluation_kinds,
    evaluation_states,
    grades,
    roundings,
    sheet_states,
    step_kinds,
)
from kepu.plan.evaluation.rules import MOST_DECIMALS, WHOLE
from kepu.plan.tasks.choices import DutyRole, duty_roles
from kepu.plan.tasks.models import Plan, Task

LEADING_ROLES = (DutyRole.LEAD, DutyRole.SOLE)


class Evaluation(models.Model):
    """One look back at a plan up to a day (评估), with its own rubric."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"made_by": KEEP}

    plan = models.ForeignKey(Plan, verbose_name=_("规划"), on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("类别"), max_length=10, choices=evaluation_kinds)
    title = models.CharField(_("名称"), max_length=80)
    since = models.DateField(_("评估期起"))
    until = models.DateField(_("评估期止"), help_text=_("事实、状态和报告都看到这一天"))
    judge_by = models.DateField(_("评分期限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=evaluation_states, default=EvaluationState.PREPARING)
    revision = models.PositiveIntegerField(_("改过几次"), default=0)
    scale = models.JSONField(_("等级"), help_text=_("每一等从几分起，分数写成文字"))
    scale_source = models.CharField(_("等级的来源"), max_length=200, blank=True)
    lead_weight = models.DecimalField(_("牵头或单独负责的权数"), max_digits=4, decimal_places=1, default=Decimal(1))
    other_weight = models.DecimalField(_("其他责任的权数"), max_digits=4, decimal_places=1, default=Decimal(1))
    rounding = models.CharField(_("平均分的尾数"), max_length=10, choices=roundings, default=Rounding.HALF_UP)
    decimals = models.PositiveSmallIntegerField(_("平均分的小数位"), default=1)
    summary = models.TextField(_("总体评价"), blank=True)
    unjudged_reason = models.CharField(_("有没评的，为什么定稿"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("开始评分"), null=True, blank=True)
    closed_on = models.DateField(_("定稿日期"), null=True, blank=True)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    frozen = models.JSONField(_("定稿时的样子"), null=True, blank=True)
    progress = models.ForeignKey(Progress, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    word = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("评估")
        ordering = ("-until", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("plan", "title"), name="evaluation_title_once"),
            models.CheckConstraint(condition=Q(kind__in=EvaluationKind.values), name="evaluation_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EvaluationState.values), name="evaluation_state_known"),
            models.CheckConstraint(condition=Q(rounding__in=Rounding.values), name="evaluation_rounding_known"),
            models.CheckConstraint(condition=Q(decimals__lte=MOST_DECIMALS), name="evaluation_decimals_few"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="evaluation_span_in_order"),
            models.CheckConstraint(condition=Q(lead_weight__gt=0, other_weight__gt=0), name="evaluation_roles_weigh"),
            models.CheckConstraint(
                condition=Q(state__in=FROZEN_STATES, frozen__isnull=False, closed_on__isnull=False)
                | (~Q(state__in=FROZEN_STATES) & Q(frozen__isnull=True, closed_on=None)),
                name="evaluation_closed_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state=EvaluationState.PUBLISHED, published_on__isnull=False)
                | (~Q(state=EvaluationState.PUBLISHED) & Q(published_on=None)),
                name="evaluation_published_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_frozen(self) -> bool:
        """Whether nothing in it changes any more."""
        return self.state in FROZEN_STATES

    @property
    def thresholds(self) -> dict[str, Decimal]:
        """From which score on each grade but the last holds."""
        return {code: Decimal(value) for code, value in self.scale.items()}

    def weight_of(self, role: str) -> Decimal:
        """What a sheet weighs in a mean, by the body's part in the task."""
        return self.lead_weight if role in LEADING_ROLES else self.other_weight


class Criterion(models.Model):
    """One line of an evaluation's rubric (评分项): what is looked at, what it weighs, how points come about."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(_("评分项"), max_length=60)
    guide = models.TextField(_("看什么"), blank=True)
    weight = models.DecimalField(_("权重"), max_digits=4, decimal_places=1)
    basis = models.CharField(_("得分怎么来"), max_length=12, choices=bases, default=Basis.BY_HAND)
    rounding = models.CharField(_("尾数"), max_length=10, choices=roundings, default=Rounding.TRUNCATE)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("评分项")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "name"), name="criterion_name_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=WHOLE), name="criterion_weight_plausible"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="criterion_basis_known"),
            models.CheckConstraint(condition=Q(rounding__in=Rounding.values), name="criterion_rounding_known"),
            models.CheckConstraint(condition=Q(decimals__lte=MOST_DECIMALS), name="criterion_decimals_few"),
        )

    def __str__(self) -> str:
        return self.name


class Sheet(models.Model):
    """What is judged of one body in one task (评估表)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"reviewer": KEEP}

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="sheets")
    task = models.ForeignKey(Task, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="evaluation_sheets")
    body = models.ForeignKey(Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("责任"), max_length=10, choices=duty_roles)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("评估员"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    state = models.CharField(_("状态"), max_length=10, choices=sheet_states, default=SheetState.WAITING)
    revision = models.PositiveIntegerField(_("改过几次"), default=0, help_text=_("每存一次加一，两处同时改时据此认出"))
    strengths = models.TextField(_("做得好的"), blank=True)
    problems = models.TextField(_("问题"), blank=True)
    advice = models.TextField(_("建议"), blank=True)
    facts = models.JSONField(_("提交时的事实"), null=True, blank=True)
    score = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("等级"), max_length=10, choices=grades, blank=True)
    submitted_on = models.DateField(_("提交日期"), null=True, blank=True)
    comment_by = models.DateField(_("陈述意见期限"), null=True, blank=True, help_text=_("工作日历没有载入时为空"))
    comment = models.TextField(_("陈述意见"), blank=True)
    commented_on = models.DateField(_("陈述日期"), null=True, blank=True)
    reply = models.TextField(_("回应"), blank=True)
    replied_on = models.DateField(_("回应日期"), null=True, blank=True)
    is_released = models.BooleanField(_("评语公开"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("评估表")
        ordering = ("task__position", "body__sort_key", "pk")
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "task", "body"), name="sheet_once"),
            models.CheckConstraint(condition=Q(state__in=SheetState.values), name="sheet_state_known"),
            models.CheckConstraint(condition=Q(role__in=DutyRole.values), name="sheet_role_known"),
            models.CheckConstraint(condition=Q(grade="") | Q(grade__in=Grade.values), name="sheet_grade_known"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=WHOLE), name="sheet_score_0_100"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=SheetState.SUBMITTED, facts__isnull=False, score__isnull=False, submitted_on__isnull=False)
                    & Q(reviewer__isnull=False)
                    & ~Q(grade="")
                )
                | (~Q(state=SheetState.SUBMITTED) & Q(facts__isnull=True, score=None, grade="", is_released=False)),
                name="sheet_submitted_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None, reply="") | (Q(commented_on__isnull=False) & ~Q(reply="")),
                name="sheet_reply_to_a_comment",
            ),
        )
        indexes = (models.Index(fields=("reviewer", "state"), name="sheet_by_reviewer"),)

    def __str__(self) -> str:
        return f"{self.task.code} {self.body.label}"

    @property
    def is_submitted(self) -> bool:
        """Whether it was judged, and its facts stand as they were seen."""
        return self.state == SheetState.SUBMITTED

    def is_comment_open(self, day: date) -> bool:
        """Whether the body may still say something on a day; where no term could be counted, until it is closed."""
        return self.is_submitted and self.commented_on is None and (self.comment_by is None or day <= self.comment_by)

    @property
    def awaits_reply(self) -> bool:
        """Whether the body said something that nobody answered yet."""
        return bool(self.comment) and self.replied_on is None


class Score(models.Model):
    """The points of one criterion on one sheet; None while nobody gave any."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    points = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    words = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评分")
        ordering = ("criterion__position", "criterion")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "criterion"), name="score_once"),
            models.CheckConstraint(condition=Q(points=None) | Q(points__gte=0, points__lte=WHOLE), name="score_0_100"),
        )

    def __str__(self) -> str:
        return f"{self.criterion} {self.points if self.points is not None else '—'}"


class SheetStep(models.Model):
    """One step on a sheet's way: who as what, when, with which words; never changed."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor": KEEP}

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=10, choices=step_kinds)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acted_as = models.CharField(_("以何身份"), max_length=140)
    words = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评估表的经过")
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="sheet_step_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
