"""How a plan ended: its final state as it was, and what became of every promise that was not kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.foundation.erasure import KEEP, OnErasure
from kepu.plan.closing.choices import Outcome, outcomes
from kepu.plan.tasks.models import Plan, Task


class Closing(models.Model):
    """The end of one plan (收官)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"closed_by": KEEP}

    plan = models.OneToOneField(Plan, verbose_name=_("规划"), on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("收官日期"))
    judged_on = models.DateField(_("状态截至"))
    words = models.TextField(_("总结"), blank=True)
    final = models.JSONField(_("最终状态"), help_text=_("任务编号、名称、状态和理由，按方案的顺序，以后不变"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("收官")

    def __str__(self) -> str:
        return f"{self.plan} {self.closed_on}"


class Ending(models.Model):
    """What became of one task that was not kept."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="endings")
    task = models.OneToOneField(Task, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("去向"), max_length=8, choices=outcomes)
    later = models.ForeignKey(
        Task, verbose_name=_("下一版的任务"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = _("未兑现任务的去向")
        ordering = ("task__position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CARRIED, later__isnull=False) | Q(outcome=Outcome.STRUCK, later=None),
                name="ending_carried_names_the_later",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="ending_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.get_outcome_display()}"
