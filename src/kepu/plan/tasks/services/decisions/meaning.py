"""What a target's number counts, by when it must be there, and from where it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.language import city_words
from kepu.ledger.models import Indicator
from kepu.plan.tasks.choices import Comparator, Counting, DecisionKind
from kepu.plan.tasks.errors import DecisionInvalid
from kepu.plan.tasks.models import Decision, Target
from kepu.plan.tasks.queries.status import DECIDED_KINDS
from kepu.plan.tasks.queries.wording import amount_words, period_words
from kepu.plan.tasks.rules.terms import PacePoint
from kepu.plan.tasks.services.decisions.acts import (
    locked_target,
    period_of,
    reason_given,
    refuse_outside,
    write_decision,
)
from kepu.plan.tasks.services.decisions.evidence import PERCENT, refuse_misfit

MOST = Decimal(10) ** 14
EARLIEST_YEAR = 1949
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person decides about a number.

    Args:
        counts: a code of `Counting`.
        due_on: the day by which it must be there; None leaves it as the text has it.
        baseline: where it started.
        baseline_year: at the end of which year it stood there.
        pace: own points of the way, in the order of days; without any the way is even.
    """

    counts: str
    due_on: date | None = None
    baseline: Decimal | None = None
    baseline_year: int | None = None
    pace: Sequence[PacePoint] = ()


@transaction.atomic
def decide_meaning(target_id: int, meaning: Meaning, *, actor: Person | None, reason: str) -> Decision:
    """Say what a target's number counts: each year, in all, or a level on a day; by when; from which start.

    Args:
        target_id: the target.
        meaning: what it counts.
        actor: of the leading office; None only where the system loads an example.
        reason: why, shown to everyone.

    Raises:
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: it contradicts the text or itself, does not fit the chosen indicators, or nothing changes.
    """
    with city_words():
        target = locked_target(target_id, actor=actor)
        words = reason_given(reason)
        _check_counts(target, meaning)
        _check_due(target, meaning)
        _check_baseline(target, meaning)
        _check_pace(target, meaning)
        _check_evidence(target, meaning)
        before = _stored(target)
        target.decided_period = meaning.counts
        target.decided_due_on = meaning.due_on
        target.baseline, target.baseline_year = meaning.baseline, meaning.baseline_year
        target.decided_pace = [[point.on.isoformat(), f"{point.share.normalize():f}"] for point in meaning.pace]
        after = _stored(target)
        if after == before:
            raise DecisionInvalid(_("和现在的口径一样，没有变化。"), field="counts")
        target.save(update_fields=["decided_period", "decided_due_on", "baseline", "baseline_year", "decided_pace"])
        return write_decision(
            target.plan,
            DecisionKind.MEANING,
            _summary(target),
            actor=actor,
            reason=words,
            data={**after, "before": before},
            task=target.task,
            target=target,
        )


def _check_counts(target: Target, meaning: Meaning) -> None:
    if meaning.counts not in Counting.values:
        raise DecisionInvalid(_("请选这个数字算的是什么。"), field="counts")
    if target.period and meaning.counts != Counting.YEAR:
        said = {"period": period_words(target.period) or target.period}
        raise DecisionInvalid(
            _("方案写明“%(period)s”，只能按期单独算；要改请导入修订后的方案。") % said, field="counts"
        )
    if target.unit in PERCENT and meaning.counts != Counting.STATE:
        raise DecisionInvalid(_("百分比是某一天的水平，不能按年相加或累计。"), field="counts")


def _check_due(target: Target, meaning: Meaning) -> None:
    due_on = meaning.due_on
    if due_on is None:
        if meaning.counts != Counting.YEAR and target.deadline is None and not target.is_aspirational:
            raise DecisionInvalid(_("方案没有写期限，请定一个应达到的日期。"), field="due_on")
        return
    refuse_outside(target.plan, due_on, field="due_on")
    if target.deadline is not None and due_on.year > target.deadline:
        raise DecisionInvalid(_("方案写明到 %(year)d 年，不能定得更晚。") % {"year": target.deadline}, field="due_on")


def _check_baseline(target: Target, meaning: Meaning) -> None:
    value, year = meaning.baseline, meaning.baseline_year
    if (value is None) != (year is None):
        raise DecisionInvalid(_("基期值和它的年份要一起填。"), field="baseline" if value is None else "baseline_year")
    if value is None or year is None:
        if target.comparator == Comparator.GROW and target.unit in PERCENT:
            raise DecisionInvalid(_("方案写的是增长多少，请填从哪个数起算。"), field="baseline")
        return
    if meaning.counts == Counting.YEAR:
        raise DecisionInvalid(_("每期单独算的目标没有基期，请留空。"), field="baseline")
    if not value.is_finite() or not 0 <= value < MOST or (target.unit in PERCENT and value > HUNDRED):
        raise DecisionInvalid(_("基期值不对：应为不小于 0 的数，百分比不超过 100。"), field="baseline")
    due_on = meaning.due_on or period_of(target.plan)[1]
    if year < EARLIEST_YEAR or (due_on is not None and date(year, 12, 31) >= due_on):
        raise DecisionInvalid(_("基期要早于应达到的日期。"), field="baseline_year")


def _check_pace(target: Target, meaning: Meaning) -> None:
    for point in meaning.pace:
        refuse_outside(target.plan, point.on, field="pace")
        if not 0 <= point.share <= 1:
            raise DecisionInvalid(_("进度安排的份额在 0% 到 100% 之间。"), field="pace")
        if meaning.due_on is not None and point.on >= meaning.due_on:
            raise DecisionInvalid(_("进度安排的日期要早于应达到的日期。"), field="pace")
    for earlier, later in pairwise(meaning.pace):
        if later.on <= earlier.on or later.share < earlier.share:
            raise DecisionInvalid(_("进度安排要按日期先后排列，份额只增不减。"), field="pace")


def _check_evidence(target: Target, meaning: Meaning) -> None:
    codes = set(target.evidence.values_list("indicator_code", flat=True))
    for indicator in Indicator.objects.filter(code__in=codes):
        try:
            refuse_misfit(target, indicator, DECIDED_KINDS[meaning.counts])
        except DecisionInvalid as problem:
            raise DecisionInvalid(
                _("%(problem)s请先撤下这个依据，再改口径。") % {"problem": problem}, field="counts"
            ) from None


def _stored(target: Target) -> dict[str, Any]:
    return {
        "counts": target.decided_period,
        "due_on": target.decided_due_on.isoformat() if target.decided_due_on else "",
        "baseline": "" if target.baseline is None else f"{target.baseline.normalize():f}",
        "baseline_year": target.baseline_year,
        "pace": [list(point) for point in target.decided_pace],
    }


def _summary(target: Target) -> str:
    counts = target.decided_period
    parts = [
        {
            Counting.YEAR.value: period_words(target.period or "year") + _("单独算"),
            Counting.TOTAL.value: _("到期为止累计"),
            Counting.STATE.value: _("某一天达到的水平"),
        }[counts]
    ]
    if target.decided_due_on:
        parts.append(_("期限 %(day)s") % {"day": target.decided_due_on.isoformat()})
    if target.baseline is not None and target.baseline_year:
        said = {"year": target.baseline_year, "value": amount_words(target.baseline, target.unit)}
        parts.append(_("基期 %(year)d 年 %(value)s") % said)
    if target.decided_pace:
        parts.append(_("进度安排 %(n)d 处") % {"n": len(target.decided_pace)})
    return _("“%(measure)s”：%(parts)s") % {"measure": target.measure, "parts": _("，").join(parts)}
