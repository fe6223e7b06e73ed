"""Offers to who might come, the sessions that came of them, and what both sides say."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.clock import now
from kepu.foundation.erasure import BLANK, KEEP, OnErasure
from kepu.outreach.bookings.models import Slot
from kepu.outreach.library.models import Holding
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import (
    CheckInWay,
    Mark,
    OfferState,
    Part,
    SessionState,
    Side,
    check_in_ways,
    marks,
    offer_states,
    parts,
    session_states,
    sides,
)
from kepu.outreach.requests.models.campaigns import Campaign
from kepu.outreach.requests.models.orders import Order
from kepu.outreach.venues.models import Venue


class Session(models.Model):
    """One time that somebody comes, for an order or for everybody (一次服务)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"provider": KEEP, "checked_by": KEEP, "opened_by": KEEP}

    order = models.ForeignKey(
        Order, verbose_name=_("需求单"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    provider = models.ForeignKey(
        Person, verbose_name=_("谁去"), null=True, blank=True, on_delete=models.PROTECT, related_name="given_sessions"
    )
    capacity = models.ForeignKey(
        Capacity, verbose_name=_("以什么身份"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    body = models.ForeignKey(
        Organisation, verbose_name=_("记在哪个单位名下"), on_delete=models.PROTECT, related_name="given_sessions"
    )
    title = models.CharField(_("题目"), max_length=120)
    form = models.CharField(_("形式"), max_length=64, help_text=_("码表 capacities.forms"))
    audience = models.CharField(_("给谁听"), max_length=10, default=Audience.PUBLIC)
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="sessions")
    place = models.CharField(_("地点"), max_length=160, blank=True)
    venue = models.ForeignKey(
        Venue, verbose_name=_("在哪个场馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    is_online = models.BooleanField(_("线上"), default=False)
    stream = models.URLField(_("直播或回放的地址"), max_length=300, blank=True)
    partner = models.CharField(_("合作的城市或国家"), max_length=80, blank=True)
    day = models.DateField(_("日期"))
    part = models.CharField(_("半天"), max_length=1, choices=parts)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    expected = models.PositiveIntegerField(_("预计人数"), default=0)
    slot = models.OneToOneField(
        Slot, verbose_name=_("场次"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("主题活动"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    state = models.CharField(_("状态"), max_length=10, choices=session_states, default=SessionState.PLANNED)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text=_("日历里的编号，改期不变"))
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text=_("改过几次"))
    secret = models.BinaryField(max_length=20, editable=False, help_text=_("现场码由它算出"))
    came = models.PositiveIntegerField(_("到场人数"), null=True, blank=True)
    check_in = models.CharField(_("怎么签到"), max_length=10, choices=check_in_ways, blank=True)
    checked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    facts = ArrayField(models.UUIDField(), default=list, blank=True)
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    thanks = models.OneToOneField(
        Certificate, verbose_name=_("感谢证书"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("最近变动"), default=now)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("服务")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_times_in_order"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="session_part_known"),
            models.CheckConstraint(
                condition=~Q(state=SessionState.CANCELLED) | ~Q(reason=""), name="session_cancelled_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.DONE, came__isnull=False, check_in__in=CheckInWay.values)
                | (~Q(state=SessionState.DONE) & Q(came=None, check_in="")),
                name="session_done_has_people",
            ),
            models.UniqueConstraint(
                fields=("provider", "day", "part"),
                condition=~Q(state=SessionState.CANCELLED) & Q(provider__isnull=False),
                name="session_one_place_a_half_day",
            ),
            models.UniqueConstraint(
                fields=("venue", "day", "part"),
                condition=~Q(state=SessionState.CANCELLED) & Q(venue__isnull=False, order__isnull=False),
                name="session_one_in_a_room",
            ),
        )
        indexes = (models.Index(fields=("state", "starts_at"), name="session_by_state"),)

    def __str__(self) -> str:
        return f"{self.title} {self.day:%Y-%m-%d}"

    @property
    def is_visit(self) -> bool:
        """Whether nobody gives it: an upper room sends something to an order, as a van, and says what becomes of it."""
        return self.provider_id is None and self.order_id is not None

    @property
    def audience_label(self) -> str:
        """For whom it is, in words."""
        return str(Audience(self.audience).label)


class Offer(models.Model):
    """An order is offered to somebody for one half-day (派单), until the answer."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"offered_by": BLANK}

    order = models.ForeignKey(Order, verbose_name=_("需求单"), on_delete=models.PROTECT, related_name="offers")
    capacity = models.ForeignKey(Capacity, verbose_name=_("派给谁"), on_delete=models.PROTECT, related_name="offers")
    day = models.DateField(_("日期"))
    part = models.CharField(_("半天"), max_length=1, choices=parts)
    venue = models.ForeignKey(
        Venue, verbose_name=_("借的场地"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    material = models.ForeignKey(
        Holding, verbose_name=_("可以带上的资源"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reasons = ArrayField(models.CharField(max_length=200), verbose_name=_("为什么派"), default=list, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=offer_states, default=OfferState.OFFERED)
    decline_reason = models.CharField(_("为什么不接"), max_length=200, blank=True)
    offered_by = models.ForeignKey(
        Person, verbose_name=_("派单人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(_("派单时间"), default=now)
    until = models.DateTimeField(_("请在此前答复"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    session = models.OneToOneField(Session, null=True, on_delete=models.PROTECT, related_name="offer")
    round = models.ForeignKey("Round", null=True, on_delete=models.SET_NULL, related_name="offers")

    class Meta:
        verbose_name = verbose_name_plural = _("派单")
        ordering = ("-offered_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_known"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="offer_part_known"),
            models.CheckConstraint(
                condition=Q(state=OfferState.ACCEPTED, session__isnull=False)
                | (~Q(state=OfferState.ACCEPTED) & Q(session=None)),
                name="offer_accepted_has_session",
            ),
            models.CheckConstraint(
                condition=~Q(state=OfferState.DECLINED) | ~Q(decline_reason=""), name="offer_declined_says_why"
            ),
            models.UniqueConstraint(
                fields=("capacity", "day", "part"), condition=Q(state=OfferState.OFFERED), name="offer_one_a_half_day"
            ),
            models.UniqueConstraint(
                fields=("order", "day", "part"), condition=Q(state=OfferState.OFFERED), name="offer_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=("venue", "day", "part"),
                condition=Q(state=OfferState.OFFERED, venue__isnull=False),
                name="offer_one_in_a_room",
            ),
        )
        indexes = (models.Index(fields=("until",), condition=Q(state=OfferState.OFFERED), name="offer_ends"),)

    def __str__(self) -> str:
        return f"{self.order} → {self.capacity_id} {self.day:%Y-%m-%d}{self.part}"


class Rating(models.Model):
    """What one side says of a session in a mark and words (评单)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"by": KEEP.clearing("words")}

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="ratings")
    side = models.CharField(_("哪一方"), max_length=8, choices=sides)
    mark = models.CharField(_("评价"), max_length=6, choices=marks)
    words = models.CharField(_("说几句"), max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("评单")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("session", "side"), name="rating_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="rating_side_known"),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="rating_mark_known"),
        )

    def __str__(self) -> str:
        return f"{self.session_id} {self.side} {self.mark}"
