"""Closed lists about lists: how well a value is founded, what kind it is, where it stands."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Evidence(TextChoices):
    """How well a value is founded; V and D are facts, the others are not."""

    PUBLISHED = "V", _("公开来源载明")
    DERIVED = "D", _("由公开数据推算")
    KNOWLEDGE = "K", _("一般知识，未核实")
    INFERENCE = "I", _("推断或设计建议")
    NOT_FOUND = "X", _("未找到公开文本")


class ListState(TextChoices):
    LOADED = "loaded", _("已加载")
    NOT_LOADED = "not_loaded", _("未加载")


class ValueState(TextChoices):
    FACT = "fact", _("有据")
    DEFAULT_UNCONFIRMED = "default_unconfirmed", _("默认未确认")
    CONFIRMED = "confirmed", _("已确认")
    OVERRIDDEN = "overridden", _("已改定")
    NOT_LOADED = "not_loaded", _("未加载")


class ValueKind(TextChoices):
    INTEGER = "integer", _("整数")
    NUMBER = "number", _("小数")
    SHARE = "share", _("比例（0–1）")
    TEXT = "text", _("文字")
    BOOLEAN = "boolean", _("是否")
    DAY = "day", _("日期")
    TEXTS = "texts", _("文字列表")


def evidence_tags() -> list[tuple[str, Any]]:
    return Evidence.choices


def value_kinds() -> list[tuple[str, Any]]:
    return ValueKind.choices
