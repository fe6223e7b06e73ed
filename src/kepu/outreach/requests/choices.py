"""Closed lists of orders; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    ASKED = "asked", _("已点单，待审核")
    RETURNED = "returned", _("退回补充")
    OPEN = "open", _("待派单")
    OFFERED = "offered", _("派单中")
    PLANNED = "planned", _("已排期")
    DONE = "done", _("已办完，待评")
    RATED = "rated", _("已评单")
    UNMET = "unmet", _("未满足")
    CANCELLED = "cancelled", _("已取消")


LIVE = (OrderState.ASKED, OrderState.RETURNED, OrderState.OPEN, OrderState.OFFERED, OrderState.PLANNED)
"""Something is still to come."""
WANTING = (OrderState.OPEN, OrderState.OFFERED, OrderState.PLANNED)
"""Approved, and perhaps not served as often as asked for: what a round looks at."""
PUBLIC = (*WANTING, OrderState.DONE, OrderState.RATED, OrderState.UNMET)
"""What the public page counts."""


class OrderChannel(TextChoices):
    PORTAL = "portal", _("网上")
    PHONE = "phone", _("电话")
    SHEET = "sheet", _("表格")
    API = "api", _("接口")


class Repeat(TextChoices):
    """Whether several meetings are given by one person."""

    ANY = "any", _("谁来都行")
    SAME = "same", _("每次同一位")
    DIFFERENT = "different", _("每次不同的人")


class OrderStepKind(TextChoices):
    ASKED = "asked", _("点单")
    CHANGED = "changed", _("补充后再交")
    APPROVED = "approved", _("审核通过")
    RETURNED = "returned", _("退回补充")
    OFFERED = "offered", _("派单")
    DECLINED = "declined", _("拒单")
    ACCEPTED = "accepted", _("接单")
    MOVED = "moved", _("改期")
    SERVED = "served", _("办了一次")
    TAKEN_BACK = "taken_back", _("冲正")
    RATED = "rated", _("评单")
    UNMET = "unmet", _("记为未满足")
    REOPENED = "reopened", _("重新派单")
    CANCELLED = "cancelled", _("取消")


class Unmet(TextChoices):
    """Why nobody could be sent: the rule that took the last one who might have come."""

    SUPPLY = "supply", _("没有人讲这个题目")
    CONFLICT = "conflict", _("能讲的人与点单的一方有利害关系")
    PLACE = "place", _("能讲的人都走不了这么远")
    LANGUAGE = "language", _("没有会这种语言的人")
    ROOM = "room", _("没有空着又坐得下的地方")
    TIME = "time", _("方便的时间对不上")
    LOAD = "load", _("能讲的人都排满了")
    DECLINED = "declined", _("派过的人都没有接")
    OTHER = "other", _("其他")


class Part(TextChoices):
    MORNING = "a", _("上午")
    AFTERNOON = "p", _("下午")
    EVENING = "e", _("晚上")


class OfferState(TextChoices):
    OFFERED = "offered", _("等答复")
    ACCEPTED = "accepted", _("已接单")
    DECLINED = "declined", _("没有接")
    LAPSED = "lapsed", _("过时没有答复")
    WITHDRAWN = "withdrawn", _("已收回")


class TeamAskState(TextChoices):
    ASKED = "asked", _("等答复")
    OPENED = "opened", _("开了班次")
    DECLINED = "declined", _("去不了")
    WITHDRAWN = "withdrawn", _("不用去了")


LIVE_ASKS = (TeamAskState.ASKED, TeamAskState.OPENED)
"""A team is asked, or said yes."""


class SessionState(TextChoices):
    PLANNED = "planned", _("已排好")
    CANCELLED = "cancelled", _("已取消")
    DONE = "done", _("已办")


class CheckInWay(TextChoices):
    CODE = "code", _("现场码")
    HEADCOUNT = "headcount", _("点人数")
    GATE = "gate", _("入口签到")


class Side(TextChoices):
    ASKER = "asker", _("点单的一方")
    PROVIDER = "provider", _("去的一方")


class Mark(TextChoices):
    GOOD = "good", _("满意")
    FAIR = "fair", _("基本满意")
    POOR = "poor", _("不满意")


class StandingKind(TextChoices):
    TALK = "talk", _("宣讲")
    AGREEMENT = "agreement", _("馆校合作")
    ROUTE = "route", _("研学线路")


class StandingState(TextChoices):
    DRAFT = "draft", _("还没有公布")
    SHOWN = "shown", _("可以点")
    WITHDRAWN = "withdrawn", _("不再提供")


class RoundState(TextChoices):
    SOLVING = "solving", _("正在排")
    SOLVED = "solved", _("排好了，还没有派出")
    FAILED = "failed", _("没有排成")
    CANCELLED = "cancelled", _("已停止")
    SENDING = "sending", _("正在派出")
    APPLIED = "applied", _("已派出")


class Wish(TextChoices):
    PIN = "pin", _("就这样定")
    FORBID = "forbid", _("不要这样")


def order_states() -> list[tuple[str, Any]]:
    return OrderState.choices


def order_channels() -> list[tuple[str, Any]]:
    return OrderChannel.choices


def repeats() -> list[tuple[str, Any]]:
    return Repeat.choices


def order_step_kinds() -> list[tuple[str, Any]]:
    return OrderStepKind.choices


def unmets() -> list[tuple[str, Any]]:
    return Unmet.choices


def parts() -> list[tuple[str, Any]]:
    return Part.choices


def offer_states() -> list[tuple[str, Any]]:
    return OfferState.choices


def team_ask_states() -> list[tuple[str, Any]]:
    return TeamAskState.choices


def session_states() -> list[tuple[str, Any]]:
    return SessionState.choices


def check_in_ways() -> list[tuple[str, Any]]:
    return CheckInWay.choices


def sides() -> list[tuple[str, Any]]:
    return Side.choices


def marks() -> list[tuple[str, Any]]:
    return Mark.choices


def round_states() -> list[tuple[str, Any]]:
    return RoundState.choices


def wishes() -> list[tuple[str, Any]]:
    return Wish.choices


def standing_kinds() -> list[tuple[str, Any]]:
    return StandingKind.choices


def standing_states() -> list[tuple[str, Any]]:
    return StandingState.choices
