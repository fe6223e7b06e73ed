"""Who is a volunteer, in which team, with which training."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.calendar.choices import Weekday, weekdays
from kepu.foundation.erasure import BLANK, KEEP, OnErasure
from kepu.outreach.people.volunteers.choices import (
    TeamLevel,
    VolunteerState,
    team_levels,
    volunteer_states,
)


class VolunteerCounter(models.Model):
    """The last running number given in a city: numbers are never used again."""

    region_code = models.CharField(_("城市代码"), max_length=12, primary_key=True)
    last_number = models.PositiveIntegerField(_("已用到的序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者编号")

    def __str__(self) -> str:
        return f"{self.region_code} {self.last_number}"


class Volunteer(models.Model):
    """A person who serves, known to the public by a number instead of an identity number (统一编号)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": KEEP.clearing("skills")}

    person = models.OneToOneField(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="volunteer")
    number = models.CharField(_("志愿者编号"), max_length=20, unique=True)
    is_association = models.BooleanField(_("科协科技志愿者"), default=True)
    is_registered = models.BooleanField(_("注册科普志愿者"), default=False, help_text=_("科普统计的口径，另行计数"))
    region = models.ForeignKey(Region, verbose_name=_("常住地"), null=True, on_delete=models.PROTECT, related_name="+")
    skills = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("技能"))
    is_name_public = models.BooleanField(_("查验证书时显示姓名"), default=False)
    takes_assignments = models.BooleanField(_("我给时间，您来安排"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=volunteer_states, default=VolunteerState.ACTIVE)
    registered_on = models.DateField(_("登记日期"))
    ended_on = models.DateField(_("退出日期"), null=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者")
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=VolunteerState.values), name="volunteer_state_known"),
            models.CheckConstraint(
                condition=Q(state=VolunteerState.ACTIVE, ended_on=None)
                | Q(state=VolunteerState.ENDED, ended_on__isnull=False),
                name="volunteer_ended_has_day",
            ),
            models.CheckConstraint(
                condition=Q(is_association=True) | Q(is_registered=True), name="volunteer_in_a_register"
            ),
        )

    def __str__(self) -> str:
        return self.number


class OfferedTime(models.Model):
    """A stretch of a weekday that a volunteer gives."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="times")
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=weekdays)
    starts = models.TimeField(_("自"))
    ends = models.TimeField(_("至"))

    class Meta:
        verbose_name = verbose_name_plural = _("可服务时间")
        ordering = ("weekday", "starts")
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="offered_time_in_order"),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="offered_time_weekday_known"),
            models.UniqueConstraint(fields=("volunteer", "weekday", "starts"), name="offered_time_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Team(models.Model):
    """A team on one step of the ladder 总队 → 支队 → 大队 → 队; a group that nobody registered may be one."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"leader": BLANK}

    name = models.CharField(_("队名"), max_length=80, unique=True)
    level = models.PositiveSmallIntegerField(_("层级"), choices=team_levels)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级队"), null=True, on_delete=models.PROTECT, related_name="children"
    )
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, verbose_name=_("挂靠单位"), on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(
        Person, verbose_name=_("队长"), null=True, on_delete=models.PROTECT, related_name="led_teams"
    )
    about = models.CharField(_("简介"), max_length=500, blank=True)
    founded_on = models.DateField(_("成立日期"))
    closed_on = models.DateField(_("停止日期"), null=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务队")
        ordering = ("level", "name")
        constraints = (
            models.CheckConstraint(condition=Q(level__in=TeamLevel.values), name="team_level_known"),
            models.CheckConstraint(
                condition=Q(level=TeamLevel.CORPS, parent=None) | ~Q(level=TeamLevel.CORPS), name="team_corps_on_top"
            ),
        )

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A volunteer in a team, for a time."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="memberships")
    is_deputy = models.BooleanField(_("副队长"), default=False)
    joined_on = models.DateField(_("入队日期"))
    left_on = models.DateField(_("离队日期"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("队员")
        ordering = ("-is_deputy", "volunteer")
        constraints = (
            models.UniqueConstraint(
                fields=("team", "volunteer"), condition=Q(left_on=None), name="team_member_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.team_id} {self.volunteer_id}"


class Training(models.Model):
    """A training that a volunteer took."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorded_by": KEEP}

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="trainings")
    title = models.CharField(_("培训"), max_length=120)
    organiser = models.CharField(_("组织单位"), max_length=120)
    held_on = models.DateField(_("日期"))
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者培训")
        ordering = ("-held_on",)
        constraints = (models.CheckConstraint(condition=Q(hours__gt=0), name="training_has_hours"),)

    def __str__(self) -> str:
        return self.title


class Commendation(models.Model):
    """A commendation that a body gave to a volunteer."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorded_by": KEEP}

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="commendations")
    title = models.CharField(_("表彰"), max_length=120)
    giver = models.CharField(_("表彰单位"), max_length=120)
    given_on = models.DateField(_("日期"))
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者表彰")
        ordering = ("-given_on",)

    def __str__(self) -> str:
        return self.title
