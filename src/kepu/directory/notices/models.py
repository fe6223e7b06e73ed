"""What a person is told, and how that person wants to be told."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.notices.choices import NoticeState, notice_states
from kepu.directory.register.models import Person
from kepu.foundation.erasure import DELETE, OnErasure


class Notice(models.Model):
    """One message to one person; it stands on the desk and, where an address is known, goes out as well."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, help_text=_("同一人同一事由只通知一次"))
    kind = models.CharField(_("类别"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("链接"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=notice_states, default=NoticeState.WAITING)
    is_urgent = models.BooleanField(_("急件"), default=False, help_text=_("不等汇总，也不等安静时段结束"))
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    created_at = models.DateTimeField(_("时间"))
    not_before = models.DateTimeField(_("不早于"))
    sent_at = models.DateTimeField(_("送出时间"), null=True, blank=True)
    read_at = models.DateTimeField(_("看过时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("person", "key"), name="notice_once"),
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.SENT) | Q(sent_at__isnull=False), name="notice_sent_has_time"
            ),
        )
        indexes = (models.Index(fields=("not_before",), condition=Q(state=NoticeState.WAITING), name="notice_waiting"),)

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """How one person wants to be told; without a row the defaults below hold."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="notice_preference")
    is_digest = models.BooleanField(_("每天汇总成一封"), default=True)
    digest_at = models.TimeField(_("汇总时间"), default=time(8, 30))
    quiet_from = models.TimeField(_("安静时段自"), default=time(20, 0))
    quiet_until = models.TimeField(_("安静时段至"), default=time(8, 0))
    refused_kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("不再外发"))

    class Meta:
        verbose_name = verbose_name_plural = _("通知偏好")

    def __str__(self) -> str:
        return f"{self.person}"
