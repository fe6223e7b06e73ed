"""Closed lists of personal data; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NumberKind(TextChoices):
    PHONE = "phone", _("手机号")
    IDENTITY = "identity", _("身份证号")
    TICKET = "ticket", _("统一身份认证编号")


class AgeBand(TextChoices):
    """Under 14 personal data is sensitive and a guardian decides; from 14 to 17 the data is a minor's."""

    CHILD = "child", _("不满 14 周岁")
    MINOR = "minor", _("14 至 17 周岁")
    ADULT = "adult", _("成年")
    UNKNOWN = "unknown", _("未登记出生日期")


class ConsentState(TextChoices):
    GIVEN = "given", _("同意")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class ConsentManner(TextChoices):
    """How an answer came in; the evidence says where it lies."""

    SCREEN = "screen", _("本人在网页上")
    PHONE = "phone", _("电话，由话务员代录")
    PAPER = "paper", _("纸质，由工作人员代录")


class Relation(TextChoices):
    PARENT = "parent", _("父母")
    GRANDPARENT = "grandparent", _("祖父母、外祖父母")
    OTHER = "other", _("其他监护人")


class RequestKind(TextChoices):
    """What a person may ask of the data about themselves."""

    EXPORT = "export", _("导出")
    CORRECT = "correct", _("更正")
    WITHDRAW = "withdraw", _("撤回同意")
    ERASE = "erase", _("注销并删除")


def number_kinds() -> list[tuple[str, Any]]:
    return NumberKind.choices


def consent_states() -> list[tuple[str, Any]]:
    return ConsentState.choices


def consent_manners() -> list[tuple[str, Any]]:
    return ConsentManner.choices


def relations() -> list[tuple[str, Any]]:
    return Relation.choices


def request_kinds() -> list[tuple[str, Any]]:
    return RequestKind.choices
