"""The address at which somebody's own calendar is read."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import DELETE, OnErasure


class CalendarFeed(models.Model):
    """A secret address for one person's calendar; whoever has it reads along, so it can be changed."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField(_("生成时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("日历订阅")

    def __str__(self) -> str:
        return str(self.person_id)
