"""The figures by which this site evaluates, read in one look."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.calendar.queries import working_day_after
from kepu.foundation.codes.choices import ValueState
from kepu.foundation.codes.models import Parameter
from kepu.foundation.codes.queries import code_list, values_in_force
from kepu.plan.evaluation.choices import Basis, Grade, Rounding
from kepu.plan.evaluation.rules import is_scale

CRITERIA = "evaluation.criteria"
_STANDARD = {Grade.EXCELLENT.value: "90", Grade.GOOD.value: "80", Grade.FAIR.value: "60"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a new evaluation starts with, and the days that are counted."""

    scale: dict[str, str]
    scale_source: str
    """Where the thresholds come from, with the mark of what nobody confirmed."""
    lead_weight: Decimal
    other_weight: Decimal
    comment_days: int
    remind_days: int


def figures() -> Figures:
    """The site's figures; what is not loaded, or cannot be, is as the rules have it."""
    found = values_in_force("evaluation.")
    scale = {code: Decimal(str(found.get(f"{code}_from", value))) for code, value in _STANDARD.items()}
    shown = {code: f"{value.normalize():f}" for code, value in scale.items()} if is_scale(scale) else dict(_STANDARD)
    return Figures(
        scale=shown,
        scale_source=_source(),
        lead_weight=_weight(found.get("lead_weight")),
        other_weight=_weight(found.get("other_weight")),
        comment_days=max(int(found.get("comment_days", 5)), 1),
        remind_days=max(int(found.get("remind_days", 3)), 0),
    )


def _source() -> str:
    row = Parameter.objects.filter(name="evaluation.excellent_from").order_by("-valid_from").first()
    if row is None:
        return ""
    if row.is_overridden:
        return _("本站改定")
    mark = str(row.state.label) if row.state in {ValueState.DEFAULT_UNCONFIRMED, ValueState.NOT_LOADED} else ""
    return "；".join(part for part in (row.source, mark) if part)[:200]


def _weight(value: Any) -> Decimal:
    weight = Decimal(str(value or 1))
    return weight if 0 < weight < 1000 else Decimal(1)  # noqa: PLR2004 as the column holds


def default_criteria() -> list[dict[str, Any]]:
    """The criteria that the site loaded; none as shipped, since no public rubric was verified."""
    found = []
    for entry in code_list(CRITERIA).entries:
        extra = entry.extra
        found.append(
            {
                "name": entry.label,
                "guide": str(extra.get("guide", "")),
                "weight": Decimal(str(extra.get("weight", "0") or "0")),
                "basis": extra.get("basis") if extra.get("basis") in Basis.values else Basis.BY_HAND.value,
                "rounding": (
                    extra.get("rounding") if extra.get("rounding") in Rounding.values else Rounding.TRUNCATE.value
                ),
                "decimals": int(extra.get("decimals", 0) or 0),
            }
        )
    return found


def day_after(working_days: int, day: date) -> date | None:
    """So many working days after a day; None where a year's calendar is not loaded."""
    try:
        return working_day_after(day, working_days)
    except CalendarUnknown:
        return None


def scale_words(scale: dict[str, str]) -> str:
    """The thresholds in a sentence: 90 分以上为优，80 分以上为良，60 分以上为中，不满 60 分为差."""
    parts = [
        _("%(from)s 分以上为%(grade)s") % {"from": scale[grade.value], "grade": grade.label}
        for grade in Grade
        if grade.value in scale
    ]
    last = scale.get(Grade.FAIR.value, "")
    parts.append(_("不满 %(from)s 分为%(grade)s") % {"from": last, "grade": Grade.POOR.label})
    return _("，").join(parts)
