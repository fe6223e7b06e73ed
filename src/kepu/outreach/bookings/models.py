"""Slots, the seats of their channels, bookings and arrivals."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.outreach.bookings.choices import (
    ACTIVE_STATES,
    OPERATOR_WAYS,
    SEATED_STATES,
    WAYS,
    ArrivalWay,
    BookingState,
    CancelledBy,
    Channel,
    SlotMode,
    SlotState,
    arrival_ways,
    booking_states,
    cancelled_bys,
    channels,
    slot_modes,
    slot_states,
)
from kepu.outreach.bookings.rules import BookingRules, seed_digest


class Slot(models.Model):
    """A stretch of time with seats, of a thing that an upper room keeps (场次)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"opened_by": KEEP}

    subject_type = models.CharField(_("对象类型"), max_length=60, help_text=_("room.noun"))
    subject_id = models.CharField(_("对象编号"), max_length=64)
    title = models.CharField(_("名称"), max_length=200)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    address = models.CharField(_("对象的网页"), max_length=300, blank=True, help_text=_("开放预约时的地址"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    opens_at = models.DateTimeField(_("开始预约"))
    closes_at = models.DateTimeField(_("截止预约"))
    capacity = models.PositiveIntegerField(_("座位"))
    mode = models.CharField(_("方式"), max_length=12, choices=slot_modes, default=SlotMode.FIRST_COME)
    draw_at = models.DateTimeField(_("抽签时间"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("抽过签的时间"), null=True, blank=True)
    seed = models.BinaryField(_("抽签种子"), max_length=32, null=True, help_text=_("抽签后才公开"))
    state = models.CharField(_("状态"), max_length=10, choices=slot_states, default=SlotState.OPEN)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    rules = models.JSONField(_("预约规则"), default=dict)
    rules_version = models.CharField(_("规则版本"), max_length=10)
    key = models.UUIDField(unique=True, null=True, editable=False, help_text=_("同一张表再送一次不会多开一场"))
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    moved = models.PositiveIntegerField(default=0, editable=False, help_text=_("改过几次时间或地点"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("场次")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="slot_closes_after_opening"),
            models.CheckConstraint(condition=Q(closes_at__lte=F("ends_at")), name="slot_closes_before_end"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="slot_has_seats"),
            models.CheckConstraint(condition=Q(mode__in=SlotMode.values), name="slot_mode_known"),
            models.CheckConstraint(condition=Q(state__in=SlotState.values), name="slot_state_known"),
            models.CheckConstraint(
                condition=Q(mode=SlotMode.FIRST_COME, draw_at=None, seed=None, drawn_at=None)
                | Q(mode=SlotMode.DRAW, draw_at__isnull=False, seed__isnull=False),
                name="slot_draw_has_seed",
            ),
            models.CheckConstraint(
                condition=Q(draw_at=None) | Q(draw_at__gt=F("opens_at"), draw_at__lte=F("starts_at")),
                name="slot_draw_in_time",
            ),
        )
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "starts_at"), name="slot_by_subject"),
            models.Index(fields=("state", "ends_at"), name="slot_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def said_rules(self) -> BookingRules:
        """The rules as they were frozen when the slot was opened."""
        return BookingRules.read(self.rules)

    @property
    def awaits_draw(self) -> bool:
        """Whether entries are still collected for a draw."""
        return self.mode == SlotMode.DRAW and self.drawn_at is None

    @property
    def seed_digest(self) -> str:
        """What everybody may see of the seed before the draw."""
        return seed_digest(bytes(self.seed)) if self.seed is not None else ""

    @property
    def shown_seed(self) -> str:
        """The seed itself, once the draw is over."""
        return bytes(self.seed).hex() if self.seed is not None and self.drawn_at is not None else ""

    def takes_bookings(self, at: datetime) -> bool:
        """Whether the window is open at an instant."""
        return self.state == SlotState.OPEN and self.opens_at <= at < self.closes_at

    @property
    def is_over(self) -> bool:
        """Whether its time is past."""
        return self.ends_at <= now()


class ChannelQuota(models.Model):
    """The seats of one channel of a slot, and those that all channels share: the counter that decides."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="quotas")
    channel = models.CharField(_("渠道"), max_length=12, choices=channels)
    position = models.PositiveSmallIntegerField(help_text=_("加锁的次序：共用的最后"))
    seats = models.PositiveIntegerField(_("座位"))
    taken = models.PositiveIntegerField(_("已占"), default=0)
    borrowed = models.PositiveIntegerField(_("向共用座位借的"), default=0)
    release_at = models.DateTimeField(_("余座放给各渠道的时间"), null=True, blank=True)
    is_released = models.BooleanField(_("余座已放给各渠道"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("渠道配额")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("slot", "channel"), name="quota_once_a_channel"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="quota_channel_known"),
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="quota_never_oversold"),
            models.CheckConstraint(condition=Q(borrowed__lte=F("seats")), name="quota_borrowed_within_seats"),
            models.CheckConstraint(
                condition=~Q(channel=Channel.SHARED) | Q(release_at=None, is_released=False, borrowed=0),
                name="quota_shared_lends_only",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slot} {self.get_channel_display()} {self.taken}/{self.seats}"


class Booking(models.Model):
    """One party's place in a slot: seats, a place on the waiting list, or an entry in the draw."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": KEEP.clearing("guest", "needs"), "acted_by": KEEP}

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="bookings")
    person = models.ForeignKey(
        Person, verbose_name=_("预约人"), null=True, blank=True, on_delete=models.PROTECT, related_name="bookings"
    )
    guest = models.CharField(_("称呼（没有账号的人）"), max_length=40, blank=True)
    party_size = models.PositiveIntegerField(_("人数"))
    accompanying = models.PositiveIntegerField(_("陪同的大人"), default=0)
    channel = models.CharField(_("渠道"), max_length=12, choices=channels)
    seated_in = models.CharField(_("占用哪个渠道的座位"), max_length=12, choices=channels, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=booking_states)
    is_elderly = models.BooleanField(_("老年人"), default=False, help_text=_("本人说明；只提醒，不停约"))
    needs = models.CharField(_("需要"), max_length=200, blank=True)
    acted_by = models.ForeignKey(
        Person, verbose_name=_("代约人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    secret = models.BinaryField(max_length=20, help_text=_("入场码由它算出"))
    rules_version = models.CharField(_("看过的规则版本"), max_length=10)
    draw_rank = models.PositiveIntegerField(_("抽签名次"), null=True, blank=True)
    offered_until = models.DateTimeField(_("候补名额保留到"), null=True, blank=True)
    cancelled_by = models.CharField(_("谁取消的"), max_length=8, choices=cancelled_bys, blank=True)
    made_at = models.DateTimeField(_("预约时间"), default=now)
    changed_at = models.DateTimeField(_("最近变动"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("预约")
        ordering = (F("draw_rank").asc(nulls_last=True), "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("slot", "person"), condition=Q(state__in=ACTIVE_STATES), name="booking_once_a_slot"
            ),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(condition=Q(channel__in=WAYS), name="booking_channel_known"),
            models.CheckConstraint(condition=Q(party_size__gte=1), name="booking_has_people"),
            models.CheckConstraint(
                condition=Q(state__in=SEATED_STATES, seated_in__in=Channel.values)
                | (~Q(state__in=SEATED_STATES) & Q(seated_in="")),
                name="booking_seated_says_where",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.OFFERED, offered_until__isnull=False)
                | (~Q(state=BookingState.OFFERED) & Q(offered_until=None)),
                name="booking_offer_has_limit",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.CANCELLED, cancelled_by__in=CancelledBy.values)
                | (~Q(state=BookingState.CANCELLED) & Q(cancelled_by="")),
                name="booking_cancelled_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(acted_by__isnull=False, channel__in=OPERATOR_WAYS),
                name="booking_has_somebody",
            ),
        )
        indexes = (
            models.Index(fields=("slot", "state"), name="booking_by_slot"),
            models.Index(fields=("person", "state"), name="booking_by_person"),
            models.Index(fields=("offered_until",), condition=Q(state=BookingState.OFFERED), name="booking_offer_ends"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.get_state_display()}"

    @property
    def seats(self) -> int:
        """Seats of the whole party."""
        return self.party_size + self.accompanying

    @property
    def who(self) -> str:
        """What the gate calls the party."""
        return str(self.person) if self.person is not None else self.guest or str(_("现场入场"))


class Arrival(models.Model):
    """People of a party who came in; a party may come in parts, and a list kept offline may come late."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"checked_by": KEEP}

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="arrivals")
    key = models.UUIDField(unique=True, help_text=_("同一次签到再送一次不会多出一条"))
    at = models.DateTimeField(_("到场时间"))
    received_at = models.DateTimeField(_("收到时间"), default=now)
    people = models.PositiveIntegerField(_("人数"), help_text=_("合并后为 0：都已经记过"))
    way = models.CharField(_("怎么签到"), max_length=8, choices=arrival_ways)
    checked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("签到")
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(condition=Q(way__in=ArrivalWay.values), name="arrival_way_known"),)

    def __str__(self) -> str:
        return f"{self.booking_id} {self.at:%Y-%m-%d %H:%M}"
