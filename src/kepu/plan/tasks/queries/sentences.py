"""Why a state is what it is, in one sentence: the words for the reason codes of `kepu.plan.tasks.rules.status`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.plan.tasks.rules.terms import Cycle, Kind, Note, StatusView

_WAN = Decimal(10_000)
_YEAR = 12
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a sentence must know beside the view.

    Args:
        unit: the unit of its numbers.
        label: what is counted, for indicators without a number.
        cycle_months: length of a cycle.
        is_level: whether the indicator is a level and not an amount.
    """

    unit: str = ""
    label: str = ""
    cycle_months: int = _YEAR
    is_level: bool = False


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit, at most two decimals; in Chinese large round ones in 万.

    Examples:
        >>> amount(Decimal(500000), "人"), amount(Decimal("14.3000"), "%"), amount(Decimal("71.2329"), "人次")
        ('50 万人', '14.3%', '71.23 人次')
    """
    value = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    wan = value / _WAN
    writes_wan = (get_language() or "zh").startswith("zh")
    if writes_wan and abs(wan) >= 1 and wan == wan.quantize(_CENT):
        return f"{_plain(wan)} 万{unit}"
    return f"{_plain(value)}{unit}" if unit in {"%", "％", "‰"} else f"{_plain(value)} {unit}".strip()


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sentence(view: StatusView, wording: Wording) -> str:
    """The sentence of one part; a reason without words is a bug and raises KeyError."""
    reason = view.reason
    if reason in {"on_pace", "behind"}:
        reason = f"{reason}_{view.values['kind']}"
    elif reason == "kept_flow" and view.is_final:
        reason = "kept_flow_final"
    elif reason == "fed" and wording.is_level:
        reason = "fed_level"
    elif reason == "fed" and view.value is None:
        reason = "fed_bare"
    return _SENTENCES[reason]() % _shown(view, wording)


def notes_of(view: StatusView, wording: Wording) -> tuple[str, ...]:
    """What more is to be said: a fall, missed years, more than the range."""
    return tuple(_note(note, wording) for note in view.notes)


def cycle_words(cycle: Cycle, months: int) -> str:
    """A cycle in words: 2024 年, or its first and last day."""
    if months == _YEAR and (cycle.starts_on.month, cycle.starts_on.day) == (1, 1):
        return _("%(year)d 年") % {"year": cycle.starts_on.year}
    return _("%(first)s 至 %(last)s") % {"first": cycle.starts_on.isoformat(), "last": cycle.ends_on.isoformat()}


def _note(note: Note, wording: Wording) -> str:
    values = note.values
    if note.code == "regress":
        unit = _("个百分点") if wording.unit in {"%", "％"} else wording.unit
        return _("比上一次少了 %(drop)s。") % {"drop": amount(values["drop"], unit)}
    if note.code == "missed_cycles":
        missed: tuple[Cycle, ...] = values["missed"]
        told = _("、").join(
            _("%(cycle)s（%(value)s）")
            % {"cycle": cycle_words(cycle, wording.cycle_months), "value": amount(cycle.value, wording.unit)}
            for cycle in missed
        )
        return _("没有达到的：%(cycles)s。") % {"cycles": told}
    return _("超过了范围的上限 %(top)s。") % {"top": amount(values["top"], wording.unit)}


def _shown(view: StatusView, wording: Wording) -> Mapping[str, Any]:
    """The values as they are written; numbers with their unit, days as in 2024-09-15."""
    shown: dict[str, Any] = {"label": wording.label}
    for name, value in view.values.items():
        if isinstance(value, Decimal):
            rounded = value if wording.unit in {"%", "％"} or name != "expected" else value.to_integral_value()
            shown[name] = amount(rounded, wording.unit)
        elif isinstance(value, Cycle):
            shown[name] = cycle_words(value, wording.cycle_months)
        elif isinstance(value, date):
            shown[name] = value.isoformat()
        else:
            shown[name] = value
    if view.expected is not None and view.value is not None:
        shown["lack"] = amount(_lack(view, wording), wording.unit)
    return shown


def _lack(view: StatusView, wording: Wording) -> Decimal:
    expected, value = view.expected or Decimal(0), view.value or Decimal(0)
    lack = abs(expected - value)
    return lack if wording.unit in {"%", "％"} else lack.to_integral_value(rounding=ROUND_HALF_UP)


# Each is called when it is needed, so that it comes out in the reader's language.
_SENTENCES: dict[str, Callable[[], str]] = {
    "meaning_open": lambda: _("这个数字是每年还是累计，方案没有写明，要由具名的人决定。"),
    "no_evidence_chosen": lambda: _("还没有人选定用台账的哪个指标来衡量它。"),
    "growth_open": lambda: _("方案只写了增长多少，没有写从哪个数起算，要由具名的人决定。"),
    "overdue_never_reported": lambda: _("期限 %(due_on)s 已过，台账里一条材料也没有。"),
    "awaiting_first": lambda: _("还没有材料；按约定，第一次应在 %(first_on)s 以前。"),
    "never_reported": lambda: _("台账里一条材料也没有；按约定每 %(days)s 天应有一次。"),
    "kept_flow": lambda: _("%(cycle)s应完成 %(goal)s，已完成 %(value)s。"),
    "kept_flow_final": lambda: _("%(cycles)s 个周期，个个达到 %(goal)s。"),
    "kept_total": lambda: _("应完成 %(goal)s，累计完成 %(value)s。"),
    "kept_state": lambda: _("应达到 %(goal)s，%(evidence_on)s 为 %(value)s。"),
    "kept_late": lambda: _("过了期限 %(due_on)s 才达到 %(goal)s，现为 %(value)s。"),
    "overdue": lambda: _("期限 %(due_on)s 已过：应为 %(goal)s，只有 %(value)s，差 %(gap)s。"),
    "overdue_cycles": lambda: _("期限 %(due_on)s 已过：%(cycles)s 个周期里 %(kept_cycles)s 个达到 %(goal)s。"),
    "silent": lambda: _(
        "最近一次材料在 %(evidence_on)s，已 %(age)s 天没有新的（约定每 %(days)s 天一次）；当时 %(value)s，目标 %(goal)s。"
    ),
    "stale": lambda: _(
        "最近一次材料在 %(evidence_on)s，已 %(age)s 天没有新的，超过约定的 %(days)s 天；当时 %(value)s，目标 %(goal)s。"
    ),
    "stale_reached": lambda: _(
        "%(evidence_on)s 为 %(value)s，达到过 %(goal)s；但已 %(age)s 天没有新材料，不能说现在还达到。"
    ),
    "kept_limit": lambda: _("不得超过 %(goal)s，到期为 %(value)s。"),
    "within_limit": lambda: _("不得超过 %(goal)s，现为 %(value)s。"),
    "exceeded": lambda: _("不得超过 %(goal)s，已到 %(value)s，多出 %(gap)s。"),
    "aspiration": lambda: _("力争 %(goal)s，现为 %(value)s；力争的数公布进展，不作承诺考核。"),
    "final_short": lambda: _("规划期已结束：应为 %(goal)s，期末 %(value)s，差 %(gap)s。"),
    "final_cycles": lambda: _("规划期已结束：%(cycles)s 个周期里 %(kept_cycles)s 个达到 %(goal)s。"),
    "no_due": lambda: _("现为 %(value)s，目标 %(goal)s；方案没有写期限，要由具名的人决定。"),
    "no_baseline": lambda: _("现为 %(value)s，目标 %(goal)s；没有基期值，快慢无从判断，要由具名的人决定。"),
    "settling": lambda: _("周期刚开始，暂不判快慢；现为 %(value)s，目标 %(goal)s。"),
    "on_pace_flow": lambda: _("%(cycle)s应完成 %(goal)s；到这一天按日历应到 %(expected)s，实到 %(value)s。"),
    "on_pace_total": lambda: _("到 %(due_on)s 应完成 %(goal)s；到这一天按日历应到 %(expected)s，累计 %(value)s。"),
    "on_pace_state": lambda: _(
        "到 %(due_on)s 应达到 %(goal)s；到这一天按进度应为 %(expected)s，%(evidence_on)s 为 %(value)s。"
    ),
    "behind_flow": lambda: _(
        "%(cycle)s应完成 %(goal)s；到这一天按日历应到 %(expected)s，实到 %(value)s，差 %(lack)s。"
    ),
    "behind_total": lambda: _(
        "到 %(due_on)s 应完成 %(goal)s；到这一天按日历应到 %(expected)s，累计 %(value)s，差 %(lack)s。"
    ),
    "behind_state": lambda: _(
        "到 %(due_on)s 应达到 %(goal)s；到这一天按进度应为 %(expected)s，%(evidence_on)s 为 %(value)s，差 %(lack)s。"
    ),
    "fed": lambda: _("最近一次材料在 %(evidence_on)s；近 %(days)s 天%(label)s %(value)s。"),
    "fed_level": lambda: _("%(label)s现为 %(value)s，最近一次材料在 %(evidence_on)s。"),
    "fed_bare": lambda: _("%(label)s最近一次材料在 %(evidence_on)s，在约定的 %(days)s 天以内。"),
    "unfed": lambda: _("%(label)s最近一次材料在 %(evidence_on)s，已 %(age)s 天没有新的（约定每 %(days)s 天一次）。"),
    "milestones_done": lambda: _("%(count)s 个节点全部完成，最近一个在 %(evidence_on)s。"),
    "milestone_late": lambda: _("节点“%(title)s”应在 %(due_on)s 以前完成，还没有完成。"),
    "milestones_silent": lambda: _("%(count)s 个节点，一个也还没有完成；下一个“%(title)s”，期限 %(due_on)s。"),
    "milestones_on_pace": lambda: _("%(count)s 个节点完成了 %(done)s 个；下一个“%(title)s”，期限 %(due_on)s。"),
    "milestones_stale": lambda: _(
        "最近一个节点完成于 %(evidence_on)s，已 %(age)s 天没有新的；下一个“%(title)s”，期限 %(due_on)s。"
    ),
    "nothing_decided": lambda: _("方案没有给出数字，要由具名的人选定指标或节点。"),
}

KINDS: dict[Kind, Callable[[], str]] = {
    Kind.FLOW: lambda: _("按周期，每期单独算"),
    Kind.TOTAL: lambda: _("累计"),
    Kind.STATE: lambda: _("某一天达到"),
}
