"""A closed evaluation as it was: plain values that no later fact or decision changes.

One JSON object: `title`, `kind`, `plan`, `region`, `since`, `until`, `closed_on`, `is_demonstration`, `summary`,
`unjudged_reason`, `scale`, `scale_words`, `scale_source`, `mean_words`, `lead_weight`, `other_weight`, `rounding`,
`decimals`, `rubric`, `rows` (one for each sheet, judged or not), `bodies`, `result`, `grades`.
"""

from collections.abc import Mapping
from typing import Any

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.evaluation.models import Criterion, Evaluation, Sheet
from kepu.plan.evaluation.queries.facts import rule_words
from kepu.plan.evaluation.queries.results import (
    Result,
    grade_counts,
    mean_words,
    point_lines,
    result_of,
    results_of_bodies,
)
from kepu.plan.evaluation.queries.settings import scale_words
from kepu.plan.evaluation.rules import plain


def freeze(evaluation: Evaluation) -> dict[str, Any]:
    """What is kept of an evaluation when it is closed, in the city's own language."""
    with city_words():
        return _freeze(evaluation)


def _freeze(evaluation: Evaluation) -> dict[str, Any]:
    criteria = list(evaluation.criteria.all())
    sheets = list(evaluation.sheets.select_related("task", "body").prefetch_related("scores"))
    for sheet in sheets:
        sheet.task.plan = evaluation.plan
    rows = [_row(evaluation, sheet, criteria) for sheet in sheets]
    return {
        "title": evaluation.title,
        "kind": evaluation.kind,
        "plan": str(evaluation.plan),
        "region": evaluation.plan.region.name,
        "since": evaluation.since.isoformat(),
        "until": evaluation.until.isoformat(),
        "closed_on": today().isoformat(),
        "is_demonstration": evaluation.is_demonstration or any(row["is_demonstration"] for row in rows),
        "summary": evaluation.summary,
        "unjudged_reason": evaluation.unjudged_reason,
        "scale": dict(evaluation.scale),
        "scale_words": scale_words(evaluation.scale),
        "scale_source": evaluation.scale_source,
        "mean_words": mean_words(evaluation),
        "lead_weight": plain(evaluation.lead_weight),
        "other_weight": plain(evaluation.other_weight),
        "rounding": evaluation.rounding,
        "decimals": evaluation.decimals,
        "rubric": [criterion_values(one) for one in criteria],
        "rows": rows,
        "bodies": [_result(one) for one in results_of_bodies(evaluation, sheets)],
        "result": _result(result_of(evaluation, sheets)),
        "grades": [list(one) for one in grade_counts(sheets)],
    }


def criterion_values(criterion: Criterion) -> dict[str, Any]:
    """One line of a rubric as plain values."""
    return {
        "name": criterion.name,
        "guide": criterion.guide,
        "weight": plain(criterion.weight),
        "basis": criterion.basis,
        "rounding": criterion.rounding,
        "decimals": criterion.decimals,
        "words": rule_words(criterion),
    }


def _row(evaluation: Evaluation, sheet: Sheet, criteria: list[Criterion]) -> dict[str, Any]:
    facts: Mapping[str, Any] = sheet.facts or {}
    return {
        "sheet": sheet.pk,
        "task": sheet.task_id,
        "slug": sheet.task.slug,
        "code": sheet.task.code,
        "label": sheet.task.label,
        "body": sheet.body_id,
        "body_name": sheet.body.name,
        "role": str(sheet.get_role_display()),
        "weight": plain(evaluation.weight_of(sheet.role)),
        "is_judged": sheet.is_submitted,
        "score": plain(sheet.score) if sheet.is_submitted else None,
        "grade": sheet.grade,
        "grade_label": str(sheet.get_grade_display()) if sheet.grade else "",
        "is_demonstration": bool(facts.get("is_demonstration")),
        "status": facts.get("status", ""),
        "sentence": facts.get("sentence", ""),
        "seen_on": facts.get("seen_on", ""),
        "lines": facts.get("lines", []),
        "counts": facts.get("counts", {}),
        "points": [_point(line) for line in point_lines(sheet, facts, criteria)] if facts else [],
        "strengths": sheet.strengths if sheet.is_submitted else "",
        "problems": sheet.problems if sheet.is_submitted else "",
        "advice": sheet.advice if sheet.is_submitted else "",
        "is_released": sheet.is_released,
        "comment": sheet.comment,
        "reply": sheet.reply,
    }


def _point(line: Any) -> dict[str, Any]:
    return {
        "name": line.criterion.name,
        "weight": plain(line.criterion.weight),
        "points": plain(line.points),
        "by_rule": None if line.by_rule is None else plain(line.by_rule),
        "counted": line.counted,
        "rule": line.rule,
        "words": line.words,
        "is_unproven": line.is_unproven,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "body": result.body.pk if result.body else None,
        "name": result.body.name if result.body else "",
        "judged": result.judged,
        "of": result.of,
        "score": None if result.score is None else f"{result.score:f}",
        "grade": result.grade,
        "grade_label": result.grade_label,
    }
