"""Closed lists of the plan room; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanState(TextChoices):
    LIVE = "live", _("实施中")
    CLOSED = "closed", _("已收官")


class DraftState(TextChoices):
    OPEN = "open", _("核对中")
    CONFIRMED = "confirmed", _("已上线")
    DISCARDED = "discarded", _("已放弃")


class SectionKind(TextChoices):
    BACKGROUND = "background", _("背景")
    GUIDANCE = "guidance", _("指导思想和原则")
    GOAL = "goal", _("目标")
    ACTIONS = "actions", _("行动部分")
    ACTION = "action", _("行动")
    PROJECTS = "projects", _("工程部分")
    PROJECT = "project", _("工程")
    TASKS = "tasks", _("任务部分")
    SAFEGUARD = "safeguard", _("组织实施")
    OTHER = "other", _("其他")


class DutyRole(TextChoices):
    JOINT = "joint", _("共同负责")
    LEAD = "lead", _("牵头")
    SUPPORT = "support", _("配合")
    SOLE = "sole", _("单独负责")
    GUIDE = "guide", _("指导")


class TaskOrigin(TextChoices):
    TEXT = "text", _("方案条目")
    PERSON = "person", _("由人从条文设立")


class Comparator(TextChoices):
    AT_LEAST = ">=", _("不少于")
    AT_MOST = "<=", _("不超过")
    EQUAL = "=", _("达到")
    GROW = "+", _("增加")


class Status(TextChoices):
    """How a promise stands on a day (design rule 3: silence is a state)."""

    KEPT = "kept", _("已兑现")
    ON_PACE = "on_pace", _("按进度")
    BEHIND = "behind", _("落后")
    OVERDUE = "overdue", _("逾期")
    STALE = "stale", _("材料陈旧")
    SILENT = "silent", _("无人报告")
    UNDECIDED = "undecided", _("待定标")


class DecisionKind(TextChoices):
    LEAD = "lead", _("确定牵头")
    INDICATOR = "indicator", _("确定指标")
    MILESTONES = "milestones", _("确定节点")
    MEANING = "meaning", _("确定口径")
    TASK = "task", _("设立任务")
    LINK = "link", _("承接关系")
    MILESTONE_DONE = "milestone_done", _("节点完成")
    CORRECTION = "correction", _("更正")


class Counting(TextChoices):
    """What a person may decide that a target's number counts."""

    YEAR = "year", _("每年（每期）单独算")
    TOTAL = "total", _("到期为止累计")
    STATE = "state", _("某一天达到的水平")


class LinkKind(TextChoices):
    SAME = "same", _("延续")
    SUCCESSOR = "successor", _("承接")
    MERGED = "merged", _("合并")
    ENDED = "ended", _("不再列入")


def plan_states() -> list[tuple[str, Any]]:
    return PlanState.choices


def draft_states() -> list[tuple[str, Any]]:
    return DraftState.choices


def section_kinds() -> list[tuple[str, Any]]:
    return SectionKind.choices


def duty_roles() -> list[tuple[str, Any]]:
    return DutyRole.choices


def task_origins() -> list[tuple[str, Any]]:
    return TaskOrigin.choices


def comparators() -> list[tuple[str, Any]]:
    return Comparator.choices


def decision_kinds() -> list[tuple[str, Any]]:
    return DecisionKind.choices


def link_kinds() -> list[tuple[str, Any]]:
    return LinkKind.choices
