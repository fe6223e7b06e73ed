"""Vans as tours see them, wishes, monthly plans with their stops, and the log of trips."""

import uuid
from datetime import time
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.queue.models import Progress
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import Order, Session
from kepu.outreach.tours.choices import PlanState, WishState, plan_states, wish_states
from kepu.outreach.venues.models import Venue

MOST_VISITS = 22
LONGEST_VISIT_MIN = 240


def weekdays_by_default() -> list[int]:
    """Monday to Friday."""
    return [1, 2, 3, 4, 5]


def _exhibits(label: Any) -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=40), verbose_name=label, default=list, blank=True)


class VanProfile(models.Model):
    """How a van goes out: its day, its weekdays, what may ride in it (车辆档案); its home is the venue's place."""

    venue = models.OneToOneField(Venue, verbose_name=_("大篷车"), on_delete=models.CASCADE, related_name="van_profile")
    starts = models.TimeField(_("最早几点出门"), default=time(8))
    ends = models.TimeField(_("最晚几点回来"), default=time(18))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("星期几出车"), default=weekdays_by_default)
    exhibits = _exhibits(_("能带的展品"))
    most_exhibits = models.PositiveSmallIntegerField(_("一次最多带几样"), null=True, blank=True)
    odometer_km = models.PositiveIntegerField(_("里程表（公里）"), null=True, blank=True)
    odometer_on = models.DateField(_("哪天看的里程表"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("车辆档案")
        ordering = ("venue__sort_key", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="van_day_in_order"),
            models.CheckConstraint(
                condition=Q(weekdays__len__gte=1, weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="van_weekdays_known",
            ),
            models.CheckConstraint(
                condition=Q(odometer_km=None, odometer_on=None)
                | Q(odometer_km__isnull=False, odometer_on__isnull=False),
                name="van_odometer_has_day",
            ),
        )

    def __str__(self) -> str:
        return str(self.venue)


class TourWish(models.Model):
    """A place that wants the van to come, how often and when (巡展需求)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"asker": KEEP, "recorded_by": KEEP}

    body = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(_("地点"), max_length=160)
    region = models.ForeignKey(Region, verbose_name=_("所在镇街"), on_delete=models.PROTECT, related_name="+")
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))
    half_days = ArrayField(models.CharField(max_length=2), verbose_name=_("方便的半天"), default=list, blank=True)
    service_minutes = models.PositiveSmallIntegerField(_("一次多少分钟"), default=120)
    at_least = models.PositiveSmallIntegerField(_("一个月至少几次"), default=0)
    at_most = models.PositiveSmallIntegerField(_("一个月最多几次"), default=1)
    gap_days = models.PositiveSmallIntegerField(_("两次至少隔几天"), default=7)
    exhibits = _exhibits(_("要的展品"))
    people = models.PositiveIntegerField(_("一次多少人"), default=0)
    has_quarters = models.BooleanField(_("能安排驾驶员过夜"), default=False)
    order = models.OneToOneField(
        Order, verbose_name=_("来自需求单"), null=True, blank=True, on_delete=models.PROTECT, related_name="tour_wish"
    )
    asker = models.ForeignKey(
        Person, verbose_name=_("告诉谁"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.ForeignKey(Person, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), default=now)
    state = models.CharField(_("状态"), max_length=10, choices=wish_states, default=WishState.OPEN)
    reason = models.CharField(_("撤回原因"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("巡展需求")
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="tour_wish_days_in_order"),
            models.CheckConstraint(
                condition=Q(at_most__gte=1, at_most__lte=MOST_VISITS, at_least__lte=F("at_most"), gap_days__gte=1),
                name="tour_wish_visits_in_order",
            ),
            models.CheckConstraint(
                condition=Q(service_minutes__gte=1, service_minutes__lte=LONGEST_VISIT_MIN),
                name="tour_wish_fits_half_day",
            ),
            models.CheckConstraint(
                condition=Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="tour_wish_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(state=WishState.OPEN, reason="") | (Q(state=WishState.WITHDRAWN) & ~Q(reason="")),
                name="tour_wish_withdrawn_says_why",
            ),
        )
        indexes = (models.Index(fields=("state", "until"), name="tour_wish_by_state"),)

    def __str__(self) -> str:
        return self.place

    @property
    def house(self) -> str:
        """Body and place in words."""
        return f"{self.body.label} · {self.place}" if self.body is not None else self.place


class TourPlan(models.Model):
    """The tours of a month: what was asked, what came out (月度巡展计划)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"asked_by": KEEP, "published_by": KEEP}

    month = models.DateField(_("月份"), help_text=_("当月第一天"))
    vans = models.ManyToManyField(VanProfile, verbose_name=_("出哪几辆车"), related_name="plans")
    settings = models.JSONField(_("怎么排"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=plan_states, default=PlanState.SOLVING)
    result = models.JSONField(_("结果"), default=dict, blank=True)
    fault = models.CharField(_("为什么没有结果"), max_length=300, blank=True)
    iterations = models.PositiveIntegerField(_("每一段找多少次"))
    seed = models.PositiveIntegerField(_("随机数种子"))
    progress = models.OneToOneField(Progress, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(Person, verbose_name=_("谁排的"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("开始时间"), default=now)
    published_by = models.ForeignKey(
        Person, verbose_name=_("谁公布的"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("月度巡展计划")
        ordering = ("-month", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="tour_plan_state_known"),
            models.CheckConstraint(condition=Q(month__day=1), name="tour_plan_month_begins"),
            models.CheckConstraint(
                condition=Q(state__in=(PlanState.PUBLISHED, PlanState.REPLACED), published_at__isnull=False)
                | (~Q(state__in=(PlanState.PUBLISHED, PlanState.REPLACED)) & Q(published_at=None)),
                name="tour_plan_published_has_time",
            ),
            models.UniqueConstraint(
                fields=("month",), condition=Q(state=PlanState.PUBLISHED), name="tour_plan_one_a_month"
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class TourStop(models.Model):
    """One visit of a plan: which van, when, with how many metres behind it (停靠)."""

    plan = models.ForeignKey(TourPlan, on_delete=models.CASCADE, related_name="stops")
    van = models.ForeignKey(VanProfile, verbose_name=_("大篷车"), on_delete=models.PROTECT, related_name="stops")
    wish = models.ForeignKey(TourWish, verbose_name=_("巡展需求"), on_delete=models.PROTECT, related_name="stops")
    day = models.DateField(_("日期"))
    sequence = models.PositiveSmallIntegerField(_("当天第几站"))
    arrives = models.TimeField(_("到达"))
    starts = models.TimeField(_("开始"))
    leaves = models.TimeField(_("离开"))
    metres = models.PositiveIntegerField(_("当天到这一站的米数"))
    session = models.OneToOneField(
        Session, verbose_name=_("一次服务"), null=True, blank=True, on_delete=models.SET_NULL, related_name="tour_stop"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("停靠")
        ordering = ("day", "van", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("plan", "van", "day", "sequence"), name="tour_stop_once"),
            models.UniqueConstraint(fields=("plan", "wish", "day"), name="tour_stop_one_visit_a_day"),
            models.CheckConstraint(
                condition=Q(starts__gte=F("arrives"), leaves__gt=F("starts"), sequence__gte=1),
                name="tour_stop_times_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.wish}"

    @property
    def is_called_off(self) -> bool:
        """Whether the van does not come: the wish was withdrawn, or its session called off."""
        is_off = self.session is not None and self.session.state == SessionState.CANCELLED
        return is_off or self.wish.state == WishState.WITHDRAWN


class TripLog(models.Model):
    """What a van did on one day: kilometres, stops, exhibits (出车记录); a wrong one is struck, never edited."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorded_by": KEEP}

    van = models.ForeignKey(VanProfile, verbose_name=_("大篷车"), on_delete=models.PROTECT, related_name="trips")
    plan = models.ForeignKey(TourPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="trips")
    day = models.DateField(_("日期"))
    km = models.DecimalField(_("公里"), max_digits=6, decimal_places=1)
    exhibits = models.PositiveSmallIntegerField(_("带了几样展品"), default=0)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text=_("同一张表再送一次不会多出一条"))
    recorded_by = models.ForeignKey(Person, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), default=now)
    struck_at = models.DateTimeField(_("冲正时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("出车记录")
        ordering = ("-day", "van")
        constraints = (
            models.UniqueConstraint(fields=("van", "day"), condition=Q(struck_at=None), name="trip_once_a_day"),
            models.CheckConstraint(condition=Q(km__gte=0), name="trip_km_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.van} {self.day:%Y-%m-%d}"


class TripStop(models.Model):
    """Where a van stood on that day and for how many people, with the facts that tell of it (到点记录)."""

    trip = models.ForeignKey(TripLog, on_delete=models.CASCADE, related_name="stops")
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("地点"), max_length=160)
    people = models.PositiveIntegerField(_("来了多少人"))
    wish = models.ForeignKey(TourWish, null=True, blank=True, on_delete=models.PROTECT, related_name="trip_stops")
    facts = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("到点记录")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(people__gte=1), name="trip_stop_has_people"),)

    def __str__(self) -> str:
        return self.place
