"""Promises in words: value, unit, how often and by when."""

import re
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.plan.choices import Comparator
from kepu.plan.models import Evidence

_WAN = Decimal(10_000)


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
