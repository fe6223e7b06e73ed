"""Words for what stands in a draft: promises, reasons, corrections."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kepu.plan.choices import Comparator, DutyRole, SectionKind
from kepu.plan.queries.wording import amount_words, comparator_sign, period_words, promise_words
from kepu.plan.rules.comparison import ComparedTarget
from kepu.plan.rules.corrections import DraftTarget, Finding

register = template.Library()

Words = str | Promise

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
FIELD_LABELS: dict[str, Words] = {
    "plan_title": _("方案名称"),
    "issuer": _("发文机关"),
    "doc_number": _("文号"),
    "issued": _("成文日期"),
    "period_start": _("起始年"),
    "period_end": _("终止年"),
    "number": _("编号"),
    "code": _("编号"),
    "title": _("标题"),
    "level": _("层级"),
    "kind": _("性质"),
    "section": _("章节"),
    "has_others": _("“等”单位"),
    "organisation": _("单位"),
    "role": _("角色"),
    "measure": _("内容"),
    "value": _("目标值"),
    "value_max": _("上限"),
    "unit": _("量词"),
    "comparator": _("怎样算达到"),
    "period": _("多久一次"),
    "deadline": _("期限年"),
    "at": _("所属"),
    "aspirational": _("力争"),
    "approximate": _("约数"),
    "start": _("起点"),
    "end": _("终点"),
    "body_start": _("正文起点"),
    "body_end": _("正文终点"),
    "task": _("任务"),
}
HOWS: dict[str, Words] = {
    "exact": _("名称相同"),
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
}
STATES: dict[str, Words] = {
    "unchanged": _("没有变"),
    "changed": _("有改动"),
    "moved": _("换了位置"),
    "new": _("新增"),
    "merged": _("并入"),
    "ended": _("不再列入"),
}


_LISTS: Mapping[str, Any] = {"role": DutyRole, "comparator": Comparator, "kind": SectionKind}


@register.filter
def reason_words(reason: str) -> Words:
    """Why a number was not taken for a promise."""
    return REASONS.get(reason, reason)


@register.filter
def field_label(name: str) -> Words:
    """What a field of a finding is called."""
    return FIELD_LABELS.get(name, name)


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
def value_words(value: Any, field: str) -> Words:
    """A field's value as a person reads it."""
    words: Words = str(value)
    if value in (None, ""):
        words = _("空")
    elif isinstance(value, bool):
        words = _("是") if value else _("否")
    elif field in _LISTS:
        words = next((label for code, label in _LISTS[field].choices if code == value), words)
    elif field == "period":
        words = period_words(str(value))
    elif field in {"value", "value_max"} and isinstance(value, (str, int, Decimal)):
        words = f"{Decimal(value).normalize():,f}"
    return words


@register.filter
def machine_words(finding: Finding) -> list[tuple[Words, Words]]:
    """What the machine read where a person says otherwise: label and value."""
    return [(field_label(name), value_words(value, name)) for name, value in finding.machine.items()]
