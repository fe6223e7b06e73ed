"""What volunteers do: projects, shifts, seats, hours, and the certificates they ask for."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.erasure import BLANK, KEEP, OnErasure
from kepu.outreach.people.volunteers.choices import (
    LIVE_HOURS,
    ApplicationState,
    HoursState,
    Origin,
    Satisfaction,
    SeatState,
    ShiftState,
    application_states,
    hours_states,
    origins,
    satisfactions,
    seat_states,
    shift_states,
)
from kepu.outreach.people.volunteers.models.register import Team, Volunteer


class Project(models.Model):
    """What a team does for a receiver, over some time (志愿服务项目)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"receiver_contact": BLANK}

    title = models.CharField(_("项目"), max_length=80)
    field = models.CharField(_("服务领域"), max_length=20)
    audience = models.CharField(_("服务对象"), max_length=10, default=Audience.PUBLIC)
    team = models.ForeignKey(Team, verbose_name=_("服务队"), on_delete=models.PROTECT, related_name="projects")
    receiver = models.ForeignKey(Organisation, verbose_name=_("接受单位"), on_delete=models.PROTECT, related_name="+")
    receiver_contact = models.ForeignKey(
        Person, verbose_name=_("接受方确认人"), null=True, on_delete=models.PROTECT, related_name="received_projects"
    )
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="+")
    needs = models.CharField(_("需要什么"), max_length=300)
    about = models.TextField(_("做什么"), max_length=1000)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务项目")
        ordering = ("-starts_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="project_days_in_order"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="project_audience_known"),
        )

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """One time and place of a project, with so many places, led by one person; its secret makes the on-site code."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"leader": BLANK}

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shifts")
    place = models.CharField(_("地点"), max_length=120)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    capacity = models.PositiveSmallIntegerField(_("人数"))
    skill = models.CharField(_("需要的技能"), max_length=20, blank=True)
    counts = models.BooleanField(_("计入服务时长"), default=True)
    leader = models.ForeignKey(
        Person, verbose_name=_("带队人"), null=True, on_delete=models.PROTECT, related_name="led_shifts"
    )
    secret = models.BinaryField(max_length=32, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=shift_states, default=ShiftState.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务班次")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_times_in_order"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="shift_has_places"),
            models.CheckConstraint(condition=Q(state__in=ShiftState.values), name="shift_state_known"),
        )

    def __str__(self) -> str:
        return f"{self.project} {self.starts_at:%Y-%m-%d %H:%M}"


class ShiftSeat(models.Model):
    """A volunteer's place in a shift, taken by oneself or assigned with a reason."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="seats")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="seats")
    state = models.CharField(_("状态"), max_length=8, choices=seat_states, default=SeatState.TAKEN)
    is_assigned = models.BooleanField(_("由安排得来"), default=False)
    reason = models.CharField(_("为什么安排"), max_length=200, blank=True)
    taken_at = models.DateTimeField(_("报名时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("班次名额")
        ordering = ("shift", "taken_at")
        constraints = (
            models.UniqueConstraint(fields=("shift", "volunteer"), name="shift_seat_once"),
            models.CheckConstraint(condition=Q(state__in=SeatState.values), name="shift_seat_state_known"),
            models.CheckConstraint(
                condition=Q(is_assigned=False) | ~Q(reason=""), name="shift_seat_assigned_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shift_id} {self.volunteer_id}"


class ServiceHours(models.Model):
    """One stretch of service of one person. Corrected by reversal, never edited: the database refuses it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "person": KEEP,
        "leader_by": KEEP,
        "receiver_by": KEEP,
        "entered_by": KEEP,
        "approved_by": KEEP,
        "reversed_by": KEEP,
    }

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="hours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="hours")
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="hours")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="hours")
    origin = models.CharField(_("来源"), max_length=6, choices=origins)
    served_on = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("到"))
    ends_at = models.DateTimeField(_("离"), null=True)
    minutes = models.PositiveIntegerField(_("计入分钟"), default=0)
    is_capped = models.BooleanField(_("按每日上限记"), default=False)
    counts = models.BooleanField(_("计入服务时长"), default=True)
    text = models.CharField(_("做了什么"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=hours_states)
    leader_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    leader_at = models.DateTimeField(_("带队人确认时间"), null=True)
    receiver_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    receiver_at = models.DateTimeField(_("接受方确认时间"), null=True)
    satisfaction = models.CharField(_("接受方评价"), max_length=6, choices=satisfactions, blank=True)
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reversed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(_("冲正时间"), null=True)
    reason = models.CharField(_("补录、不确认或冲正的理由"), max_length=300, blank=True)
    facts = ArrayField(models.UUIDField(), default=list, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿时长")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=HoursState.values), name="hours_state_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="hours_origin_known"),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(satisfaction__in=Satisfaction.values), name="hours_satisfaction_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="hours_times_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(HoursState.SERVED, HoursState.CONFIRMED)) | Q(ends_at__isnull=False),
                name="hours_served_have_end",
            ),
            models.CheckConstraint(
                condition=(Q(leader_by=None) | ~Q(leader_by=F("person")))
                & (Q(receiver_by=None) | ~Q(receiver_by=F("person")))
                & (Q(entered_by=None) | ~Q(entered_by=F("person")))
                & (Q(approved_by=None) | ~Q(approved_by=F("person"))),
                name="hours_not_by_oneself",
            ),
            models.CheckConstraint(
                condition=(Q(leader_by=None) | Q(receiver_by=None) | ~Q(leader_by=F("receiver_by")))
                & (Q(entered_by=None) | Q(approved_by=None) | ~Q(entered_by=F("approved_by"))),
                name="hours_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(HoursState.CONFIRMED, HoursState.REVERSED))
                | Q(origin=Origin.CODE, leader_by__isnull=False, receiver_by__isnull=False)
                | Q(origin=Origin.LATE, entered_by__isnull=False, approved_by__isnull=False),
                name="hours_confirmed_by_both",
            ),
            models.CheckConstraint(
                condition=~Q(state=HoursState.REVERSED) | (Q(reversed_by__isnull=False) & ~Q(reason="")),
                name="hours_reversed_has_reason",
            ),
            # Both ranges have an index class of their own, so no extension is needed.
            ExclusionConstraint(
                name="hours_do_not_overlap",
                expressions=[
                    (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=[state.value for state in LIVE_HOURS]),
            ),
        )
        indexes = (
            models.Index(fields=("person", "served_on"), name="hours_of_a_day"),
            models.Index(fields=("shift", "state"), name="hours_of_a_shift"),
        )

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.served_on:%Y-%m-%d}"


class CertificateApplication(models.Model):
    """A volunteer asks for a certificate of the hours of some time: apply, accept, publish, issue."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"handled_by": KEEP}

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="applications")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))
    state = models.CharField(_("状态"), max_length=10, choices=application_states, default=ApplicationState.APPLIED)
    applied_at = models.DateTimeField(_("申请时间"))
    handled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(_("受理时间"), null=True)
    words = models.CharField(_("受理意见"), max_length=300, blank=True)
    certificate = models.OneToOneField(Certificate, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务证明申请")
        ordering = ("-applied_at",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_known"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="application_days_in_order"),
            models.UniqueConstraint(
                fields=("volunteer",), condition=Q(state=ApplicationState.APPLIED), name="application_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.ACCEPTED, certificate__isnull=False)
                | (~Q(state=ApplicationState.ACCEPTED) & Q(certificate=None)),
                name="application_accepted_has_certificate",
            ),
        )

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.since}–{self.until}"
