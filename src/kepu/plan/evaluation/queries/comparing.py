"""Two frozen reports side by side: two closed evaluations of one plan, or two period reports of one body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.plan.evaluation.choices import FROZEN_STATES
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.permissions import may_read_all
from kepu.plan.evaluation.rules import plain
from kepu.plan.reports.choices import ReportState
from kepu.plan.reports.models import Report
from kepu.plan.reports.queries import FrozenTask, reports_visible_to, thawed
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Plan


@dataclass(frozen=True, slots=True)
class Pair:
    """One value before and after."""

    label: str
    before: str
    after: str

    @property
    def has_changed(self) -> bool:
        """Whether they differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Line:
    """One task and body, or one task, in both reports.

    Attributes:
        key: what it is, the same in both.
        title: of the task.
        body: of the body; empty where both reports are of one body.
        where: `both`, `earlier` or `later`.
        pairs: what is set side by side.
        difference: of the scores, with its sign; empty where scores are not comparable.
    """

    key: str
    title: str
    body: str
    where: str
    pairs: tuple[Pair, ...]
    difference: str = ""

    @property
    def changed(self) -> tuple[Pair, ...]:
        """What differs."""
        return tuple(pair for pair in self.pairs if pair.has_changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two frozen reports, line by line; `warnings` say why scores are not set against each other."""

    earlier: str
    later: str
    warnings: tuple[str, ...]
    lines: tuple[Line, ...]
    is_demonstration: bool

    @property
    def is_comparable(self) -> bool:
        """Whether differences of scores mean anything."""
        return not self.warnings

    @property
    def changed(self) -> int:
        """How many lines that are in both differ in anything."""
        return sum(1 for line in self.lines if line.where == "both" and line.changed)

    @property
    def only_one(self) -> int:
        """How many lines stand in one report only."""
        return sum(1 for line in self.lines if line.where != "both")


def rubric_warnings(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> tuple[str, ...]:
    """Why the scores of two frozen evaluations are not comparable; empty where they are.

    Examples:
        >>> one = {"rubric": [{"name": "甲"}], "scale": {}, "lead_weight": "1", "other_weight": "1",
        ...        "rounding": "half_up", "decimals": 1}
        >>> rubric_warnings(one, one), len(rubric_warnings(one, {**one, "rubric": []}))
        ((), 1)
    """
    found = []
    if _judging(earlier["rubric"]) != _judging(later["rubric"]):
        found.append(_("两次的评分标准不同（评分项、权重、看什么或计分规则改过），得分不可比，所以不算差值。"))
    if earlier["scale"] != later["scale"]:
        found.append(_("两次的等级界线不同，等级不可比。"))
    means = ("lead_weight", "other_weight", "rounding", "decimals")
    if any(earlier[name] != later[name] for name in means):
        found.append(_("两次算平均分的规则不同，单位和方案的平均分不可比。"))
    return tuple(found)


def _judging(rubric: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A rubric without its order and without the words that only repeat its rule."""
    rows = [{key: value for key, value in row.items() if key != "words"} for row in rubric]
    return sorted(rows, key=lambda row: str(row["name"]))


def compared_evaluations(earlier: Evaluation, later: Evaluation) -> Comparison:
    """Two closed evaluations of one plan, by task and body."""
    before, after = earlier.frozen or {}, later.frozen or {}
    warnings = rubric_warnings(before, after)
    rows_before = {(row["code"], row["body_name"]): row for row in before["rows"]}
    rows_after = {(row["code"], row["body_name"]): row for row in after["rows"]}
    lines = [_plan_line(before, after, is_comparable=not warnings)]
    for key in [*rows_after, *(key for key in rows_before if key not in rows_after)]:
        old, new = rows_before.get(key), rows_after.get(key)
        known = new or old or {}
        where = "both" if old and new else ("later" if new else "earlier")
        difference = _difference(old, new) if where == "both" and not warnings else ""
        title = f"{key[0]} {known['label']}"
        lines.append(Line(f"{key[0]}|{key[1]}", title, key[1], where, _pairs(old, new), difference))
    return Comparison(
        earlier.title,
        later.title,
        warnings,
        tuple(lines),
        bool(before["is_demonstration"] or after["is_demonstration"]),
    )


def _plan_line(before: Mapping[str, Any], after: Mapping[str, Any], *, is_comparable: bool) -> Line:
    def told(kept: Mapping[str, Any]) -> tuple[str, str, str]:
        result = kept["result"]
        return result["score"] or "—", result["grade_label"] or "—", f"{result['judged']}/{result['of']}"

    labels = (_("平均分"), _("等级"), _("已评/应评"))
    pairs = tuple(Pair(label, one, two) for label, one, two in zip(labels, told(before), told(after), strict=True))
    old, new = before["result"]["score"], after["result"]["score"]
    difference = _signed(Decimal(new) - Decimal(old)) if is_comparable and old and new else ""
    return Line("plan", _("整个方案"), "", "both", pairs, difference)


def _difference(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    if not old or not new or old["score"] is None or new["score"] is None:
        return ""
    return _signed(Decimal(new["score"]) - Decimal(old["score"]))


def _signed(value: Decimal) -> str:
    """With a real minus sign, and a plus where it rose."""
    if value == 0:
        return "0"
    return f"{'+' if value > 0 else '−'}{plain(abs(value))}"


def _pairs(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[Pair, ...]:
    def value(row: Mapping[str, Any] | None, name: str) -> str:
        if row is None:
            return "—"
        if name == "score":
            return row["score"] if row["is_judged"] else _("没评")
        if name == "status":
            return str(Status(row["status"]).label) if row["status"] else "—"
        return str(row[name] or "—")

    names = (("score", _("得分")), ("grade_label", _("等级")), ("status", _("状态")), ("sentence", _("说明")))
    pairs = [Pair(label, value(old, name), value(new, name)) for name, label in names]
    numbers_old, numbers_new = _numbers(old), _numbers(new)
    pairs += [
        Pair(label, numbers_old.get(label, "—"), numbers_new.get(label, "—"))
        for label in {**numbers_new, **numbers_old}
    ]
    findings = (("strengths", _("做得好的")), ("problems", _("问题")), ("advice", _("建议")))
    pairs += [Pair(label, value(old, name), value(new, name)) for name, label in findings]
    return tuple(pair for pair in pairs if (pair.before, pair.after) != ("—", "—"))


def _numbers(row: Mapping[str, Any] | None) -> dict[str, str]:
    """The values of the ledger that stand on a sheet, by what they are called."""
    lines = row["lines"] if row is not None else []
    return {line["label"]: f"{line['own']} {line['unit']}".strip() for line in lines if line["own"] is not None}


def compared_reports(earlier: Report, later: Report) -> Comparison | None:
    """Two period reports of one body as they were sent, by task; None where one was never sent."""
    before, after = thawed(earlier), thawed(later)
    if before is None or after is None:
        return None
    old = {task.code: task for task in before.tasks}
    new = {task.code: task for task in after.tasks}
    lines = []
    for code in [*new, *(code for code in old if code not in new)]:
        one, two = old.get(code), new.get(code)
        known = two or one
        where = "both" if one and two else ("later" if two else "earlier")
        title = f"{code} {known.title}" if known else code
        lines.append(Line(code, title, "", where, _told(one, two)))
    return Comparison(
        earlier.period.label, later.period.label, (), tuple(lines), before.is_demonstration or after.is_demonstration
    )


def _told(one: FrozenTask | None, two: FrozenTask | None) -> tuple[Pair, ...]:
    def state(task: FrozenTask | None) -> str:
        return str(Status(task.status).label) if task else "—"

    pairs = [
        Pair(_("状态"), state(one), state(two)),
        Pair(_("说明"), one.sentence if one else "—", two.sentence if two else "—"),
    ]
    before, after = _own(one), _own(two)
    pairs += [Pair(label, before.get(label, "—"), after.get(label, "—")) for label in {**after, **before}]
    for label, name in ((_("做了什么"), "words"), (_("困难"), "obstacle")):
        said = [(getattr(task, name) if task else "") or "—" for task in (one, two)]
        pairs.append(Pair(label, *said))
    return tuple(pair for pair in pairs if (pair.before, pair.after) != ("—", "—"))


def _own(task: FrozenTask | None) -> dict[str, str]:
    """What the body itself did, from the ledger or as it was typed."""
    found = {}
    for line in task.lines if task else ():
        value = line.own if line.own is not None else line.typed
        label = "".join([line.label, *(f"（{name}）" for name in line.audiences)])
        if value is not None:
            found[label] = f"{plain(value)} {line.unit}".strip()
    return found


# --- what may be compared -----------------------------------------------------------------------------------------


def closed_evaluations(actor: Person, plan: Plan) -> tuple[Evaluation, ...]:
    """The closed evaluations of a plan, oldest first, for whoever reads all."""
    if not may_read_all(actor):
        return ()
    return tuple(Evaluation.objects.filter(plan=plan, state__in=FROZEN_STATES).order_by("until", "pk"))


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """The bodies and the sent reports that somebody may set side by side."""

    bodies: tuple[tuple[int, str], ...]
    reports: tuple[Report, ...]
    """Of the chosen body, oldest first."""


def report_choice(actor: Person, body_id: int | None) -> ReportChoice:
    """What may be compared: reports that were accepted and are frozen for good."""
    seen = reports_visible_to(actor).filter(state=ReportState.ACCEPTED)
    owners = Organisation.objects.filter(pk__in=seen.order_by().values("organisation")).order_by("sort_key", "name")
    bodies = tuple(owners.values_list("pk", "name"))
    chosen = body_id if body_id in dict(bodies) else (bodies[0][0] if len(bodies) == 1 else None)
    if chosen is None:
        return ReportChoice(bodies, ())
    reports = seen.filter(organisation=chosen).order_by("period__plan", "period__until", "pk")
    return ReportChoice(bodies, tuple(reports))


def comparison_sheet(comparison: Comparison) -> Sheet:
    """The columns of a comparison to take away."""
    return Sheet(
        _("两份报告对照"),
        (
            Column("task", _("任务")),
            Column("body", _("单位")),
            Column("where", _("在哪一份里")),
            Column("what", _("内容")),
            Column("before", comparison.earlier),
            Column("after", comparison.later),
            Column("changed", _("有变化"), ColumnKind.BOOLEAN),
            Column("difference", _("得分差")),
        ),
    )


def where_words(where: str, comparison: Comparison) -> str:
    """In which of two reports a line stands."""
    return {
        "both": _("两份都有"),
        "earlier": _("只在“%(title)s”里") % {"title": comparison.earlier},
        "later": _("只在“%(title)s”里") % {"title": comparison.later},
    }[where]


def comparison_lines(comparison: Comparison) -> Iterable[Mapping[str, Any]]:
    """One line for every value that is set side by side."""
    score = _("得分")
    for line in comparison.lines:
        for pair in line.pairs:
            yield {
                "task": line.title,
                "body": line.body,
                "where": where_words(line.where, comparison),
                "what": pair.label,
                "before": pair.before,
                "after": pair.after,
                "changed": pair.has_changed,
                "difference": line.difference if pair.label in {score, _("平均分")} else "",
            }


def comparison_banner(comparison: Comparison) -> str:
    """What stands above the table: what is compared, and why scores are not set against each other."""
    said = [_("%(earlier)s 与 %(later)s") % {"earlier": comparison.earlier, "later": comparison.later}]
    said += comparison.warnings
    if comparison.is_demonstration:
        said.append(_("含演示数据"))
    return _("；").join(said)
