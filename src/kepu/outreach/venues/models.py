"""Venues with their opening, accreditations, content and stays; where people live; rosters and runs of the siting."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Region
from kepu.foundation.calendar.choices import Weekday, weekdays
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.models import Progress
from kepu.foundation.sheets.decisions import RowChoice
from kepu.foundation.sheets.rosters import RosterBase, RosterRowBase
from kepu.outreach.venues.choices import (
    CoordinateSource,
    VenueState,
    coordinate_sources,
    venue_states,
)

# A comparison with nothing is neither true nor false, and a constraint lets that pass: so both must be something.
ON_EARTH = Q(
    longitude__isnull=False,
    latitude__isnull=False,
    longitude__gte=-180,
    longitude__lte=180,
    latitude__gte=-90,
    latitude__lte=90,
)
NOWHERE = Q(longitude=None, latitude=None)


def _coordinate(label: Any, *, null: bool = True) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=9, decimal_places=6, null=null, blank=null)


class Venue(models.Model):
    """A place where the programme meets people (场馆), from a museum to a notice board and a van."""

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=40, help_text=_("码表 venues.kinds"))
    keeper = models.ForeignKey(
        Organisation, verbose_name=_("管理单位"), on_delete=models.PROTECT, related_name="venues"
    )
    region = models.ForeignKey(Region, verbose_name=_("所在地区"), on_delete=models.PROTECT, related_name="venues")
    address = models.CharField(_("地址"), max_length=160, blank=True)
    longitude = _coordinate(_("经度"))
    latitude = _coordinate(_("纬度"))
    coordinate_source = models.CharField(_("坐标来源"), max_length=12, choices=coordinate_sources, blank=True)
    summary = models.TextField(_("有什么可看"), blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    capacity = models.PositiveIntegerField(_("同时容纳"), null=True, blank=True)
    is_lent = models.BooleanField(_("有空时借给点单办活动"), default=False)
    access = ArrayField(models.CharField(max_length=40), verbose_name=_("无障碍和适老"), default=list, blank=True)
    access_note = models.CharField(_("怎么进去"), max_length=200, blank=True)
    is_free = models.BooleanField(_("平时免费"), default=True)
    fee_note = models.CharField(_("收费说明"), max_length=200, blank=True)
    details = models.JSONField(_("本类型的栏目"), default=dict, blank=True)
    cycle_days = models.PositiveSmallIntegerField(_("内容多少天换一次"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=venue_states, default=VenueState.DRAFT)
    registered_on = models.DateField(_("登记日期"))
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    closed_reason = models.CharField(_("停用原因"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)
    sort_key = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("场馆")
        ordering = ("sort_key", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=VenueState.values), name="venue_state_known"),
            models.CheckConstraint(
                condition=Q(coordinate_source__in=[*CoordinateSource.values, ""]), name="venue_coordinates_source_known"
            ),
            models.CheckConstraint(
                condition=(NOWHERE & Q(coordinate_source="")) | (ON_EARTH & ~Q(coordinate_source="")),
                name="venue_coordinates_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=VenueState.DRAFT, published_on=None)
                | (~Q(state=VenueState.DRAFT) & Q(published_on__isnull=False)),
                name="venue_published_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state=VenueState.CLOSED, closed_on__isnull=False)
                | (~Q(state=VenueState.CLOSED) & Q(closed_on=None, closed_reason="")),
                name="venue_closed_has_day",
            ),
            models.CheckConstraint(condition=Q(is_lent=False) | Q(capacity__gte=1), name="venue_lent_has_seats"),
            models.CheckConstraint(condition=Q(cycle_days=None) | Q(cycle_days__gte=1), name="venue_cycle_positive"),
        )
        indexes = (
            models.Index(fields=("state", "sort_key"), name="venue_by_state"),
            models.Index(fields=("keeper", "state"), name="venue_by_keeper"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("venues:public", args=[self.pk])

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, or None."""
        if self.longitude is None or self.latitude is None:
            return None
        return float(self.longitude), float(self.latitude)


class Accreditation(models.Model):
    """One naming of a venue as a base of some level (命名)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="accreditations")
    level = models.CharField(_("级别"), max_length=40, help_text=_("码表 venues.levels"))
    title = models.CharField(_("命名"), max_length=100)
    number = models.CharField(_("编号"), max_length=60, blank=True)
    batch = models.CharField(_("批次"), max_length=60, blank=True)
    issued_by = models.CharField(_("命名单位"), max_length=100, blank=True)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True, help_text=_("没有写明期限就空着"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("命名")
        ordering = ("-valid_from", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="accreditation_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__gte=F("valid_from")) & ~Q(end_reason="")),
                name="accreditation_end_says_why",
            ),
            models.UniqueConstraint(
                fields=("venue", "level", "title", "valid_from"), name="accreditation_once_from_a_day"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: date) -> bool:
        """Whether the naming is in force on a day."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and (self.ended_on is None or day < self.ended_on)
        )


class OpeningTable(models.Model):
    """Opening hours that hold from a day on, until a newer table holds (开放时间)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="tables")
    valid_from = models.DateField(_("自"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("开放时间")
        ordering = ("-valid_from",)
        constraints = (models.UniqueConstraint(fields=("venue", "valid_from"), name="opening_once_from_a_day"),)

    def __str__(self) -> str:
        return f"{self.venue} {self.valid_from:%Y-%m-%d}"


class OpeningHours(models.Model):
    """One stretch of one weekday in a table."""

    table = models.ForeignKey(OpeningTable, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=weekdays)
    opens = models.TimeField(_("开门"))
    closes = models.TimeField(_("关门"))

    class Meta:
        verbose_name = verbose_name_plural = _("开放时段")
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="opening_weekday_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_closes_after_opening"),
            models.UniqueConstraint(fields=("table", "weekday", "opens"), name="opening_stretch_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days on which a venue stays shut, and why (闭馆)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="closures")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))
    reason = models.CharField(_("原因"), max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = _("闭馆")
        ordering = ("since",)
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="closure_days_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}–{self.until:%Y-%m-%d}"


class FreeEntry(models.Model):
    """Days on which a venue that asks a fee lets everybody in (免费开放日)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="free_entries")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))
    note = models.CharField(_("说明"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("免费开放日")
        ordering = ("since",)
        constraints = (models.CheckConstraint(condition=Q(until__gte=F("since")), name="free_entry_days_in_order"),)

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}–{self.until:%Y-%m-%d}"


class Panel(models.Model):
    """What hung at one place of a gallery or stood in a room from a day on (展板); nothing is overwritten."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"changed_by": KEEP}

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="panels")
    position = models.PositiveSmallIntegerField(_("第几块"))
    theme = models.CharField(_("主题"), max_length=100)
    changed_on = models.DateField(_("更换日期"))
    changed_by = models.BigIntegerField(_("更换人"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("展板")
        ordering = ("position", "-changed_on")
        constraints = (
            models.UniqueConstraint(fields=("venue", "position", "changed_on"), name="panel_once_a_day"),
            models.CheckConstraint(condition=Q(position__gte=1), name="panel_position_positive"),
        )

    def __str__(self) -> str:
        return self.theme


class Photo(models.Model):
    """A picture of a venue for its public page."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("说明"), max_length=100, help_text=_("给看不见图的人读"))

    class Meta:
        verbose_name = verbose_name_plural = _("照片")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=~Q(caption=""), name="photo_has_caption"),)

    def __str__(self) -> str:
        return self.caption


class Stay(models.Model):
    """Where a van or a travelling science centre stands, for days or weeks (驻留)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="stays")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("地点"), max_length=160)
    longitude = _coordinate(_("经度"))
    latitude = _coordinate(_("纬度"))
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))

    class Meta:
        verbose_name = verbose_name_plural = _("驻留")
        ordering = ("since",)
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="stay_days_in_order"),
            models.CheckConstraint(condition=NOWHERE | ON_EARTH, name="stay_coordinates_whole"),
        )

    def __str__(self) -> str:
        return self.address


class PeoplePoint(models.Model):
    """A village or neighbourhood as a point, with how many people of each group live there (人口点)."""

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    region = models.ForeignKey(Region, verbose_name=_("所在地区"), on_delete=models.PROTECT, related_name="+")
    longitude = _coordinate(_("经度"), null=False)
    latitude = _coordinate(_("纬度"), null=False)
    people = models.PositiveIntegerField(_("人口"))
    groups = models.JSONField(_("重点人群"), default=dict, help_text=_("人群代码 → 人数；人群可以重叠"))
    source = models.CharField(_("来源"), max_length=200)
    counted_on = models.DateField(_("统计日期"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("人口点")
        ordering = ("code",)
        constraints = (models.CheckConstraint(condition=ON_EARTH, name="people_point_on_earth"),)

    def __str__(self) -> str:
        return self.name

    def of_group(self, group: str) -> int:
        """How many people of a group, or all of them."""
        return self.people if group == Audience.PUBLIC else int(self.groups.get(group, 0))


class TravelTable(models.Model):
    """Real travel times from people points to places, as an operator computed them elsewhere (路程表); the newest holds.

    A sparse table in three columns of equal length: what is not in it is out of reach.
    """

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"loaded_by": KEEP}

    source = models.CharField(_("来源"), max_length=200)
    computed_on = models.DateField(_("算出的日期"))
    loaded_at = models.DateTimeField(_("载入时间"))
    loaded_by = models.BigIntegerField(_("载入人"))
    rows = models.PositiveIntegerField(_("行数"))
    origins = ArrayField(models.CharField(max_length=48), verbose_name=_("从哪里"), help_text=_("point:代码"))
    destinations = ArrayField(
        models.CharField(max_length=48), verbose_name=_("到哪里"), help_text=_("point:代码 或 venue:编号")
    )
    minutes = ArrayField(models.FloatField(), verbose_name=_("分钟"))

    class Meta:
        verbose_name = verbose_name_plural = _("路程表")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(rows__gte=1, origins__len=F("rows"), destinations__len=F("rows"), minutes__len=F("rows")),
                name="travel_columns_equal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.computed_on}"


class Roster(RosterBase):
    """A list of venues that somebody brought as a spreadsheet (名册)."""

    class Meta:
        verbose_name = verbose_name_plural = _("名册")
        ordering = ("-brought_at",)


class RosterRow(RosterRowBase):
    """One row of a roster: what it says, which venues it may be, and what a person decided."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    values = models.JSONField(_("内容"))
    doubts = models.JSONField(_("可能重复"), default=list)
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("名册的行")
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(choice__in=RowChoice.values), name="roster_row_choice_known"),
            models.UniqueConstraint(fields=("roster", "number"), name="roster_row_once"),
        )

    def __str__(self) -> str:
        return f"{self.roster} {self.number}"


class SitingRun(models.Model):
    """One question where the next places belong, with its answer (选址)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"asked_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.BigIntegerField(_("提出人"))
    asked_at = models.DateTimeField(_("提出时间"))
    progress = models.OneToOneField(Progress, on_delete=models.PROTECT, related_name="+")
    k = models.PositiveSmallIntegerField(_("选几处"))
    minutes = models.PositiveSmallIntegerField(_("多少分钟以内"))
    detour = models.DecimalField(_("绕行系数"), max_digits=4, decimal_places=2)
    speed_kmh = models.DecimalField(_("速度"), max_digits=5, decimal_places=1)
    travel = models.ForeignKey(
        TravelTable, verbose_name=_("路程表"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.CharField(_("人群"), max_length=12)
    candidates = models.JSONField(_("候选"), help_text=_("point:代码 或 venue:编号"))
    result = models.JSONField(_("结果"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("选址")
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(condition=Q(k__gte=1, minutes__gte=1), name="siting_asks_something"),
            models.CheckConstraint(condition=Q(group__in=Audience.values), name="siting_group_known"),
        )

    def __str__(self) -> str:
        return f"{self.k} / {self.minutes}"
