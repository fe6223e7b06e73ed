"""Promises, fields of findings and what others did meanwhile, in words."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kepu.directory.register.choices import Audience
from kepu.plan.tasks.choices import Comparator, DutyRole, SectionKind
from kepu.plan.tasks.models import Evidence
from kepu.plan.tasks.rules.revisions import Meanwhile

Words = str | Promise

_WAN = Decimal(10_000)
FIELD_LABELS: dict[str, Words] = {
    "plan_title": _lazy("方案名称"),
    "issuer": _lazy("发文机关"),
    "doc_number": _lazy("文号"),
    "issued": _lazy("成文日期"),
    "period_start": _lazy("起始年"),
    "period_end": _lazy("终止年"),
    "number": _lazy("编号"),
    "code": _lazy("编号"),
    "title": _lazy("标题"),
    "level": _lazy("层级"),
    "kind": _lazy("性质"),
    "section": _lazy("章节"),
    "has_others": _lazy("“等”单位"),
    "organisation": _lazy("单位"),
    "role": _lazy("角色"),
    "measure": _lazy("内容"),
    "value": _lazy("目标值"),
    "value_max": _lazy("上限"),
    "unit": _lazy("量词"),
    "comparator": _lazy("怎样算达到"),
    "period": _lazy("多久一次"),
    "deadline": _lazy("期限年"),
    "at": _lazy("所属"),
    "aspirational": _lazy("力争"),
    "approximate": _lazy("约数"),
    "start": _lazy("起点"),
    "end": _lazy("终点"),
    "body_start": _lazy("正文起点"),
    "body_end": _lazy("正文终点"),
    "task": _lazy("任务"),
    "region": _lazy("地区"),
    "predecessor": _lazy("接续的方案"),
}
_LISTS: Mapping[str, Any] = {"role": DutyRole, "comparator": Comparator, "kind": SectionKind}
KEY_FIELDS = frozenset({"at", "section", "task"})
"""Fields that hold the key of another finding, which is no word for a person."""


def period_words(period: str) -> str:
    """How often, in words; empty where the text does not say."""
    words = {"year": _("每年"), "half": _("每半年"), "quarter": _("每季度"), "month": _("每月")}
    if period in words:
        return words[period]
    years = re.fullmatch(r"(\d+) years", period)
    return _("每 %(n)s 年") % {"n": years[1]} if years else ""


def amount_words(value: Decimal, unit: str) -> str:
    """A number with its unit, in Chinese large round ones in 万."""
    number = f"{value.normalize():,f}"
    if unit in {"%", "％"}:
        return f"{number}%"
    wan = value / _WAN
    writes_wan = (get_language() or "zh").startswith("zh")
    if writes_wan and abs(wan) >= 1 and wan == wan.quantize(Decimal("0.01")):
        return f"{wan.normalize():,f} 万{unit}"
    return f"{number} {unit}".strip()


def comparator_sign(comparator: str) -> str:
    """The sign that stands before the number."""
    return {">=": "≥", "<=": "≤", "=": "=", "+": "+"}.get(comparator, comparator)


def promise_words(
    comparator: str,
    value: Decimal,
    unit: str,
    *,
    value_max: Decimal | None = None,
    period: str = "",
    deadline: int | None = None,
) -> str:
    """One promise in words: 不少于 100 人次，每年，到 2025 年."""
    amount = amount_words(value, unit)
    if value_max is not None:
        amount = f"{value.normalize():,f}–{amount_words(value_max, unit)}"
    parts = [f"{Comparator(comparator).label} {amount}"]
    if period:
        parts.append(period_words(period))
    if deadline:
        parts.append(_("到 %(year)d 年") % {"year": deadline})
    return _("，").join(str(part) for part in parts)


def scope_words(row: Evidence) -> str:
    """The filter of evidence in words, in brackets; empty where everything counts."""
    parts = [place.label for place in (row.region, row.organisation) if place is not None]
    parts += [str(Audience(code).label) for code in row.audiences if code in Audience.values]
    return _("（只计%(scope)s）") % {"scope": _("、").join(parts)} if parts else ""


def field_words(name: str) -> Words:
    """What a field of a finding is called."""
    return FIELD_LABELS.get(name, name)


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


def meanwhile_words(one: Meanwhile, *, name: str = "", only: str = "") -> str:
    """What somebody did meanwhile, in one clause.

    Args:
        one: the correction.
        name: what to call the finding, where it is not the one before the reader's eyes.
        only: keep to this field.
    """
    at = parse_datetime(one.at)
    said = {"who": one.by or _("系统"), "time": f"{localtime(at):%H:%M}" if at else "", "it": name or _("这一条")}
    if one.op in {"set", "place"}:
        changes = [_change_words(one, field) for field in one.after if not only or field == only]
        words = _("%(who)s %(time)s 把%(it)s的%(changes)s") if name else _("%(who)s %(time)s 把%(changes)s")
        return words % {**said, "changes": _("，").join(changes)}
    done = {
        "add": _("%(who)s %(time)s 添了%(it)s"),
        "strike": _("%(who)s %(time)s 划去了%(it)s"),
        "restore": _("%(who)s %(time)s 恢复了%(it)s"),
        "agree": _("%(who)s %(time)s 确认了%(it)s"),
        "match": _("%(who)s %(time)s 把%(it)s对应到%(body)s"),
        "link": _("%(who)s %(time)s 定了去向：%(body)s"),
        "undo": _("%(who)s %(time)s 撤销了对%(it)s的一步更正"),
    }
    return done[one.op] % {**said, "body": one.after.get("name", "")}


def _change_words(one: Meanwhile, field: str) -> str:
    if field in KEY_FIELDS:
        return _("%(field)s改了") % {"field": field_words(field)}
    return _("%(field)s从“%(before)s”改成“%(after)s”") % {
        "field": field_words(field),
        "before": value_words(one.before.get(field), field),
        "after": value_words(one.after[field], field),
    }
