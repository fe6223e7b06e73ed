"""Monitoring reports: numbers as they were drawn, texts that a person edited, papers made of both."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.models import Progress
from kepu.plan.monitoring.choices import MonitoringState, PaperKind, monitoring_states, paper_kinds
from kepu.plan.reports.rules import stretch_label
from kepu.plan.tasks.models import Plan


class MonitoringReport(models.Model):
    """One paper on how a plan stands at the end of some days."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"made_by": KEEP}

    plan = models.ForeignKey(Plan, verbose_name=_("规划"), on_delete=models.CASCADE, related_name="monitoring_reports")
    since = models.DateField(_("起"))
    until = models.DateField(_("止"))
    state = models.CharField(_("状态"), max_length=10, choices=monitoring_states, default=MonitoringState.DRAFT)
    doc_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    content = models.JSONField(_("数字"), help_text=_("最近一次从台账取出的样子，见 queries/content.py"))
    drawn_on = models.DateField(_("取数日期"))
    revision = models.PositiveIntegerField(_("改过几次"), default=1)
    progress = models.ForeignKey(Progress, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField(_("发布日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("监测报告")
        ordering = ("-until", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("plan", "since", "until"), name="monitoring_span_once"),
            models.CheckConstraint(condition=Q(state__in=MonitoringState.values), name="monitoring_state_known"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="monitoring_span_in_order"),
            models.CheckConstraint(
                condition=Q(state=MonitoringState.PUBLISHED, published_on__isnull=False)
                | Q(state=MonitoringState.DRAFT, published_on=None),
                name="monitoring_published_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.label}"

    @property
    def label(self) -> str:
        """What its days are called."""
        return stretch_label(self.since, self.until)


class EditedText(models.Model):
    """Words that a person wrote in place of the ones the machine proposes; a refresh of the numbers leaves them."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"edited_by": KEEP}

    report = models.ForeignKey(MonitoringReport, on_delete=models.CASCADE, related_name="texts")
    place = models.CharField(_("位置"), max_length=60)
    words = models.TextField(_("文字"), blank=True)
    proposal = models.TextField(_("改时机器拟的文字"), blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(_("改于"))

    class Meta:
        verbose_name = verbose_name_plural = _("改过的文字")
        constraints = (models.UniqueConstraint(fields=("report", "place"), name="monitoring_text_once"),)

    def __str__(self) -> str:
        return self.place


class Paper(models.Model):
    """A file made of a report as it stood at one revision."""

    report = models.ForeignKey(MonitoringReport, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("格式"), max_length=4, choices=paper_kinds)
    revision = models.PositiveIntegerField(_("按第几稿制成"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        constraints = (
            models.UniqueConstraint(fields=("report", "kind"), name="monitoring_paper_once"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="monitoring_paper_kind_known"),
        )

    def __str__(self) -> str:
        return self.file.name
