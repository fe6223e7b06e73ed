"""What sheets come to: points with where they come from, the means of bodies and of the plan, and their rule in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation
from kepu.plan.evaluation.choices import Basis, Grade
from kepu.plan.evaluation.models import Criterion, Evaluation, Score, Sheet
from kepu.plan.evaluation.queries.facts import rule_points, rule_words
from kepu.plan.evaluation.rules import grade_of, plain, weighted_mean


@dataclass(frozen=True, slots=True)
class PointLine:
    """One criterion of a sheet with its points and where they come from.

    Attributes:
        criterion: of the rubric.
        points: None while nobody gave any.
        by_rule: what the rule gives; None where a person gives them or nothing was counted.
        counted: what was counted, in words; empty where a person gives the points.
        words: what the reviewer says of them.
        is_unproven: all points by hand although the body has no evidence here.
    """

    criterion: Criterion
    points: Decimal | None
    by_rule: Decimal | None
    counted: str
    words: str
    is_unproven: bool

    @property
    def rule(self) -> str:
        """How points come about."""
        return rule_words(self.criterion)

    @property
    def is_deviating(self) -> bool:
        """Whether the reviewer gave other points than the rule."""
        return self.by_rule is not None and self.points is not None and self.points != self.by_rule


def point_lines(sheet: Sheet, facts: Mapping[str, Any], criteria: Iterable[Criterion]) -> tuple[PointLine, ...]:
    """Every criterion of a sheet, in the rubric's order.

    Args:
        sheet: with its scores.
        facts: as `facts_of` gives them.
        criteria: the rubric.
    """
    known: dict[int, Score] = {score.criterion_id: score for score in sheet.scores.all()}
    lines = []
    for criterion in criteria:
        score = known.get(criterion.pk)
        points = score.points if score is not None else None
        counted = facts["counts"].get(criterion.basis)
        by_hand = criterion.basis == Basis.BY_HAND
        lines.append(
            PointLine(
                criterion=criterion,
                points=points,
                by_rule=rule_points(criterion, dict(facts)),
                counted=counted["words"] if counted else "",
                words=score.words if score is not None else "",
                is_unproven=by_hand and points == criterion.weight and not facts["evidence"],
            )
        )
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Result:
    """What the sheets of a body, or of the whole plan, come to; those not judged are counted apart, never as zero."""

    body: Organisation | None
    judged: int
    of: int
    score: Decimal | None
    grade: str

    @property
    def unjudged(self) -> int:
        """How many sheets nobody judged."""
        return self.of - self.judged

    @property
    def grade_label(self) -> str:
        """The grade in words; empty where nothing was judged."""
        return str(Grade(self.grade).label) if self.grade else ""


def result_of(evaluation: Evaluation, sheets: Sequence[Sheet], body: Organisation | None = None) -> Result:
    """The weighted mean of those sheets that were judged."""
    rows = [(one.score, evaluation.weight_of(one.role)) for one in sheets if one.is_submitted and one.score is not None]
    mean = weighted_mean(rows, evaluation.rounding, evaluation.decimals)
    grade = grade_of(mean, evaluation.thresholds).value if mean is not None else ""
    return Result(body, len(rows), len(sheets), mean, grade)


def results_of_bodies(evaluation: Evaluation, sheets: Iterable[Sheet]) -> tuple[Result, ...]:
    """Every body's result, in the bodies' own order: nobody is ranked."""
    found: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault(sheet.body_id, []).append(sheet)
    groups = sorted(found.values(), key=lambda group: (group[0].body.sort_key, group[0].body.name))
    return tuple(result_of(evaluation, group, group[0].body) for group in groups)


def grade_counts(sheets: Iterable[Sheet]) -> tuple[tuple[str, str, int], ...]:
    """How many sheets have each grade, best first: code, label, number."""
    found = Counter(sheet.grade for sheet in sheets if sheet.is_submitted)
    return tuple((grade.value, str(grade.label), found[grade.value]) for grade in Grade)


def mean_words(evaluation: Evaluation) -> str:
    """How the means of bodies and plan are formed, in a sentence."""
    said = {
        "lead": plain(evaluation.lead_weight),
        "other": plain(evaluation.other_weight),
        "digits": evaluation.decimals,
        "rounding": evaluation.get_rounding_display(),
    }
    return (
        _(
            "一张评估表按责任算份数：牵头或单独负责算 %(lead)s 份，其他责任算 %(other)s 份；得分乘以份数相加，除以总份数，"
            "取 %(digits)d 位小数，%(rounding)s。没评的不算在内，也不当作 0 分。"
        )
        % said
    )
