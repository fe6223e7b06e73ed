"""The texts of a report: what the machine proposes, what a person wrote instead, and the numbers both may name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kepu.foundation.language import city_words
from kepu.plan.monitoring.models import EditedText, MonitoringReport
from kepu.plan.monitoring.queries.content import NOTICES, QUESTIONS, REPORTS, STATUS
from kepu.plan.monitoring.rules import Numbers
from kepu.plan.tasks.choices import Status

OVERALL, REPORTING, NOTICED, ASKED, NEXT = "overall", "reporting", "notices", "questions", "next"
_NEEDY = (Status.OVERDUE, Status.BEHIND, Status.SILENT, Status.STALE)
_NAMED = 5


@dataclass(frozen=True, slots=True)
class TextPlace:
    """One text of a report.

    Attributes:
        place: where it stands.
        title: the heading above it.
        proposal: what the machine proposes from the numbers as they are now.
        words: what stands in the report.
        is_edited: whether a person wrote it.
        is_outdated: whether the machine would propose something else than when the person wrote.
        numbers: what 【name】 may name here.
    """

    place: str
    title: str
    proposal: str
    words: str
    is_edited: bool
    is_outdated: bool
    numbers: Numbers


def texts_of(report: MonitoringReport) -> tuple[TextPlace, ...]:
    """Every text of a report, in its order; in the city's own language."""
    edited = {text.place: text for text in report.texts.all()}
    with city_words():
        return tuple(
            _place(place, title, proposal, numbers, edited.get(place))
            for place, title, proposal, numbers in _proposals(report.content)
        )


def _place(place: str, title: str, proposal: str, numbers: Numbers, edited: EditedText | None) -> TextPlace:
    if edited is None:
        return TextPlace(place, title, proposal, proposal, is_edited=False, is_outdated=False, numbers=numbers)
    return TextPlace(place, title, proposal, edited.words, True, edited.proposal != proposal, numbers)  # noqa: FBT003


def _proposals(content: dict[str, Any]) -> list[tuple[str, str, str, Numbers]]:
    rows = [row for group in content["groups"] for row in group["rows"]]
    numbers = _state_numbers(rows)
    found = [(OVERALL, _("总体情况"), _overall(rows), numbers)]
    found += [
        (group["place"], group["title"], _group(group["rows"]), _state_numbers(group["rows"]))
        for group in content["groups"]
    ]
    if content["reports"] is not None:
        told = content["reports"]
        by_name = {
            "应报单位数": (str(told["owed"]), REPORTS),
            "按时单位数": (str(told["on_time"]), REPORTS),
            "过期单位数": (str(told["late"]), REPORTS),
            "未报单位数": (str(len(told["missing"])), REPORTS),
        }
        found.append((REPORTING, _("报送情况"), _reporting(told), by_name))
    if content["notices"] is not None:
        told = content["notices"]
        names = {"下发件数": "issued", "销号件数": "struck", "在办件数": "open", "逾期件数": "late"}
        counted = {name: (str(told[key]), NOTICES) for name, key in names.items()}
        words = _("本期下发督办【下发件数】件，销号【销号件数】件；期末在办【在办件数】件，其中逾期【逾期件数】件。")
        found.append((NOTICED, _("督办情况"), words, counted))
    if content["questions"]:
        totals = {
            "已答提问数": (str(sum(one["answered"] for one in content["questions"])), QUESTIONS),
            "在办提问数": (str(sum(one["open"] for one in content["questions"])), QUESTIONS),
            "逾期提问数": (str(sum(one["late"] for one in content["questions"])), QUESTIONS),
        }
        words = _("公众提出的问题，已答复【已答提问数】件，在办【在办提问数】件，逾期【逾期提问数】件。")
        found.append((ASKED, _("公众监督"), words, totals))
    found.append((NEXT, _("下一步工作"), _next(rows), numbers))
    return found


def _state_numbers(rows: Sequence[dict[str, Any]]) -> Numbers:
    counts = Counter(row["status"] for row in rows)
    changed = sum(1 for row in rows if row["before"] and row["before"] != row["status"])
    numbers = {str(state.label): (str(counts[state.value]), STATUS) for state in Status}
    return numbers | {"任务数": (str(len(rows)), STATUS), "变化数": (str(changed), STATUS)}


def _states_said(rows: Sequence[dict[str, Any]]) -> str:
    counts = Counter(row["status"] for row in rows)
    said = [_("【%(state)s】项%(state)s") % {"state": state.label} for state in Status if counts[state.value]]
    return "、".join(said)


def _overall(rows: Sequence[dict[str, Any]]) -> str:
    words = _("方案共【任务数】项任务，期末%(states)s；与期初相比，【变化数】项任务的状态有变化。")
    return words % {"states": _states_said(rows)}


def _group(rows: Sequence[dict[str, Any]]) -> str:
    return _("本部分【任务数】项任务，%(states)s。") % {"states": _states_said(rows)}


def _reporting(told: dict[str, Any]) -> str:
    words = _(
        "%(period)s，【应报单位数】个单位应报进展，【按时单位数】个按时，【过期单位数】个过期，【未报单位数】个没有报。"
    )
    missing = told["missing"]
    named = _("没有报的是：%(bodies)s。") % {"bodies": "、".join(missing)} if missing else ""
    return words % {"period": told["period"]} + named


def _next(rows: Sequence[dict[str, Any]]) -> str:
    needy = [row for state in _NEEDY for row in rows if row["status"] == state.value]
    if not needy:
        return _("各项任务按进度推进，没有落后、逾期或缺材料的任务。")
    named = "、".join(
        _("“%(label)s”（%(state)s）") % {"label": r["label"], "state": Status(r["status"]).label}
        for r in needy[:_NAMED]
    )
    more = _("等") if len(needy) > _NAMED else ""
    return _("要盯住%(named)s%(more)s任务：请责任单位说明原因，拿出措施和期限。") % {"named": named, "more": more}
