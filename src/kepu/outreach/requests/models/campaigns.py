"""Campaigns: many sessions under one name, with a page of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import BLANK, OnErasure


class Campaign(models.Model):
    """Some days on which many bodies hold sessions under one name (主题活动), such as 科普月 of one year."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"made_by": BLANK}

    name = models.CharField(_("名称"), max_length=80, unique=True)
    kind = models.CharField(_("类型"), max_length=64, help_text=_("码表 requests.campaigns"))
    slug = models.SlugField(_("网址里的名字"), max_length=60, unique=True)
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    about = models.TextField(_("介绍"), max_length=2000, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=now)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("主题活动")
        ordering = ("-first_day", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="campaign_days_in_order"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("requests:campaign", args=[self.slug])
