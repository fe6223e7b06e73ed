"""Closed lists of volunteering; codes are for ever, labels may change."""

from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.foundation.calendar.choices import weekdays

__all__ = ["weekdays"]


class VolunteerState(TextChoices):
    ACTIVE = "active", _("在册")
    ENDED = "ended", _("已退出")


class TeamLevel(IntegerChoices):
    """The ladder of four steps."""

    CORPS = 1, _("总队")
    DETACHMENT = 2, _("支队")
    BRIGADE = 3, _("大队")
    TEAM = 4, _("队")


class Origin(TextChoices):
    """How hours came in; for ever."""

    CODE = "code", _("现场码")
    LATE = "late", _("补录")


class HoursState(TextChoices):
    ARRIVED = "arrived", _("已签到")
    SERVED = "served", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("未确认")
    VOID = "void", _("没有签退，作废")
    REVERSED = "reversed", _("已冲正")


LIVE_HOURS = (HoursState.ARRIVED, HoursState.SERVED, HoursState.CONFIRMED)
"""States in which hours take up a person's time."""


class ApplicationState(TextChoices):
    APPLIED = "applied", _("已申请")
    ACCEPTED = "accepted", _("已受理")
    REFUSED = "refused", _("未受理")


class Satisfaction(TextChoices):
    GOOD = "good", _("满意")
    FAIR = "fair", _("基本满意")
    POOR = "poor", _("不满意")


class Anomaly(TextChoices):
    SAME_MINUTE = "same_minute", _("很多人在同一分钟签到")
    NO_PROJECT = "no_project", _("没有对应的项目")
    OUTSIDE = "outside", _("时间在班次以外")
    SAME_TEXT = "same_text", _("服务说明反复雷同")


def volunteer_states() -> list[tuple[str, Any]]:
    return VolunteerState.choices


def team_levels() -> list[tuple[int, Any]]:
    return TeamLevel.choices


def origins() -> list[tuple[str, Any]]:
    return Origin.choices


def hours_states() -> list[tuple[str, Any]]:
    return HoursState.choices


def application_states() -> list[tuple[str, Any]]:
    return ApplicationState.choices


def satisfactions() -> list[tuple[str, Any]]:
    return Satisfaction.choices


def shift_states() -> list[tuple[str, Any]]:
    """Before shifts were slots; the first migration names it."""
    return [("open", _("可报名")), ("cancelled", _("已取消"))]


def seat_states() -> list[tuple[str, Any]]:
    """Before seats were bookings; the first migration names it."""
    return [("taken", _("已报名")), ("left", _("已退出"))]
