"""What of the ledger speaks for a task or a target."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.language import city_words
from kepu.ledger.choices import Audience, Visibility
from kepu.ledger.errors import IndicatorUnknown
from kepu.ledger.models import Indicator
from kepu.ledger.queries import indicator_named
from kepu.plan.tasks.choices import DecisionKind
from kepu.plan.tasks.errors import DecisionInvalid
from kepu.plan.tasks.models import Decision, Evidence, Plan, Target, Task
from kepu.plan.tasks.queries.status import figures, kind_of
from kepu.plan.tasks.queries.wording import scope_words
from kepu.plan.tasks.rules.terms import Kind
from kepu.plan.tasks.services.decisions.acts import (
    locked_target,
    locked_task,
    reason_given,
    write_decision,
)

PERCENT = frozenset({"%", "％"})
EXPECTED_DAYS = 92
MOST_DAYS = 3660


@transaction.atomic
def choose_evidence(
    indicator_code: str,
    *,
    actor: Person | None,
    task_id: int | None = None,
    target_id: int | None = None,
    region: Region | None = None,
    organisation: Organisation | None = None,
    audiences: Sequence[str] = (),
    expected_days: int = EXPECTED_DAYS,
    reason: str = "",
) -> Decision:
    """Say which indicator speaks for a task or for a target, over which facts, and how often they should come.

    The same indicator with the same filter again changes only how often facts should come.

    Args:
        indicator_code: a public indicator.
        actor: of the leading office; None only where the system loads an example.
        task_id: the task, or
        target_id: the target for which it speaks.
        region: only facts of this region; all of the plan's region where None.
        organisation: only facts of this body and those below it.
        audiences: only facts for these groups.
        expected_days: in so many days a new fact is expected.
        reason: why this one, shown to everyone.

    Raises:
        ValueError: neither or both of task and target are given.
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: the indicator cannot speak for it, or nothing changes.
    """
    if (task_id is None) == (target_id is None):
        raise ValueError("evidence speaks for one task or for one target")
    with city_words():
        plan, task, target = _owner(task_id, target_id, actor)
        indicator = _indicator(indicator_code)
        groups = [code for code in Audience.values if code in set(audiences)]
        _check_filter(plan, region=region, audiences=audiences, expected_days=expected_days)
        if target is not None:
            refuse_misfit(target, indicator, kind_of(target, plan.text, figures().words))
        owner: dict[str, Any] = {"target": target} if target else {"task": task}
        kept = Evidence.objects.filter(**owner, indicator_code=indicator.code, region=region, organisation=organisation)
        row = next((row for row in kept if sorted(row.audiences) == sorted(groups)), None)
        before = row.expected_days if row else None
        if row is not None and before == expected_days:
            raise DecisionInvalid(_("这个指标和范围已经选定，没有变化。"), field="indicator")
        if row is None:
            _refuse_mixture(target, indicator)
            place = Evidence.objects.filter(**owner).count()
            row = Evidence(**owner, indicator_code=indicator.code, region=region, organisation=organisation)
            row.audiences, row.position = groups, place
        row.expected_days = expected_days
        row.save()
        said = {"indicator": indicator.name, "scope": scope_words(row), "days": expected_days}
        summary = _("以“%(indicator)s”为依据%(scope)s，每 %(days)d 天应有一次材料") % said
        data = {**_data(row), "before_days": before}
        return write_decision(
            plan, DecisionKind.INDICATOR, summary, actor=actor, reason=reason, data=data, task=task, target=target
        )


@transaction.atomic
def drop_evidence(evidence_id: int, *, actor: Person | None, reason: str) -> Decision:
    """Say that an indicator no longer speaks for a task or target; the decision that chose it stays readable.

    Raises:
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: no reason is given.
    """
    with city_words():
        row = Evidence.objects.select_related("task", "target__task", "region", "organisation").get(pk=evidence_id)
        plan, task, target = _owner(row.task_id, row.target_id, actor)
        words = reason_given(reason)
        said = {"indicator": indicator_name(row), "scope": scope_words(row)}
        data = {**_data(row), "dropped": True}
        row.delete()
        summary = _("不再以“%(indicator)s”为依据%(scope)s") % said
        return write_decision(
            plan, DecisionKind.INDICATOR, summary, actor=actor, reason=words, data=data, task=task, target=target
        )


def indicator_name(row: Evidence) -> str:
    """The name of the indicator that a piece of evidence means, or its code where the catalogue has it no more."""
    indicator = Indicator.objects.filter(code=row.indicator_code).order_by("-version").first()
    return indicator.name if indicator else row.indicator_code


def refuse_misfit(target: Target, indicator: Indicator, kind: Kind | None) -> None:
    """Raise where an indicator cannot speak for a number of this kind and unit."""
    if (target.unit in PERCENT) != (indicator.unit in PERCENT):
        said = {"unit": target.unit or _("个数"), "name": indicator.name, "other": indicator.unit}
        raise DecisionInvalid(
            _("目标的单位是“%(unit)s”，“%(name)s”的单位是“%(other)s”，不能相比。") % said, field="indicator"
        )
    if kind == Kind.FLOW and indicator.is_stock:
        raise DecisionInvalid(
            _("每期单独算的目标要用流量指标，“%(name)s”是某一天的存量。") % {"name": indicator.name}, field="indicator"
        )
    if kind == Kind.STATE and not indicator.is_stock:
        raise DecisionInvalid(
            _("某一天达到的水平要用存量指标，“%(name)s”是一段时间里的流量。") % {"name": indicator.name},
            field="indicator",
        )


def _owner(task_id: int | None, target_id: int | None, actor: Person | None) -> tuple[Plan, Task | None, Target | None]:
    """Lock what the evidence is for: the plan, its task (also that of a target), the target."""
    if task_id is not None:
        task = locked_task(task_id, actor=actor)
        return task.plan, task, None
    target = locked_target(target_id or 0, actor=actor)
    return target.plan, target.task, target


def _indicator(code: str) -> Indicator:
    try:
        indicator = indicator_named(code, is_open=True)
    except IndicatorUnknown:
        raise DecisionInvalid(_("指标目录里没有这个指标，请从列表里选。"), field="indicator") from None
    if indicator.visibility != Visibility.PUBLIC:
        raise DecisionInvalid(_("这个指标只供内部使用，不能作公开承诺的依据。"), field="indicator")
    return indicator


def _check_filter(plan: Plan, *, region: Region | None, audiences: Sequence[str], expected_days: int) -> None:
    if not 1 <= expected_days <= MOST_DAYS:
        raise DecisionInvalid(
            _("多少天应有一次材料，请填 1 至 %(most)d。") % {"most": MOST_DAYS}, field="expected_days"
        )
    if region is not None and not region.path.startswith(plan.region.path):
        raise DecisionInvalid(_("这个地区不在方案的地区以内。"), field="region")
    if unknown := [code for code in audiences if code not in Audience.values]:
        raise DecisionInvalid(_("没有“%(group)s”这一人群。") % {"group": unknown[0]}, field="audiences")


def _refuse_mixture(target: Target | None, indicator: Indicator) -> None:
    """Several indicators of one target are added up, so they must be of one unit and one kind."""
    if target is None:
        return
    codes = set(target.evidence.values_list("indicator_code", flat=True))
    for other in Indicator.objects.filter(code__in=codes):
        if (other.unit, other.kind) != (indicator.unit, indicator.kind):
            said = {"name": indicator.name, "other": other.name}
            raise DecisionInvalid(
                _("“%(name)s”和已选的“%(other)s”单位或类型不同，不能相加；请先撤下那一个。") % said, field="indicator"
            )


def _data(row: Evidence) -> dict[str, Any]:
    return {
        "indicator": row.indicator_code,
        "region": row.region.code if row.region else "",
        "organisation": row.organisation_id,
        "audiences": list(row.audiences),
        "expected_days": row.expected_days,
    }
