"""Closed lists of matters and meetings; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatterState(TextChoices):
    """Where a matter stands; whether a decided one is settled is read from its duties, never kept here."""

    RAISED = "raised", _("已提出，待受理")
    RETURNED = "returned", _("已退回，待补充")
    LISTED = "listed", _("已受理，待上会")
    SCHEDULED = "scheduled", _("已列入议程")
    DECIDED = "decided", _("已议定，办理中")
    NOT_AGREED = "not_agreed", _("会议未同意")
    ANSWERED = "answered", _("办公室已答复")
    CLOSED = "closed", _("办公室已结束")
    WITHDRAWN = "withdrawn", _("单位已撤回")


WITH_THE_BODY = (MatterState.RAISED, MatterState.RETURNED)
"""The body may still change its words, or take it back."""
ENDED = (MatterState.NOT_AGREED, MatterState.ANSWERED, MatterState.CLOSED, MatterState.WITHDRAWN)
"""Nothing more happens to it."""


class StepKind(TextChoices):
    RAISED = "raised", _("提出")
    AMENDED = "amended", _("改写")
    RETURNED = "returned", _("退回")
    LISTED = "listed", _("受理，待上会")
    ANSWERED = "answered", _("直接答复")
    WITHDRAWN = "withdrawn", _("撤回")
    SCHEDULED = "scheduled", _("列入议程")
    UNSCHEDULED = "unscheduled", _("撤出议程")
    DECIDED = "decided", _("会议议定")
    DEFERRED = "deferred", _("会议缓议")
    NOT_AGREED = "not_agreed", _("会议未同意")
    CLOSED = "closed", _("办公室结束")
    DUTY_DONE = "duty_done", _("一项责任完成")
    DUTY_REOPENED = "duty_reopened", _("完成被撤回")
    DUTY_MOVED = "duty_moved", _("责任的节点改了日期")
    DUTY_GONE = "duty_gone", _("责任的节点被取消")
    SETTLED = "settled", _("办结")


class Who(TextChoices):
    PERSON = "person", _("工作人员")
    SYSTEM = "system", _("系统")


class MeetingState(TextChoices):
    PREPARING = "preparing", _("筹备中")
    FIXED = "fixed", _("议程已定")
    HELD = "held", _("已开会，待出纪要")
    ISSUED = "issued", _("纪要已印发")
    CANCELLED = "cancelled", _("不开了")


OPEN_MEETINGS = (MeetingState.PREPARING, MeetingState.FIXED, MeetingState.HELD)


class Outcome(TextChoices):
    """What the meeting said of an item; empty until it did."""

    DECIDED = "decided", _("议定")
    DEFERRED = "deferred", _("缓议")
    NOT_AGREED = "not_agreed", _("未同意")


class PaperKind(TextChoices):
    AGENDA = "agenda", _("会议议程")
    BRIEF = "brief", _("议题材料")
    MINUTES = "minutes", _("会议纪要")


class Standing(TextChoices):
    """How a duty stands today, by the step of its task."""

    OPEN = "open", _("办理中")
    LATE = "late", _("逾期")
    DONE = "done", _("已完成")
    GONE = "gone", _("节点已被取消")


def matter_states() -> list[tuple[str, Any]]:
    return MatterState.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices


def step_whos() -> list[tuple[str, Any]]:
    return Who.choices


def meeting_states() -> list[tuple[str, Any]]:
    return MeetingState.choices


def outcomes() -> list[tuple[str, Any]]:
    return Outcome.choices


def paper_kinds() -> list[tuple[str, Any]]:
    return PaperKind.choices
