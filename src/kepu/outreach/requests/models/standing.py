"""What bodies offer for ever: talks in schools, agreements of venues with schools, routes of study over several venues."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import StandingKind, StandingState, standing_kinds, standing_states
from kepu.outreach.venues.models import Venue


class StandingOffer(models.Model):
    """A body says beforehand what it gives to whoever orders it (常设项目)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"made_by": KEEP}

    kind = models.CharField(_("类型"), max_length=10, choices=standing_kinds)
    title = models.CharField(_("名称"), max_length=120)
    about = models.TextField(_("讲什么、怎么讲"), max_length=1000, blank=True)
    host = models.ForeignKey(
        Organisation, verbose_name=_("谁提供"), on_delete=models.PROTECT, related_name="standing_offers"
    )
    givers = models.ManyToManyField(
        Capacity, verbose_name=_("谁来讲"), related_name="standing_offers", help_text=_("没有空的那位，就问下一位")
    )
    school = models.ForeignKey(
        Organisation, verbose_name=_("合作的学校"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    form = models.CharField(_("形式"), max_length=64, help_text=_("码表 capacities.forms"))
    audience = models.CharField(_("给谁听"), max_length=10, default=Audience.PUBLIC)
    level = models.CharField(_("年级或程度"), max_length=40, blank=True)
    minutes = models.PositiveSmallIntegerField(_("一次多少分钟"))
    most_people = models.PositiveIntegerField(_("一次最多多少人"))
    half_days = ArrayField(models.CharField(max_length=2), verbose_name=_("哪些半天"), default=list, blank=True)
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    lessons = models.PositiveSmallIntegerField(_("一次算几课时"), default=1)
    lessons_a_class = models.PositiveSmallIntegerField(_("每班几课时"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=standing_states, default=StandingState.DRAFT)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记时间"), default=now)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("常设项目")
        ordering = ("kind", "title", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=StandingKind.values), name="standing_kind_known"),
            models.CheckConstraint(condition=Q(state__in=StandingState.values), name="standing_state_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="standing_audience_known"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="standing_days_in_order"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, most_people__gte=1, lessons__gte=1), name="standing_not_nothing"
            ),
            models.CheckConstraint(
                condition=Q(kind=StandingKind.AGREEMENT, school__isnull=False, lessons_a_class__gte=1)
                | (~Q(kind=StandingKind.AGREEMENT) & Q(school=None, lessons_a_class=None)),
                name="standing_agreement_has_school",
            ),
        )
        indexes = (models.Index(fields=("state", "last_day"), name="standing_by_state"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("requests:standing_one", args=[self.pk])

    @property
    def audience_label(self) -> str:
        """For whom it is, in words."""
        return str(Audience(self.audience).label)


class StandingStop(models.Model):
    """One venue of a route, in its order."""

    offer = models.ForeignKey(StandingOffer, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField(_("第几站"))
    venue = models.ForeignKey(Venue, verbose_name=_("场馆"), on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("停多少分钟"))

    class Meta:
        verbose_name = verbose_name_plural = _("线路的站")
        ordering = ("offer", "position")
        constraints = (
            models.UniqueConstraint(fields=("offer", "position"), name="standing_stop_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="standing_stop_lasts"),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.venue}"


class StandingClass(models.Model):
    """One class of an agreement's school; its lessons are counted, by no name that somebody types anew."""

    offer = models.ForeignKey(StandingOffer, on_delete=models.CASCADE, related_name="classes")
    name = models.CharField(_("班级"), max_length=40)
    people = models.PositiveIntegerField(_("人数"))

    class Meta:
        verbose_name = verbose_name_plural = _("合作的班级")
        ordering = ("offer", "pk")
        constraints = (
            models.UniqueConstraint(fields=("offer", "name"), name="standing_class_once"),
            models.CheckConstraint(condition=Q(people__gte=1), name="standing_class_has_people"),
        )

    def __str__(self) -> str:
        return self.name
