"""One act that waits for a second person."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.foundation.approvals.choices import ApprovalState, approval_states
from kepu.foundation.erasure import KEEP, OnErasure


class Approval(models.Model):
    """A request of one person for an act, and what a second person said to it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"asked_by": KEEP, "decided_by": KEEP}

    kind = models.CharField(_("事项"), max_length=80)
    arguments = models.JSONField(_("内容"), default=dict, encoder=DjangoJSONEncoder)
    title = models.CharField(_("标题"), max_length=200)
    reason = models.CharField(_("理由"), max_length=500)
    role = models.CharField(_("由谁核准"), max_length=40)
    organisation_id = models.BigIntegerField(_("单位"), null=True)
    region_id = models.BigIntegerField(_("地区"), null=True)
    asked_by = models.BigIntegerField(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    expires_on = models.DateField(_("最后一天"))
    state = models.CharField(_("状态"), max_length=10, choices=approval_states, default=ApprovalState.WAITING)
    decided_by = models.BigIntegerField(_("核准人"), null=True)
    decided_at = models.DateTimeField(_("时间"), null=True)
    words = models.CharField(_("核准人的话"), max_length=500, blank=True)
    outcome = models.JSONField(_("结果"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = _("双人核准")
        ordering = ("expires_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ApprovalState.values), name="approval_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=(ApprovalState.APPROVED, ApprovalState.REFUSED))
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="approval_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApprovalState.REFUSED) | ~Q(words=""), name="approval_refused_with_words"
            ),
        )
        indexes = (
            models.Index(fields=("expires_on",), condition=Q(state=ApprovalState.WAITING), name="approval_waiting"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be decided."""
        return self.state == ApprovalState.WAITING
