"""Words for what stands in a draft: promises, reasons, corrections."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.plan.tasks.choices import DutyRole
from kepu.plan.tasks.queries.wording import (
    Words,
    amount_words,
    comparator_sign,
    field_words,
    period_words,
    promise_words,
    value_words,
)
from kepu.plan.tasks.rules.comparison import ComparedTarget
from kepu.plan.tasks.rules.findings import DraftTarget, Finding, Values

register = template.Library()

register.filter("field_label", field_words)
register.filter("value_words", value_words)

REASONS: dict[str, Words] = {
    "name": _("名称里的数字，不是承诺"),
    "duration": _("时间长短，不是承诺"),
    "structure": _("文件自身的结构"),
    "baseline": _("已经达到的基数"),
    "policy": _("政策标准，不是承诺"),
    "standard": _("标准或规格，不是承诺"),
    "bare": _("没有说是什么的数"),
    "no_promise": _("前后没有承诺的字眼"),
    "small": _("太小，多半是行文"),
}
HOWS: dict[str, Words] = {
    "exact": _("全称或简称相同"),
    "alias": _("按别名"),
    "prefix": _("加上地名后相同"),
    "chosen": _("人工选定"),
    "created": _("人工新建"),
    "none": _("没有对应"),
}
OPERATIONS: dict[str, Words] = {
    "set": _("改"),
    "add": _("添"),
    "strike": _("划去"),
    "restore": _("恢复"),
    "agree": _("确认"),
    "match": _("对应单位"),
    "link": _("定去向"),
    "place": _("定地区与接续"),
}
STATES: dict[str, Words] = {
    "unchanged": _("没有变"),
    "changed": _("有改动"),
    "moved": _("换了位置"),
    "new": _("新增"),
    "merged": _("并入"),
    "ended": _("不再列入"),
}


@register.filter
def reason_words(reason: str) -> Words:
    """Why a number was not taken for a promise."""
    return REASONS.get(reason, reason)


@register.filter
def how_words(how: str) -> Words:
    """How a body was found."""
    return HOWS.get(how, how)


@register.filter
def operation_words(operation: str) -> Words:
    """What a correction did."""
    return OPERATIONS.get(operation, operation)


@register.filter
def comparison_words(state: str) -> Words:
    """What became of a task."""
    return STATES.get(state, state)


@register.filter
def role_words(role: str) -> Words:
    """A body's role in words."""
    return str(DutyRole(role).label) if role in DutyRole.values else role


@register.filter
def amount(target: DraftTarget) -> str:
    """The number of a promise with its sign: ≥ 100 人次."""
    number = amount_words(target.value, target.unit)
    if target.value_max is not None:
        number = f"{target.value.normalize():,f}–{amount_words(target.value_max, target.unit)}"
    return f"{comparator_sign(target.comparator)} {number}"


@register.filter
def often(period: str) -> str:
    """How often, in words."""
    return period_words(period)


@register.filter
def promise(target: DraftTarget | ComparedTarget) -> str:
    """One promise in words."""
    if isinstance(target, ComparedTarget):
        return target.promise
    return promise_words(
        target.comparator,
        target.value,
        target.unit,
        value_max=target.value_max,
        period=target.period,
        deadline=target.deadline,
    )


@register.filter
def machine_words(finding: Finding) -> list[tuple[Words, Words]]:
    """What the machine read where a person says otherwise: label and value."""
    return [(field_words(name), value_words(value, name)) for name, value in finding.machine.items()]


@register.inclusion_tag("plan/_draft_act.html", takes_context=True)
def act(context: Mapping[str, Any], operation: str, key: str, label: str, of: str = "") -> Values:
    """A button that does one step to a finding: strike, restore, agree, undo.

    Args:
        context: of the check page; names the draft and what is shown.
        operation: what to do.
        key: the finding; for undo, the correction.
        label: the word on the button.
        of: what the finding is called, for who hears the button without its surroundings.
    """
    name = "plan:draft_undo" if operation == "undo" else "plan:draft_mark"
    return {
        "op": operation,
        "field": "correction" if operation == "undo" else "key",
        "value": key,
        "label": label,
        "of": of,
        "address": _address(context, reverse(name, args=[context["draft"].pk])),
        "is_on_board": "page" in context or bool(context["request"].htmx),
    }


@register.inclusion_tag("plan/_draft_open.html", takes_context=True)
def open_edit(context: Mapping[str, Any], finding: Finding, label: str, slot: str, of: str = "") -> Values:
    """A link that opens the form of a finding in its slot, or on a page of its own without script."""
    address = _address(context, reverse("plan:draft_edit", args=[context["draft"].pk, finding.key]))
    return {"address": address, "label": label, "slot": slot, "of": of, "is_edit": True}


@register.inclusion_tag("plan/_draft_open.html", takes_context=True)
def open_new(
    context: Mapping[str, Any], thing: str, label: str, slot: str = "new", of: str = "", css: str = "", **wanted: Any
) -> Values:
    """A link that opens the form of a new finding; `wanted` fills its fields."""
    address = _address(context, reverse("plan:draft_add", args=[context["draft"].pk, thing]), **wanted)
    return {"address": address, "label": label, "slot": slot, "of": of, "css": css}


def _address(context: Mapping[str, Any], path: str, **wanted: Any) -> str:
    query = {**({"show": context["show"]} if context.get("show") else {}), **wanted}
    return f"{path}?{urlencode(query)}" if query else path
