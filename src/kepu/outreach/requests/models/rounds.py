"""A round looks at all open orders together: what it was asked, what it proposes, what a person decided beforehand."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.queue.models import Progress
from kepu.outreach.library.models import Holding
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import Part, RoundState, Wish, parts, round_states, wishes
from kepu.outreach.requests.models.orders import Order
from kepu.outreach.venues.models import Venue


class Round(models.Model):
    """All open orders of some days, matched together (一轮派单)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"opened_by": KEEP}

    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    settings = models.JSONField(_("怎么排"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=round_states, default=RoundState.SOLVING)
    result = models.JSONField(_("结果"), default=dict)
    fault = models.CharField(_("为什么没有结果"), max_length=300, blank=True)
    progress = models.OneToOneField(Progress, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_by = models.ForeignKey(Person, verbose_name=_("谁开的"), on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("开始时间"), default=now)
    applied_at = models.DateTimeField(_("派出时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("一轮派单")
        ordering = ("-opened_at",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state_known"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="round_days_in_order"),
            models.CheckConstraint(
                condition=Q(state=RoundState.APPLIED, applied_at__isnull=False)
                | (~Q(state=RoundState.APPLIED) & Q(applied_at=None)),
                name="round_applied_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m-%d}–{self.last_day:%Y-%m-%d}"


class RoundMatch(models.Model):
    """One visit that a round proposes, with its reasons; nothing happens until the round is applied."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="matches")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    capacity = models.ForeignKey(Capacity, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("日期"))
    part = models.CharField(_("半天"), max_length=1, choices=parts)
    venue = models.ForeignKey(Venue, verbose_name=_("借的场地"), null=True, on_delete=models.SET_NULL, related_name="+")
    material = models.ForeignKey(
        Holding, verbose_name=_("可以带上的资源"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    fit = models.FloatField(_("合适的程度"))
    reasons = ArrayField(models.CharField(max_length=200), verbose_name=_("为什么"), default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("建议的派单")
        ordering = ("day", "part", "order")
        constraints = (
            models.UniqueConstraint(fields=("round", "capacity", "day", "part"), name="round_one_place_a_half_day"),
            models.UniqueConstraint(fields=("round", "order", "day", "part"), name="round_one_visit_a_half_day"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="round_match_part_known"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.capacity_id} {self.day:%Y-%m-%d}{self.part}"


class RoundWish(models.Model):
    """What a person decided before a round is solved again: this pair surely, or never."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"by": KEEP}

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="wishes")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    capacity = models.ForeignKey(Capacity, on_delete=models.CASCADE, related_name="+")
    wish = models.CharField(_("要求"), max_length=6, choices=wishes)
    day = models.DateField(_("日期"), null=True)
    part = models.CharField(_("半天"), max_length=1, choices=parts, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("对一轮派单的要求")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(wish__in=Wish.values), name="round_wish_known"),
            models.CheckConstraint(
                condition=Q(wish=Wish.FORBID) | Q(day__isnull=False, part__in=Part.values), name="round_pin_has_time"
            ),
            models.UniqueConstraint(fields=("round", "order", "capacity"), name="round_wish_once"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.capacity_id} {self.wish}"
