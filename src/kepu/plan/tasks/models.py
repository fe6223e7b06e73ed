"""A plan as it stands: its text, tasks, duties and targets, and what named persons decided about them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Region
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.plan.tasks.choices import (
    Comparator,
    DecisionKind,
    DraftState,
    DutyRole,
    LinkKind,
    PlanState,
    SectionKind,
    TaskOrigin,
    comparators,
    decision_kinds,
    draft_states,
    duty_roles,
    link_kinds,
    plan_states,
    section_kinds,
    task_origins,
)


class Plan(models.Model):
    """One confirmed plan (规划) of one government for some years."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"confirmed_by": KEEP}

    slug = models.SlugField(_("网址名"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=300)
    notice_title = models.CharField(_("印发通知"), max_length=300, blank=True)
    short_title = models.CharField(_("简称"), max_length=80, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=120, blank=True)
    doc_number = models.CharField(_("文号"), max_length=60, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    period_start = models.PositiveSmallIntegerField(_("起始年"), null=True, blank=True)
    period_end = models.PositiveSmallIntegerField(_("终止年"), null=True, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="plans")
    text = models.TextField(_("全文"))
    text_digest = models.CharField(max_length=64)
    lead_rule = models.TextField(_("牵头规则"), blank=True)
    state = models.CharField(max_length=10, choices=plan_states, default=PlanState.LIVE)
    predecessor = models.ForeignKey(
        "self", verbose_name=_("上一版"), null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )
    provenance = models.CharField(
        _("文本说明"), max_length=300, blank=True, help_text=_("例如“示例文本，据……改写，非原文”，凡显示本方案处都显示")
    )
    is_demonstration = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="confirmed_plans"
    )
    confirmed_on = models.DateField(_("上线日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("规划")
        ordering = ("-period_start", "title")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(period_end=None) | Q(period_start=None) | Q(period_end__gte=F("period_start")),
                name="plan_period_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.short_title or self.title


class PlanDraft(models.Model):
    """An uploaded text with the machine's reading and a person's corrections, until it is confirmed."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"created_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    file_id = models.UUIDField(null=True, blank=True, help_text=_("原件在文件库中的编号"))
    text = models.TextField()
    reading = models.JSONField(_("机器所读"), help_text=_("plan-format 的输出，不再改动"))
    corrections = models.JSONField(_("人工更正"), default=list, help_text=_("按先后排列的更正，每条有人、时间和内容"))
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT)
    predecessor = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.SET_NULL, related_name="drafts")
    state = models.CharField(max_length=10, choices=draft_states, default=DraftState.OPEN)
    plan = models.OneToOneField(Plan, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="plan_drafts"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("方案草稿")
        ordering = ("-updated_at",)
        constraints = (models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state_known"),)

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A heading of the plan with everything under it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    number = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=300, blank=True)
    level = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=600)
    kind = models.CharField(max_length=12, choices=section_kinds, default=SectionKind.OTHER)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    position = models.PositiveIntegerField(help_text=_("在方案中的顺序"))

    class Meta:
        verbose_name = verbose_name_plural = _("章节")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "position"), name="section_position_once"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="section_kind_known"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="section_span_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.number}{self.title}"


class Task(models.Model):
    """One thing that the plan asks to be done (任务)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="tasks")
    code = models.CharField(_("编号"), max_length=40, help_text=_("如 三(一)6"))
    slug = models.CharField(max_length=40, help_text=_("在本方案内不变的网址名，如 3-1-6"))
    number = models.CharField(max_length=20, blank=True)
    title = models.CharField(_("题目"), max_length=300, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    body_start = models.PositiveIntegerField()
    body_end = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    has_others = models.BooleanField(_("另有“等”单位"), default=False)
    origin = models.CharField(max_length=10, choices=task_origins, default=TaskOrigin.TEXT)
    is_struck = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="task_code_once"),
            models.UniqueConstraint(fields=("plan", "slug"), name="task_slug_once"),
            models.CheckConstraint(condition=Q(origin__in=TaskOrigin.values), name="task_origin_known"),
            models.CheckConstraint(
                condition=Q(end__gte=F("start"), body_end__gte=F("body_start")), name="task_span_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def label(self) -> str:
        """The title, or the beginning of the words where the plan gives none."""
        return self.title or self.plan.text[self.body_start : self.body_start + 24]


class Duty(models.Model):
    """One body's part in one task (责任), as printed or as decided later."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="duties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=10, choices=duty_roles, default=DutyRole.JOINT)
    printed_role = models.CharField(max_length=10, choices=duty_roles, default=DutyRole.JOINT)
    printed_name = models.CharField(_("文中名称"), max_length=120, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("责任")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("task", "organisation"), name="duty_once"),
            models.CheckConstraint(condition=Q(role__in=DutyRole.values), name="duty_role_known"),
            models.CheckConstraint(condition=Q(printed_role__in=DutyRole.values), name="duty_printed_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_role_display()}"


class Target(models.Model):
    """One number that the plan promises to reach (目标值); what the text leaves open is null until decided."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="targets")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="targets")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.CASCADE, related_name="targets")
    measure = models.CharField(_("内容"), max_length=200)
    value = models.DecimalField(_("目标值"), max_digits=18, decimal_places=4)
    value_max = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    comparator = models.CharField(max_length=2, choices=comparators, default=Comparator.EQUAL)
    period = models.CharField(
        _("周期"), max_length=20, blank=True, help_text=_("year、half、quarter、month、N years；空为文中未写")
    )
    deadline = models.PositiveSmallIntegerField(_("期限年"), null=True, blank=True)
    is_aspirational = models.BooleanField(_("力争"), default=False)
    is_approximate = models.BooleanField(_("约数"), default=False)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    # What a named person decided, kept beside what the text says.
    decided_period = models.CharField(max_length=20, blank=True, help_text=_("year 每年；total 累计；state 时点"))
    decided_due_on = models.DateField(null=True, blank=True)
    decided_pace = models.JSONField(
        _("进度安排"), default=list, blank=True, help_text=_("[[日期, 应完成的份额 0–1], …]；空为按天均匀")
    )
    baseline = models.DecimalField(_("基期值"), max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_struck = models.BooleanField(default=False)
    earlier = models.ForeignKey(
        "self", verbose_name=_("承接自"), null=True, blank=True, on_delete=models.PROTECT, related_name="later",
        help_text=_("修订前的方案里的同一个目标"),
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = _("目标")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(comparator__in=Comparator.values), name="target_comparator_known"),
            models.CheckConstraint(
                condition=(Q(task__isnull=False) | Q(section__isnull=False)), name="target_has_a_place"
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="target_span_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.value.normalize():f}{self.unit}"


class Evidence(models.Model):
    """What of the ledger speaks for a target or a task: an indicator and a filter, chosen by a named person."""

    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    indicator_code = models.CharField(_("指标代码"), max_length=60)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    audiences = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    expected_days = models.PositiveSmallIntegerField(_("多少天应有一次材料"), default=92)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("依据")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(task__isnull=False, target__isnull=True) | Q(task__isnull=True, target__isnull=False)),
                name="evidence_for_one_thing",
            ),
        )

    def __str__(self) -> str:
        return self.indicator_code


class Milestone(models.Model):
    """A dated step of a task without a number (节点), set by a named person."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("节点"), max_length=200)
    due_on = models.DateField(_("应完成日期"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("完成说明"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("节点")
        ordering = ("due_on", "position")

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """An act of a named role-holder about the plan, dated and shown; later acts do not erase earlier ones."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"decided_by": KEEP}

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="decisions")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=16, choices=decision_kinds)
    summary = models.CharField(_("内容"), max_length=500)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    data = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_as = models.CharField(_("以何身份"), max_length=60)
    decided_on = models.DateField(_("日期"))
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("决定")
        ordering = ("-decided_on", "-pk")
        constraints = (models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),)

    def __str__(self) -> str:
        return self.summary


class TaskLink(models.Model):
    """How a task of one plan goes on in the next version or generation."""

    earlier = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="later_links")
    later = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="earlier_links")
    kind = models.CharField(max_length=10, choices=link_kinds, default=LinkKind.SUCCESSOR)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("承接关系")
        constraints = (
            models.UniqueConstraint(fields=("earlier", "later"), name="task_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="task_link_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=LinkKind.ENDED) | Q(later__isnull=False), name="task_link_names_the_later"
            ),
        )

    def __str__(self) -> str:
        return f"{self.earlier} → {self.later or '—'}"


class NamedSystem(models.Model):
    """A system or service that the plan names (方案系统), and the mechanism of the product that serves it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="systems")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="systems")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="systems")
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    mechanism = models.CharField(_("机制"), max_length=20)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("方案系统")
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("plan", "position"), name="named_system_position_once"),)

    def __str__(self) -> str:
        return self.name
