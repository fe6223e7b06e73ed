"""Closed lists of the calendar."""

from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Weekday(IntegerChoices):
    """As Python numbers them."""

    MONDAY = 0, _("周一")
    TUESDAY = 1, _("周二")
    WEDNESDAY = 2, _("周三")
    THURSDAY = 3, _("周四")
    FRIDAY = 4, _("周五")
    SATURDAY = 5, _("周六")
    SUNDAY = 6, _("周日")


class DayKind(TextChoices):
    """What a year's notice says about a day that is not what its weekday says."""

    OFF = "off", _("放假")
    WORK = "work", _("调休上班")


def day_kinds() -> list[tuple[str, Any]]:
    return DayKind.choices


def weekdays() -> list[tuple[int, Any]]:
    return Weekday.choices


FESTIVALS = {
    "New Year's Day": _("元旦"),
    "Spring Festival": _("春节"),
    "Tomb-sweeping Day": _("清明节"),
    "Labour Day": _("劳动节"),
    "Dragon Boat Festival": _("端午节"),
    "Mid-autumn Festival": _("中秋节"),
    "National Day": _("国庆节"),
    "Anti-Fascist 70th Day": _("抗战胜利70周年纪念日"),
}
"""What the shipped calendar's names are in the city's language."""
