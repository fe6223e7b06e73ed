"""What a person types for a finding, checked and brought into the form in which it is kept."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kepu.plan.tasks.choices import Comparator, DutyRole, SectionKind
from kepu.plan.tasks.errors import CorrectionInvalid
from kepu.plan.tasks.rules.findings import FIELDS, EffectiveReading

_LONGEST = {
    "plan_title": 300,
    "issuer": 120,
    "doc_number": 60,
    "number": 20,
    "code": 40,
    "title": 300,
    "organisation": 120,
    "measure": 200,
    "unit": 20,
    "period": 20,
}
_CHOICES = {"role": DutyRole.values, "comparator": Comparator.values, "kind": SectionKind.values}
_NUMBERS = frozenset({"start", "end", "body_start", "body_end", "deadline", "period_start", "period_end", "level"})
_MAY_BE_EMPTY = frozenset({"deadline", "period_start", "period_end", "value_max"})
_FLAGS = frozenset({"has_others", "aspirational", "approximate"})
_PERIOD = re.compile(r"(?:year|half|quarter|month|[1-9]\d? years)?")
_YEARS = range(1949, 2100)
_MOST = Decimal(10) ** 14


def cleaned(thing: str, values: Mapping[str, Any], *, text: str, content: EffectiveReading) -> dict[str, Any]:
    """Check the fields of a finding and bring them into the form in which they are stored.

    Raises:
        CorrectionInvalid: a value cannot be; `field` in the data names it.
    """
    given = [name for name in FIELDS[thing] if name in values]
    if thing == "duty":  # a body that a person adds need not stand in the text
        given = [name for name in given if name not in {"start", "end"} or values[name] not in (None, "")]
    clean = {name: _cleaned_value(name, values[name], text) for name in given}
    if thing == "duty" and clean.get("task") not in {task.key for task in content.tasks} | {None}:
        raise CorrectionInvalid(_("这项任务已经不在了。请刷新页面再看。"), field="task")
    places = {"", *(section.key for section in content.sections), *(task.key for task in content.tasks)}
    for name in ("section", "at"):
        if clean.get(name, "") not in places:
            raise CorrectionInvalid(_("所选的章节或任务已经不在了。请刷新页面再看。"), field=name)
    return clean


def _cleaned_value(name: str, value: Any, text: str) -> Any:
    if name in _FLAGS:
        return bool(value)
    if name in _NUMBERS:
        return _whole(name, value, len(text))
    if name in {"value", "value_max"}:
        return _amount(name, value)
    words = " ".join(str(value if value is not None else "").replace("\x00", "").split())
    longest = _LONGEST.get(name, 300)
    if len(words) > longest:
        raise CorrectionInvalid(_("太长了：最多 %(n)d 个字。") % {"n": longest}, field=name)
    if name in _CHOICES and words not in _CHOICES[name]:
        raise CorrectionInvalid(_("请从列表里选一项。"), field=name)
    if name == "period" and not _PERIOD.fullmatch(words):
        raise CorrectionInvalid(_("周期只能是每年、每半年、每季度、每月或每若干年。"), field=name)
    if name == "issued" and words:
        try:
            date.fromisoformat(words)
        except ValueError:
            raise CorrectionInvalid(_("日期请写成 2022-03-28 这样。"), field=name) from None
    return words


def _whole(name: str, value: Any, length: int) -> int | None:
    if value in (None, "") and name in _MAY_BE_EMPTY:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise CorrectionInvalid(_("这里要填一个整数。"), field=name) from None
    if name in {"deadline", "period_start", "period_end"} and number not in _YEARS:
        raise CorrectionInvalid(_("年份请写成 2025 这样的四位数。"), field=name)
    if name in {"start", "end", "body_start", "body_end"} and not 0 <= number <= length:
        raise CorrectionInvalid(_("起止位置超出了原文（0–%(n)d）。") % {"n": length}, field=name)
    if name == "level" and not 1 <= number <= 9:  # noqa: PLR2004 no outline goes deeper
        raise CorrectionInvalid(_("层级在 1 到 9 之间。"), field=name)
    return number


def _amount(name: str, value: Any) -> str | None:
    if value in (None, "") and name in _MAY_BE_EMPTY:
        return None
    try:
        number = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise CorrectionInvalid(_("目标值要填一个数，如 100 或 14.3。"), field=name) from None
    if not number.is_finite() or abs(number) >= _MOST:
        raise CorrectionInvalid(_("这个数太大了，请检查多出的零。"), field=name)
    return f"{number.quantize(Decimal('0.0001')).normalize():f}"


def check_order(values: Mapping[str, Any]) -> None:
    for first, last, words in (
        ("start", "end", _("终点要在起点之后。")),
        ("body_start", "body_end", _("正文的终点要在起点之后。")),
        ("period_start", "period_end", _("终止年不能早于起始年。")),
    ):
        low, high = values.get(first), values.get(last)
        if low is not None and high is not None and int(high) < int(low):
            raise CorrectionInvalid(words, field=last)
    low, high = values.get("value"), values.get("value_max")
    if low not in (None, "") and high not in (None, "") and Decimal(str(high)) < Decimal(str(low)):
        raise CorrectionInvalid(_("上限不能小于目标值。"), field="value_max")


def plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
