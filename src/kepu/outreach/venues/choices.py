"""Closed lists of the venues; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.foundation.calendar.choices import weekdays
from kepu.foundation.sheets.decisions import row_choices

__all__ = ["row_choices", "weekdays"]  # the first migration names them here

KINDS = "venues.kinds"
LEVELS = "venues.levels"
ACCESS = "venues.access"


class VenueState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已公布")
    CLOSED = "closed", _("已停用")


class CoordinateSource(TextChoices):
    """How a pair of coordinates was got; numbers from a map service are shifted on purpose."""

    SURVEYED = "surveyed", _("实测或标准地图（CGCS2000、WGS84）")
    CONVERTED = "converted", _("网络地图，已换算")
    MAP_SERVICE = "map_service", _("网络地图，没有换算（GCJ-02，偏几百米）")
    MADE_UP = "made_up", _("演示数据")


class DoubtReason(TextChoices):
    """Why a row of a roster may be a venue that is there already."""

    SAME_NAME = "same_name", _("名称相同")
    LIKE_NAME = "like_name", _("名称相近，同一区市")
    NEAR = "near", _("相距不到 60 米，同一类型")
    IN_FILE = "in_file", _("表里另一行名称相同")


def venue_states() -> list[tuple[str, Any]]:
    return VenueState.choices


def coordinate_sources() -> list[tuple[str, Any]]:
    return CoordinateSource.choices
