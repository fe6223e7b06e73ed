"""Closed lists of evaluation; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EvaluationKind(TextChoices):
    MID_TERM = "mid_term", _("中期评估")
    FINAL = "final", _("终期评估")
    OTHER = "other", _("专项评估")


class EvaluationState(TextChoices):
    PREPARING = "preparing", _("准备中")
    JUDGING = "judging", _("评分中")
    CLOSED = "closed", _("已定稿")
    PUBLISHED = "published", _("已公布")


class SheetState(TextChoices):
    WAITING = "waiting", _("待评")
    SUBMITTED = "submitted", _("已提交")
    RETURNED = "returned", _("退回重评")


class Basis(TextChoices):
    """Where the points of a criterion come from."""

    BY_HAND = "by_hand", _("评估员按评分要点打分")
    TARGETS = "targets", _("按达标的目标占已判定目标的比例")
    MILESTONES = "milestones", _("按完成的节点占到期节点的比例")
    REPORTS = "reports", _("按按时报送的报告占应报报告的比例")


class Rounding(TextChoices):
    """What happens to the digits that do not stand in a score."""

    TRUNCATE = "truncate", _("截去尾数")
    HALF_UP = "half_up", _("四舍五入")


class Grade(TextChoices):
    EXCELLENT = "excellent", _("优")
    GOOD = "good", _("良")
    FAIR = "fair", _("中")
    POOR = "poor", _("差")


class StepKind(TextChoices):
    ASSIGNED = "assigned", _("分派")
    SUBMITTED = "submitted", _("提交评分")
    RETURNED = "returned", _("退回重评")
    COMMENTED = "commented", _("陈述意见")
    AGREED = "agreed", _("没有意见")
    REPLIED = "replied", _("回应意见")


TO_JUDGE = (SheetState.WAITING, SheetState.RETURNED)
"""The reviewer may write."""
FROZEN_STATES = (EvaluationState.CLOSED, EvaluationState.PUBLISHED)
"""Nothing in it changes any more."""


def evaluation_kinds() -> list[tuple[str, Any]]:
    return EvaluationKind.choices


def evaluation_states() -> list[tuple[str, Any]]:
    return EvaluationState.choices


def sheet_states() -> list[tuple[str, Any]]:
    return SheetState.choices


def bases() -> list[tuple[str, Any]]:
    return Basis.choices


def roundings() -> list[tuple[str, Any]]:
    return Rounding.choices


def grades() -> list[tuple[str, Any]]:
    return Grade.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices
