"""Closed lists of supervision; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Colour(TextChoices):
    """How grave a notice is, the gravest last; what the site calls each is data (`supervision.colours`)."""

    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    RED = "red", _("红色")


class Trigger(TextChoices):
    """Why a notice is sent."""

    NEAR = "near", _("临近时限")
    BEHIND = "behind", _("落后于进度")
    OVERDUE = "overdue", _("逾期")
    STALE = "stale", _("材料陈旧")
    SILENT = "silent", _("无人报告")
    BY_HAND = "by_hand", _("办公室直接督办")


class SupervisionState(TextChoices):
    DRAFTED = "drafted", _("待下发")
    ISSUED = "issued", _("已下发，待签收")
    SIGNED = "signed", _("已签收，办理中")
    ANSWERED = "answered", _("已反馈，待复核")
    RETURNED = "returned", _("已退回，重新整改")
    STRUCK = "struck", _("已销号")
    WITHDRAWN = "withdrawn", _("已撤回")
    DROPPED = "dropped", _("没有下发，情况已消除")


OWED_STATES = (SupervisionState.ISSUED, SupervisionState.SIGNED, SupervisionState.RETURNED)
"""The body owes an answer."""
ISSUED_STATES = (*OWED_STATES, SupervisionState.ANSWERED)
"""Out, and not settled yet."""
OPEN_STATES = (SupervisionState.DRAFTED, *ISSUED_STATES)


class StepKind(TextChoices):
    PROPOSED = "proposed", _("提出，待下发")
    DROPPED = "dropped", _("情况已消除，不再提出")
    ISSUED = "issued", _("已下发")
    SIGNED = "signed", _("已签收")
    ANSWERED = "answered", _("已反馈")
    RETURNED = "returned", _("复核退回")
    STRUCK = "struck", _("复核销号")
    WITHDRAWN = "withdrawn", _("撤回")
    ESCALATED = "escalated", _("升级督办")


class Cause(TextChoices):
    """Why a notice was brought before the body above."""

    UNSIGNED = "unsigned", _("到期未签收")
    UNANSWERED = "unanswered", _("到期未反馈")
    BY_HAND = "by_hand", _("办公室决定")


class Who(TextChoices):
    PERSON = "person", _("工作人员")
    SYSTEM = "system", _("系统")


class Verdict(TextChoices):
    """What the review said of an answer; empty while it waits."""

    ACCEPTED = "accepted", _("复核通过")
    RETURNED = "returned", _("退回")


def colours() -> list[tuple[str, Any]]:
    return Colour.choices


def triggers() -> list[tuple[str, Any]]:
    return Trigger.choices


def supervision_states() -> list[tuple[str, Any]]:
    return SupervisionState.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices


def step_whos() -> list[tuple[str, Any]]:
    return Who.choices


def verdicts() -> list[tuple[str, Any]]:
    return Verdict.choices
