"""Closed lists of what persons can give; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CapacityKind(TextChoices):
    EXPERT = "expert", _("科普专家")
    COUNSELLOR = "counsellor", _("校外科技辅导员")
    COMMISSIONER = "commissioner", _("科技特派员")
    INFORMATION_OFFICER = "officer", _("科普信息员")
    POST = "post", _("科普岗位")


class CapacityState(TextChoices):
    DRAFT = "draft", _("填写中")
    APPLIED = "applied", _("待初核")
    CHECKED = "checked", _("已初核，待入库")
    RETURNED = "returned", _("退回补充")
    ADMITTED = "admitted", _("在库")
    ENDED = "ended", _("已退出")


class StepKind(TextChoices):
    APPLIED = "applied", _("申请")
    CHECKED = "checked", _("初核通过")
    RETURNED = "returned", _("退回补充")
    ADMITTED = "admitted", _("入库")
    CHANGED = "changed", _("在库期间改了资料")
    RENEWED = "renewed", _("续期")
    ENDED = "ended", _("退出")
    WITHDRAWN = "withdrawn", _("撤回申请")


class Fee(TextChoices):
    FREE = "free", _("不收费")
    TRAVEL = "travel", _("只要交通补助")
    BY_RULE = "by_rule", _("按本地劳务费标准")


class Engagement(TextChoices):
    """How a post is held (科普专职、兼职人员)."""

    FULL = "full", _("专职")
    PART = "part", _("兼职")


class RecordKind(TextChoices):
    SESSION = "session", _("讲过")
    WORK = "work", _("作品")
    VISIT = "visit", _("走访")


class Likeness(TextChoices):
    """Why a row of a roster may be somebody who is there already, the surest first."""

    PHONE = "phone", _("手机号相同")
    IDENTITY = "identity", _("身份证号相同")
    SAME = "same", _("姓名和单位相同")
    LIKE_BODY = "like_body", _("姓名相同，单位相近")
    LIKE_NAME = "like_name", _("姓名相近，单位相同")
    NAME = "name", _("姓名相同，有一边没有单位")


WRITABLE = frozenset({CapacityState.DRAFT, CapacityState.RETURNED, CapacityState.ADMITTED})
"""What the person may change by themselves: while it is checked it stands still."""
OPEN = frozenset(set(CapacityState) - {CapacityState.ENDED})
HALF_DAYS = tuple((f"{day}{part}", day, part) for day in range(1, 8) for part in "ape")
"""Half days of a week as codes: `1a` is Monday morning, `7e` is Sunday evening."""


def capacity_kinds() -> list[tuple[str, Any]]:
    return CapacityKind.choices


def capacity_states() -> list[tuple[str, Any]]:
    return CapacityState.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices


def fees() -> list[tuple[str, Any]]:
    return Fee.choices


def engagements() -> list[tuple[str, Any]]:
    return Engagement.choices


def record_kinds() -> list[tuple[str, Any]]:
    return RecordKind.choices
