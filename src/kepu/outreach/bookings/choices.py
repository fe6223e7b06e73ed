"""Closed lists of bookings; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SlotMode(TextChoices):
    FIRST_COME = "first_come", _("先到先得")
    DRAW = "draw", _("抽签")


class SlotState(TextChoices):
    OPEN = "open", _("开放")
    CLOSED = "closed", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class Channel(TextChoices):
    """By which way a booking comes; `SHARED` is no way but the seats that every way may take."""

    ONLINE = "online", _("网上")
    PHONE = "phone", _("电话")
    ON_THE_SPOT = "on_the_spot", _("现场")
    GROUP = "group", _("团体")
    SHARED = "shared", _("各渠道共用")


WAYS = (Channel.ONLINE, Channel.PHONE, Channel.ON_THE_SPOT, Channel.GROUP)
OPERATOR_WAYS = (Channel.PHONE, Channel.ON_THE_SPOT, Channel.GROUP)


class BookingState(TextChoices):
    BOOKED = "booked", _("已约好")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("等您确认")
    IN_DRAW = "in_draw", _("等待抽签")
    CANCELLED = "cancelled", _("已取消")
    ATTENDED = "attended", _("已到场")
    NO_SHOW = "no_show", _("没有到场")
    LAPSED = "lapsed", _("已过时")


ACTIVE_STATES = (BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED, BookingState.IN_DRAW)
"""A person has one such booking for a slot, and none for a slot that overlaps it."""
SEATED_STATES = (BookingState.BOOKED, BookingState.OFFERED, BookingState.ATTENDED, BookingState.NO_SHOW)
"""These hold seats."""
EXPECTED_STATES = (BookingState.BOOKED, BookingState.ATTENDED, BookingState.NO_SHOW)
"""These stand on the list at the gate."""


class CancelledBy(TextChoices):
    PERSON = "person", _("本人取消")
    HOST = "host", _("主办方取消")
    SLOT = "slot", _("场次取消")


class ArrivalWay(TextChoices):
    CODE = "code", _("入场码")
    LIST = "list", _("名单")
    OFFLINE = "offline", _("离线名单")
    WALK_IN = "walk_in", _("现场入场")


def slot_modes() -> list[tuple[str, Any]]:
    return SlotMode.choices


def slot_states() -> list[tuple[str, Any]]:
    return SlotState.choices


def channels() -> list[tuple[str, Any]]:
    return Channel.choices


def booking_states() -> list[tuple[str, Any]]:
    return BookingState.choices


def cancelled_bys() -> list[tuple[str, Any]]:
    return CancelledBy.choices


def arrival_ways() -> list[tuple[str, Any]]:
    return ArrivalWay.choices
