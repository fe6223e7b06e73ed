"""Who owes which share of a target, and which plans and tasks stand beneath which."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Region
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.plan.breakdown.choices import Among, BreakdownState, breakdown_states
from kepu.plan.tasks.models import Plan, Target, Task

EARLIEST_YEAR, LATEST_YEAR = 1949, 2100


class Breakdown(models.Model):
    """One version of how a target is apportioned (分解方案); the newest issued one is in force."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"created_by": KEEP, "issued_by": KEEP}

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="breakdowns")
    number = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(max_length=8, choices=breakdown_states, default=BreakdownState.DRAFT)
    revision = models.PositiveIntegerField(_("修订号"), default=0)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    difference_reason = models.CharField(_("合计不等于目标的理由"), max_length=500, blank=True)
    differences = models.JSONField(_("下达时的差额"), default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField(_("下达日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("分解方案")
        ordering = ("target", "-number")
        constraints = (
            models.UniqueConstraint(fields=("target", "number"), name="breakdown_number_once"),
            models.UniqueConstraint(
                fields=("target",), condition=Q(state=BreakdownState.DRAFT), name="breakdown_one_draft"
            ),
            models.CheckConstraint(condition=Q(state__in=BreakdownState.values), name="breakdown_state_known"),
            models.CheckConstraint(
                condition=Q(state=BreakdownState.DRAFT) | (Q(issued_on__isnull=False) & ~Q(reason="")),
                name="breakdown_issued_with_reason",
            ),
        )

    def __str__(self) -> str:
        return str(_("%(target)s 分解方案第 %(number)d 版") % {"target": self.target, "number": self.number})

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.state == BreakdownState.DRAFT


class Share(models.Model):
    """What one district or body owes, for a year, or for the whole (分解数)."""

    breakdown = models.ForeignKey(Breakdown, on_delete=models.CASCADE, related_name="shares")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="shares"
    )
    year = models.PositiveSmallIntegerField(
        _("年份"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EARLIEST_YEAR), MaxValueValidator(LATEST_YEAR)],
        help_text=_("空为全期；每年（每期）单独算的目标，空为每年（每期）都是这个数"),
    )
    value = models.DecimalField(_("分解数"), max_digits=18, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = _("分解数")
        ordering = ("region__code", "organisation__sort_key", F("year").asc(nulls_first=True))
        constraints = (
            models.UniqueConstraint(
                fields=("breakdown", "region", "organisation", "year"), nulls_distinct=False, name="share_once"
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=False, organisation__isnull=True)
                | Q(region__isnull=True, organisation__isnull=False),
                name="share_of_one_owner",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="share_not_negative"),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__gte=EARLIEST_YEAR, year__lte=LATEST_YEAR), name="share_year_plausible"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner} {self.year or '—'} {self.value.normalize():f}"

    @property
    def among(self) -> str:
        """Whether a district or a body owes it, as a code of `Among`."""
        return (Among.BODIES if self.region_id is None else Among.REGIONS).value

    @property
    def owner_id(self) -> int:
        """The id of the district or body."""
        return int(self.region_id or self.organisation_id or 0)

    @property
    def owner(self) -> Region | Organisation | None:
        """Who owes it."""
        return self.region or self.organisation


class ChildPlan(models.Model):
    """A district's own plan or a body's yearly work plan, beneath the plan that it carries out (下级方案)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"linked_by": KEEP}

    parent = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="child_links")
    child = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="parent_link")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500)
    revision = models.PositiveIntegerField(_("修订号"), default=0)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    linked_on = models.DateField(_("日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("下级方案")
        ordering = ("parent", "region__code", "organisation__sort_key", "year")
        constraints = (
            models.CheckConstraint(condition=~Q(parent=F("child")), name="child_plan_is_another"),
            models.CheckConstraint(
                condition=Q(region__isnull=False, organisation__isnull=True)
                | Q(region__isnull=True, organisation__isnull=False),
                name="child_plan_of_one_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"

    @property
    def owner(self) -> Region | Organisation | None:
        """Whose plan it is."""
        return self.region or self.organisation


class TaskParent(models.Model):
    """Which task above a task of a child plan carries out (上级任务), or that it carries out none; a person says so."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"confirmed_by": KEEP}

    link = models.ForeignKey(ChildPlan, on_delete=models.CASCADE, related_name="tasks")
    child = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="parent_task")
    parent = models.ForeignKey(
        Task,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="child_tasks",
        help_text=_("空为不对应上级的任务"),
    )
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(_("日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("上级任务")
        constraints = (models.CheckConstraint(condition=~Q(parent=F("child")), name="task_parent_is_another"),)

    def __str__(self) -> str:
        return f"{self.child} → {self.parent or '—'}"
