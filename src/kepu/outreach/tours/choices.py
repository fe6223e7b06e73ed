"""Closed lists of the tours; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

VAN = "van"
"""The kind of venue that goes on tours."""
NOTICE = "tours.visit"
"""The kind of notice that tells when a van comes."""


class WishState(TextChoices):
    OPEN = "open", _("待排")
    WITHDRAWN = "withdrawn", _("已撤回")


class PlanState(TextChoices):
    SOLVING = "solving", _("正在排")
    SOLVED = "solved", _("排好了，还没有公布")
    FAILED = "failed", _("没有排成")
    CANCELLED = "cancelled", _("已停止")
    PUBLISHED = "published", _("已公布")
    REPLACED = "replaced", _("已被新的代替")


class Unserved(TextChoices):
    """Why a visit is not in a plan, as the engine says it."""

    EXHIBITS = "exhibits", _("没有一辆车能带要的展品")
    NO_HOURS = "no_hours", _("方便的时间和车的时间对不上")
    TOO_FAR = "too_far", _("太远，一个班次来不及，外宿一晚也到不了")
    DAYS = "days", _("隔得不够，排不下这么多天")
    CAPACITY = "capacity", _("车和驾驶员的时间都用完了")


class Fairness(TextChoices):
    """What a further visit of a township is worth."""

    EVEN = "even", _("先照顾得到得少的镇街")
    PLAIN = "plain", _("不分镇街，多去几处就好")


def wish_states() -> list[tuple[str, Any]]:
    return WishState.choices


def plan_states() -> list[tuple[str, Any]]:
    return PlanState.choices
