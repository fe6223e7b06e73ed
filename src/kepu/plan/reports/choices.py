"""Closed lists of periods and reports; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Frequency(TextChoices):
    QUARTER = "quarter", _("每季")
    HALF = "half", _("每半年")
    YEAR = "year", _("每年")


class ReportState(TextChoices):
    OPEN = "open", _("填报中")
    SUBMITTED = "submitted", _("已报送")
    PASSED = "passed", _("区市已核")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已采纳")


class StepKind(TextChoices):
    OPENED = "opened", _("开始填报")
    SUBMITTED = "submitted", _("报送")
    PASSED = "passed", _("区市审核通过")
    RETURNED = "returned", _("退回")
    ACCEPTED = "accepted", _("采纳并锁定")
    EXTENDED = "extended", _("延期")


WITH_THE_BODY = (ReportState.OPEN, ReportState.RETURNED)
WITH_A_JUDGE = (ReportState.SUBMITTED, ReportState.PASSED)


def frequencies() -> list[tuple[str, Any]]:
    return Frequency.choices


def report_states() -> list[tuple[str, Any]]:
    return ReportState.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices
