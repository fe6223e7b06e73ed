"""What volunteers do: projects, shifts, seats, hours, and the certificates they ask for."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.clock import now
from kepu.foundation.erasure import BLANK, KEEP, OnErasure
from kepu.outreach.bookings.choices import ACTIVE_STATES, BookingState, SlotState
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.people.volunteers.choices import (
    LIVE_HOURS,
    ApplicationState,
    HoursState,
    Origin,
    Satisfaction,
    application_states,
    hours_states,
    origins,
    satisfactions,
)
from kepu.outreach.people.volunteers.models.register import Team, Volunteer

TAKEN_STATES = (BookingState.BOOKED, BookingState.ATTENDED)
"""These volunteers are counted on."""


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


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Shifts with their slots."""

    def not_over(self) -> "ShiftQuerySet":
        """Those that were not called off and are not over."""
        return self.standing().filter(slot__ends_at__gt=now())

    def standing(self) -> "ShiftQuerySet":
        """Those that were not called off."""
        return self.exclude(slot__state=SlotState.CANCELLED).select_related("slot")


class SeatQuerySet(models.QuerySet["ShiftSeat"]):
    """Seats with their bookings."""

    def taken(self) -> "SeatQuerySet":
        """Of who comes, or came."""
        return self.filter(booking__state__in=TAKEN_STATES)

    def active(self) -> "SeatQuerySet":
        """Taken, offered, or waiting."""
        return self.filter(booking__state__in=(*ACTIVE_STATES, BookingState.ATTENDED))


class Shift(models.Model):
    """A slot of a project, led by one person, perhaps with a skill; its secret makes the on-site code."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"leader": BLANK}

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shifts")
    slot = models.OneToOneField(Slot, verbose_name=_("场次"), on_delete=models.PROTECT, related_name="+")
    skill = models.CharField(_("需要的技能"), max_length=20, blank=True)
    counts = models.BooleanField(_("计入服务时长"), default=True)
    leader = models.ForeignKey(
        Person, verbose_name=_("带队人"), null=True, on_delete=models.PROTECT, related_name="led_shifts"
    )
    secret = models.BinaryField(max_length=32, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务班次")
        ordering = ("slot__starts_at", "pk")

    def __str__(self) -> str:
        return f"{self.project} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def starts_at(self) -> datetime:
        """When it begins; bookings keep time, place, and seats."""
        return self.slot.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.slot.ends_at

    @property
    def place(self) -> str:
        """Where it is."""
        return self.slot.place

    @property
    def capacity(self) -> int:
        """How many it takes."""
        return self.slot.capacity

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.slot.state == SlotState.CANCELLED


class ShiftSeat(models.Model):
    """A volunteer's latest booking of a shift, and why it was assigned where it was; the seat itself is the booking's."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="seats")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="seats")
    booking = models.OneToOneField(Booking, verbose_name=_("预约"), on_delete=models.PROTECT, related_name="+")
    is_assigned = models.BooleanField(_("由安排得来"), default=False)
    reason = models.CharField(_("为什么安排"), max_length=200, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("班次名额")
        ordering = ("shift", "booking")
        constraints = (
            models.UniqueConstraint(fields=("shift", "volunteer"), name="shift_seat_once"),
            models.CheckConstraint(
                condition=Q(is_assigned=False) | ~Q(reason=""), name="shift_seat_assigned_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shift_id} {self.volunteer_id}"

    @property
    def is_taken(self) -> bool:
        """Whether the volunteer comes, or came."""
        return self.booking.state in TAKEN_STATES


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
