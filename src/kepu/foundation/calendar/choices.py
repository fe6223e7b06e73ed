"""Closed lists of the calendar."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    """What a year's notice says about a day that is not what its weekday says."""

    OFF = "off", _("放假")
    WORK = "work", _("调休上班")


def day_kinds() -> list[tuple[str, Any]]:
    return DayKind.choices


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
