"""Reporting calendars, periods, and what every body says of a period: words, numbers, attachments, and the way it went."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.plan.reports.choices import (
    WITH_A_JUDGE,
    WITH_THE_BODY,
    Frequency,
    ReportState,
    StepKind,
    frequencies,
    report_states,
    step_kinds,
)
from kepu.plan.reports.rules import due_day, is_locked, stretch_label
from kepu.plan.tasks.models import Plan, Task


class ReportCalendar(models.Model):
    """How often the bodies of a plan report, and by when (填报日历)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"set_by": KEEP}

    plan = models.OneToOneField(Plan, verbose_name=_("规划"), on_delete=models.CASCADE, related_name="report_calendar")
    frequency = models.CharField(_("多久一报"), max_length=8, choices=frequencies, default=Frequency.QUARTER)
    starts_on = models.DateField(_("从哪一天起"), help_text=_("从这一天以后开始的第一个报告期起"))
    due_days = models.PositiveSmallIntegerField(_("期满后几个工作日内报送"), default=10)
    lock_days = models.PositiveSmallIntegerField(_("到期后再过几个工作日锁定"), default=10)
    has_two_steps = models.BooleanField(_("区市的单位先由区市审核"), default=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_on = models.DateField(_("确定日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("填报日历")
        constraints = (
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="report_frequency_known"),
            models.CheckConstraint(condition=Q(due_days__gte=1, lock_days__gte=1), name="report_days_at_least_one"),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.get_frequency_display()}"


class Period(models.Model):
    """One stretch of days on which every body of a plan reports (报告期)."""

    plan = models.ForeignKey(Plan, verbose_name=_("规划"), on_delete=models.CASCADE, related_name="report_periods")
    since = models.DateField(_("起"))
    until = models.DateField(_("止"))
    due_on = models.DateField(_("报送期限"))
    locks_on = models.DateField(_("锁定日期"), help_text=_("过了这一天不再收，另有延期的除外"))
    has_two_steps = models.BooleanField(_("区市先审核"))
    opened_on = models.DateField(_("开始填报"))

    class Meta:
        verbose_name = verbose_name_plural = _("报告期")
        ordering = ("-since", "-until")
        constraints = (
            models.UniqueConstraint(fields=("plan", "since", "until"), name="report_period_once"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), due_on__gt=F("until"), locks_on__gte=F("due_on")),
                name="report_period_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As officials call it."""
        return stretch_label(self.since, self.until)


class Report(models.Model):
    """What one body says of one period (进展报告), from the opening to the acceptance."""

    period = models.ForeignKey(Period, verbose_name=_("报告期"), on_delete=models.CASCADE, related_name="reports")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="progress_reports"
    )
    state = models.CharField(_("状态"), max_length=10, choices=report_states, default=ReportState.OPEN)
    revision = models.PositiveIntegerField(_("改过几次"), default=0, help_text=_("每存一次加一，两处同时改时据此认出"))
    extended_until = models.DateField(_("延期到"), null=True, blank=True)
    first_submitted_on = models.DateField(_("首次报送"), null=True, blank=True)
    is_on_time = models.BooleanField(_("按时报送"), null=True, blank=True)
    accepted_on = models.DateField(_("采纳日期"), null=True, blank=True)
    frozen = models.JSONField(_("报送时的样子"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("进展报告")
        ordering = ("-period__since", "organisation__sort_key", "pk")
        constraints = (
            models.UniqueConstraint(fields=("period", "organisation"), name="report_once"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.ACCEPTED, accepted_on__isnull=False, frozen__isnull=False)
                | (~Q(state=ReportState.ACCEPTED) & Q(accepted_on=None)),
                name="report_accepted_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(first_submitted_on=None, is_on_time=None)
                | Q(first_submitted_on__isnull=False, is_on_time__isnull=False),
                name="report_timeliness_with_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_A_JUDGE) | Q(frozen__isnull=False), name="report_sent_is_frozen"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period} {self.organisation}"

    @property
    def is_with_the_body(self) -> bool:
        """Whether the body may still write."""
        return self.state in WITH_THE_BODY

    @property
    def due_on(self) -> date:
        """By when it is owed."""
        return due_day(self.period.due_on, self.extended_until)

    def is_locked_on(self, day: date) -> bool:
        """Whether nothing is taken any more on a day."""
        return self.state == ReportState.ACCEPTED or is_locked(day, self.period.locks_on, self.extended_until)


class Entry(models.Model):
    """What a report says of one task."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="entries")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="report_entries")
    words = models.TextField(_("做了什么"), blank=True)
    obstacle = models.TextField(_("困难"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("任务进展")
        ordering = ("task__position",)
        constraints = (models.UniqueConstraint(fields=("report", "task"), name="report_entry_once"),)

    def __str__(self) -> str:
        return f"{self.report} {self.task}"


class Figure(models.Model):
    """A number that no system knew (补报的数): it becomes a fact of the ledger when the report is accepted."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="figures")
    indicator_code = models.CharField(_("指标代码"), max_length=60)
    audiences = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=18, decimal_places=4)
    origin = models.CharField(_("数从哪里来"), max_length=200)
    fact = models.UUIDField(_("台账里的事实"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补报的数")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("entry", "indicator_code", "audiences"), name="report_figure_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="report_figure_not_negative"),
            models.CheckConstraint(condition=~Q(origin=""), name="report_figure_says_its_origin"),
        )

    def __str__(self) -> str:
        return f"{self.indicator_code} {self.quantity.normalize():f}"


class Attachment(models.Model):
    """A file that bears a task's progress out (佐证)."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("佐证")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("entry", "file"), name="report_attachment_once"),)

    def __str__(self) -> str:
        return self.file.name


class ReportStep(models.Model):
    """One step on a report's way: who as what, when, with which words; never changed."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor": KEEP}

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=10, choices=step_kinds)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acted_as = models.CharField(_("以何身份"), max_length=120)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    until = models.DateField(_("到哪一天"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("报告的经过")
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="report_step_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
