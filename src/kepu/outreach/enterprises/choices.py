"""Closed lists of enterprises' needs; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

KINDS = "enterprises.kinds"
"""The list of codes from which a need's kind comes."""


class NeedState(TextChoices):
    POSTED = "posted", _("已提出，待核实")
    RETURNED = "returned", _("退回补充")
    CHECKED = "checked", _("已核实，正在安排")
    SERVED = "served", _("已有专家去过")
    CLOSED = "closed", _("办结")
    WITHDRAWN = "withdrawn", _("已撤回")
    UNMET = "unmet", _("未满足")


TO_CHANGE = (NeedState.POSTED, NeedState.RETURNED)
"""Who posted it may still change it."""
TO_WITHDRAW = (NeedState.POSTED, NeedState.RETURNED, NeedState.CHECKED)
TO_ORDER = (NeedState.CHECKED, NeedState.SERVED, NeedState.UNMET)
"""Orders can be made for it; an unmet one is taken up again by that."""
PUBLIC = (NeedState.CHECKED, NeedState.SERVED, NeedState.CLOSED, NeedState.UNMET)
"""What the public page counts."""
SETTLED = (NeedState.CLOSED, NeedState.WITHDRAWN, NeedState.UNMET)


class NeedStepKind(TextChoices):
    POSTED = "posted", _("提了需求")
    CHANGED = "changed", _("补充后再交")
    RETURNED = "returned", _("退回补充")
    CHECKED = "checked", _("核实了")
    ORDERED = "ordered", _("点了单")
    SERVED = "served", _("办了一次")
    MISSED = "missed", _("有一单没有安排上")
    UNMET = "unmet", _("记为未满足")
    REOPENED = "reopened", _("重新安排")
    CLOSED = "closed", _("办结")
    WITHDRAWN = "withdrawn", _("撤回")


class NeedOrderKind(TextChoices):
    """What is ordered for a need."""

    VISIT = "visit", _("请专家来")
    CLASS = "class", _("开一班")


FORMS: dict[str, tuple[str, ...]] = {NeedOrderKind.VISIT: ("advice", "field"), NeedOrderKind.CLASS: ("lecture",)}
"""In which forms of service (`capacities.forms`) each is given, the usual one first."""


class ProposalState(TextChoices):
    PROPOSED = "proposed", _("已提出，待答复")
    ADOPTED = "adopted", _("采纳了")
    DECLINED = "declined", _("没有采纳")
    RESULTED = "resulted", _("有了结果")


def need_states() -> list[tuple[str, Any]]:
    return NeedState.choices


def need_step_kinds() -> list[tuple[str, Any]]:
    return NeedStepKind.choices


def need_order_kinds() -> list[tuple[str, Any]]:
    return NeedOrderKind.choices


def proposal_states() -> list[tuple[str, Any]]:
    return ProposalState.choices
