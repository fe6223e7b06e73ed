"""What persons can give: their capacities with terms, the trail, teams, and what they did."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.models import EncryptedTextField
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.erasure import BLANK, DELETE, KEEP, OnErasure
from kepu.foundation.sheets.decisions import RowChoice
from kepu.foundation.sheets.rosters import RosterBase, RosterRowBase
from kepu.outreach.people.capacities.choices import (
    OPEN,
    CapacityKind,
    CapacityState,
    Engagement,
    Fee,
    RecordKind,
    StepKind,
    capacity_kinds,
    capacity_states,
    engagements,
    fees,
    record_kinds,
    step_kinds,
)

BY_HAND = "capacities.team_output:"
"""How the source of an output begins that was noted by hand."""


def _words(label: Any) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=64), verbose_name=label, default=list, blank=True)


class Capacity(models.Model):
    """One thing that one person is for the programme: an expert, a counsellor, a commissioner … from day to day."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "person": KEEP.clearing("workplace", "position", "introduction", "fee_note", "topics")
    }

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="capacities")
    kind = models.CharField(_("身份"), max_length=12, choices=capacity_kinds)
    state = models.CharField(_("状态"), max_length=10, choices=capacity_states, default=CapacityState.DRAFT)
    number = models.CharField(_("编号"), max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("所在单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="capacities",
    )
    workplace = models.CharField(_("单位（不在名录里的）"), max_length=120, blank=True)
    position = models.CharField(_("职称或职务"), max_length=60, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("常住地"), on_delete=models.PROTECT, related_name="capacities")
    subjects = _words(_("学科"))
    topics = _words(_("能讲的题目"))
    audiences = _words(_("适合的人群"))
    forms = _words(_("服务形式"))
    languages = _words(_("语言"))
    times = _words(_("方便的时间"))
    introduction = models.TextField(_("介绍"), blank=True)
    travels_km = models.PositiveSmallIntegerField(_("愿意走多远（公里）"), null=True, blank=True)
    served = models.ManyToManyField(Region, verbose_name=_("服务的地方"), related_name="served_by", blank=True)
    fee = models.CharField(_("费用"), max_length=8, choices=fees, default=Fee.FREE)
    fee_note = models.CharField(_("费用说明"), max_length=120, blank=True)
    engagement = models.CharField(_("专职或兼职"), max_length=4, choices=engagements, blank=True)
    is_public = models.BooleanField(_("在公开页面上出现"), default=False)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    end_reason = models.CharField(_("退出原因"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(_("改过几次"), default=0)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("科普人才")
        ordering = ("kind", "number", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=CapacityKind.values), name="capacity_kind_known"),
            models.CheckConstraint(condition=Q(state__in=CapacityState.values), name="capacity_state_known"),
            models.CheckConstraint(condition=Q(fee__in=Fee.values), name="capacity_fee_known"),
            models.CheckConstraint(
                condition=Q(engagement="") | Q(engagement__in=Engagement.values), name="capacity_engagement_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="capacity_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state=CapacityState.ADMITTED)
                | Q(valid_from__isnull=False, valid_to__isnull=False) & ~Q(number=""),
                name="capacity_admitted_has_term",
            ),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="capacity_number_once"),
            models.UniqueConstraint(
                fields=("person", "kind"), condition=Q(state__in=sorted(OPEN)), name="capacity_open_once"
            ),
        )
        indexes = (
            GinIndex(fields=("audiences",), name="capacity_audiences"),
            models.Index(fields=("kind", "state"), name="capacity_by_state"),
            models.Index(fields=("valid_to",), condition=Q(state=CapacityState.ADMITTED), name="capacity_terms"),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"

    @property
    def house(self) -> str:
        """Where the person works, in words."""
        return self.organisation.label if self.organisation is not None else self.workplace


class CapacityStep(models.Model):
    """What was done about a capacity, by whom, with which words."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor": KEEP}

    capacity = models.ForeignKey(Capacity, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("经过"), max_length=10, choices=step_kinds)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("经手人"))
    words = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("办理经过")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="capacity_step_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class CapacityCounter(models.Model):
    """The last number given out for one kind in one year."""

    kind = models.CharField(max_length=12, choices=capacity_kinds)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("编号")
        constraints = (models.UniqueConstraint(fields=("kind", "year"), name="capacity_counter_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last_number}"


class Team(models.Model):
    """People who serve together: a lecture group, a studio, an emergency team."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"leader": BLANK}

    name = models.CharField(_("名称"), max_length=80, unique=True)
    kind = models.CharField(_("类型"), max_length=64)
    leader = models.ForeignKey(
        Person, verbose_name=_("负责人"), null=True, on_delete=models.PROTECT, related_name="led_expert_teams"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("依托单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="teams"
    )
    introduction = models.TextField(_("介绍"), blank=True)
    founded_on = models.DateField(_("成立"))
    ended_on = models.DateField(_("解散"), null=True, blank=True)
    is_public = models.BooleanField(_("公开"), default=False)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("团队")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")), name="team_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """One person in one team, from one day to another."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="team_memberships")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("团队成员")
        ordering = ("team", "pk")
        constraints = (
            models.UniqueConstraint(fields=("team", "person"), condition=Q(until=None), name="team_member_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="team_member_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.team} #{self.person_id}"


class TrackRecord(models.Model):
    """Something a person or a team did, handed down by the room where it happened; the same source once."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), null=True, blank=True, on_delete=models.CASCADE, related_name="track_records"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="track_records")
    kind = models.CharField(_("种类"), max_length=10, choices=record_kinds)
    title = models.CharField(_("名称"), max_length=200)
    occurred_on = models.DateField(_("日期"))
    address = models.CharField(_("网页"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=120, help_text=_("room.noun:id"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("做过的事")
        ordering = ("-occurred_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RecordKind.values), name="track_record_kind_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(team__isnull=False), name="track_record_of_somebody"
            ),
            models.UniqueConstraint(
                fields=("source", "person", "team"), name="track_record_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody typed it; else a room handed it down."""
        return self.source.startswith(BY_HAND)


class Visit(models.Model):
    """A visit of a commissioner to a village, as logged."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorded_by": KEEP}

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="visits")
    region = models.ForeignKey(Region, verbose_name=_("去的地方"), on_delete=models.PROTECT, related_name="+")
    visited_on = models.DateField(_("日期"))
    matter = models.CharField(_("做了什么"), max_length=200)
    people = models.PositiveIntegerField(_("服务人次"), default=0)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记人"))
    recorded_at = models.DateTimeField(_("登记时间"))
    fact = models.UUIDField(_("台账里的事实"))
    struck_at = models.DateTimeField(_("冲正时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("走访记录")
        ordering = ("-visited_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("capacity", "region", "visited_on"), condition=Q(struck_at=None), name="visit_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.visited_on} {self.region}"


class PersonRoster(RosterBase):
    """A list of people that the office brought (人员名册); it goes with its rows when its time is over."""

    class Meta:
        verbose_name = verbose_name_plural = _("人员名册")
        ordering = ("-brought_at",)


class PersonRosterRow(RosterRowBase):
    """One row of a roster of people. What it says is encrypted, and gone as soon as somebody decided about it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    roster = models.ForeignKey(PersonRoster, on_delete=models.CASCADE, related_name="rows")
    values = EncryptedTextField(_("内容"), null=True)
    person = models.ForeignKey(
        Person, verbose_name=_("登记为"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("人员名册的行")
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(choice__in=RowChoice.values), name="person_row_choice_known"),
            models.CheckConstraint(
                condition=Q(choice=RowChoice.UNDECIDED) | Q(values__isnull=True), name="person_row_decided_is_empty"
            ),
            models.UniqueConstraint(fields=("roster", "number"), name="person_row_once"),
        )

    def __str__(self) -> str:
        return f"{self.roster} {self.number}"
