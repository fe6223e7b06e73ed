"""How far a long piece of work has come."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.foundation.erasure import DELETE, OnErasure
from kepu.foundation.queue.choices import ProgressState, progress_states


class Progress(models.Model):
    """One long piece of work that somebody waits for."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"owner_id": DELETE}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("名称"), max_length=120)
    owner_id = models.BigIntegerField(_("发起人"), null=True)
    state = models.CharField(max_length=16, choices=progress_states, default=ProgressState.WAITING)
    done = models.BigIntegerField(_("已完成"), default=0)
    total = models.BigIntegerField(_("总数"), null=True)
    message = models.CharField(_("说明"), max_length=500, blank=True)
    result = models.JSONField(_("结果"), default=dict)
    is_cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("进度")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=ProgressState.values), name="progress_state_known"),
            models.CheckConstraint(condition=models.Q(done__gte=0), name="progress_done_not_negative"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {ProgressState.DONE, ProgressState.FAILED, ProgressState.CANCELLED}

    @property
    def percent(self) -> int | None:
        """0–100, or None while the total is unknown."""
        return None if not self.total else min(100, int(self.done * 100 / self.total))
