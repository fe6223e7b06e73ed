"""Closed lists of public oversight; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    ASK = "ask", _("咨询")
    SUGGEST = "suggest", _("建议")
    COMPLAIN = "complain", _("投诉")


class QuestionState(TextChoices):
    RECEIVED = "received", _("待审核")
    REFUSED = "refused", _("未受理")
    TO_ROUTE = "to_route", _("待转办")
    IN_HAND = "in_hand", _("办理中")
    CLARIFYING = "clarifying", _("等提问人补充")
    ANSWERED = "answered", _("已答复")
    UNSETTLED = "unsettled", _("提问人认为未解决")
    CLOSED = "closed", _("已办结")


HIDDEN_STATES = (QuestionState.RECEIVED, QuestionState.REFUSED)
"""Nothing of a question in these states is shown to the public."""
PUBLIC_STATES = tuple(state for state in QuestionState if state not in HIDDEN_STATES)
OWED_STATES = (QuestionState.TO_ROUTE, QuestionState.IN_HAND, QuestionState.CLARIFYING)
"""The public waits for an answer; an acknowledgement is none."""
CLOCKED_STATES = (QuestionState.RECEIVED, *OWED_STATES)
"""The clock of these still matters, running or paused."""


class Verdict(TextChoices):
    SETTLED = "settled", _("解决了")
    UNSETTLED = "unsettled", _("没有解决")


class Closing(TextChoices):
    """Why a question is closed."""

    SETTLED = "settled", _("提问人认为已解决")
    SILENCE = "silence", _("答复后提问人没有再说")
    NO_DETAILS = "no_details", _("提问人没有补充")


class Refusal(TextChoices):
    """Why a question is not taken up; told to the asker, not shown to others."""

    SPAM = "spam", _("广告或无意义内容")
    ABUSE = "abuse", _("辱骂、攻击他人")
    NOT_A_MATTER = "not_a_matter", _("不属于科普工作的事")
    PERSONAL = "personal", _("写了他人的个人信息，去掉后就不成一件事")
    REPEATED = "repeated", _("同一件事已经在办")


class StepKind(TextChoices):
    ASKED = "asked", _("提出")
    RELEASED = "released", _("审核后公开，交办")
    REFUSED = "refused", _("未受理")
    REFERRED = "referred", _("转办")
    SENT_BACK = "sent_back", _("退回办公室转办")
    DETAILS_REQUESTED = "details_requested", _("请提问人补充")
    DETAILS_ADDED = "details_added", _("提问人补充")
    ANSWERED = "answered", _("答复")
    SETTLED = "settled", _("提问人：解决了")
    UNSETTLED = "unsettled", _("提问人：没有解决")
    REOPENED = "reopened", _("要求重新办理")
    CLOSED = "closed", _("办结")
    WORDS_SHOWN = "words_shown", _("提问人的话经审核公开")
    WORDS_KEPT = "words_kept", _("提问人的话不公开")
    ERASED = "erased", _("按保存期限删去原文")


class Who(TextChoices):
    ASKER = "asker", _("提问人")
    PERSON = "person", _("工作人员")
    SYSTEM = "system", _("系统")


class Audience(TextChoices):
    """Who sees the words of a step."""

    PUBLIC = "public", _("所有人")
    ASKER = "asker", _("提问人和经办人")


class WordsState(TextChoices):
    WAITING = "waiting", _("待审核")
    SHOWN = "shown", _("已公开")
    KEPT = "kept", _("不公开")


class FindingKind(TextChoices):
    """What the machine noticed in somebody's words."""

    IDENTITY = "identity", _("身份证号")
    CARD = "card", _("银行卡号")
    MOBILE = "mobile", _("手机号")
    LANDLINE = "landline", _("固定电话")
    MAIL = "mail", _("邮箱")
    ACCOUNT = "account", _("微信或 QQ 号")
    ADDRESS = "address", _("门牌地址")
    LINK = "link", _("链接")
    WORD = "word", _("本站词表里的词")


MASKED_KINDS = frozenset(FindingKind) - {FindingKind.LINK, FindingKind.WORD}
"""Personal data: left out of the proposed public text. The others are only pointed at."""


def question_kinds() -> list[tuple[str, Any]]:
    return QuestionKind.choices


def question_states() -> list[tuple[str, Any]]:
    return QuestionState.choices


def verdicts() -> list[tuple[str, Any]]:
    return Verdict.choices


def closings() -> list[tuple[str, Any]]:
    return Closing.choices


def step_kinds() -> list[tuple[str, Any]]:
    return StepKind.choices


def step_whos() -> list[tuple[str, Any]]:
    return Who.choices


def step_audiences() -> list[tuple[str, Any]]:
    return Audience.choices


def words_states() -> list[tuple[str, Any]]:
    return WordsState.choices
