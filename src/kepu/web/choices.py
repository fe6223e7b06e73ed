"""Closed lists of the look: states of a promise, sizes of type, colours of the page."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How a promise stands on a day. Each has its own sign; colour never speaks alone."""

    KEPT = "kept", _("已兑现")
    ON_PACE = "on_pace", _("按进度")
    BEHIND = "behind", _("落后")
    OVERDUE = "overdue", _("逾期")
    STALE = "stale", _("材料陈旧")
    SILENT = "silent", _("无人报告")
    UNDECIDED = "undecided", _("待定标")


class ElderSize(TextChoices):
    """Sizes of body text in elder mode, in px at the usual zoom."""

    LARGE = "22", _("大")
    LARGER = "26", _("更大")
    LARGEST = "30", _("最大")


class Theme(TextChoices):
    """Colours that a visitor chose; nothing chosen follows the device."""

    LIGHT = "light", _("浅色")
    DARK = "dark", _("深色")
    CONTRAST = "contrast", _("高对比")
