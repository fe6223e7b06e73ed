"""Carry a plan on into its amended text or its next generation: links, and what persons decided and proved."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.plan.tasks.choices import DecisionKind, DutyRole, LinkKind
from kepu.plan.tasks.models import Decision, Duty, Evidence, Milestone, Plan, Target, Task, TaskLink
from kepu.plan.tasks.rules.comparison import likeness_of
from kepu.plan.tasks.rules.findings import EffectiveReading

_DECIDED = ("decided_period", "decided_due_on", "decided_pace", "baseline", "baseline_year", "is_struck")

MEASURE_FROM = 0.5
"""Two promises of joined tasks count as the same from this likeness of their words on."""


@transaction.atomic
def carry_on(
    earlier: Plan,
    later: Plan,
    content: EffectiveReading,
    tasks: Mapping[str, Task],
    *,
    actor: Person | None,
    with_progress: bool,
) -> int:
    """Write the links that a person confirmed; for an amended text of the same years, copy what was decided.

    The earlier plan keeps everything that it has; what stands in it is copied, never moved.

    Args:
        earlier: the plan before.
        later: the plan just stored.
        content: the draft's content, with its confirmed links.
        tasks: the stored tasks by their key in the draft.
        actor: who put the plan live.
        with_progress: whether evidence, decisions, milestones and leads go on.

    Returns:
        How many links were written.
    """
    written = 0
    old_tasks = {task.pk: task for task in earlier.tasks.filter(is_struck=False)}
    for earlier_id, link in content.links.items():
        old = old_tasks.get(earlier_id)
        if old is None:
            continue
        news = [tasks[key] for key in link.get("later", ()) if key in tasks]
        kind = link.get("kind") or LinkKind.SUCCESSOR
        if not news or kind == LinkKind.ENDED:
            TaskLink.objects.create(earlier=old, later=None, kind=LinkKind.ENDED, note=link.get("note", "")[:300])
            written += 1
            continue
        for new in news:
            TaskLink.objects.create(earlier=old, later=new, kind=kind, note=link.get("note", "")[:300])
            written += 1
            if with_progress:
                _carry_task(old, new, actor=actor)
    if with_progress:
        _carry_targets_of_sections(earlier, later)
        _carry_general_decisions(earlier, later, actor=actor)
    record("plan.plan.carried_on", later, actor=actor, earlier=earlier.pk, links=written, with_progress=with_progress)
    return written


def _carry_task(old: Task, new: Task, *, actor: Person | None) -> None:
    _copy(Evidence, old.evidence.filter(target=None), task=new)
    _copy(Milestone, old.milestones.all(), task=new)
    targets = _carry_targets(old.targets.all(), list(new.targets.all()))
    leads = _carry_roles(old, new)
    decisions = list(old.decisions.order_by("decided_on", "pk"))
    for decision in decisions:
        _repeat(decision, old, plan=new.plan, task=new, target=targets.get(decision.target_id or 0))
    Decision.objects.create(
        plan=new.plan,
        task=new,
        kind=DecisionKind.LINK,
        summary=_("承接自 %(plan)s 的 %(task)s") % {"plan": str(old.plan)[:200], "task": str(old)[:200]},
        data={"earlier_task": old.pk, "decisions": len(decisions), "leads": leads},
        decided_by=actor,
        decided_as=_role_of(actor),
        decided_on=today(),
    )


def _copy(model: type[Evidence] | type[Milestone], rows: Iterable[Any], **changed: Any) -> None:
    """Write rows again under another task or target; other fields stay as they are."""
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in changed]  # noqa: SLF001
    for row in rows:
        model._default_manager.create(**{name: getattr(row, name) for name in fields}, **changed)  # noqa: SLF001


def _carry_roles(old: Task, new: Task) -> list[str]:
    """Roles that a person decided go on where the body still has the task."""
    now = {duty.organisation_id: duty for duty in new.duties.all()}
    carried = []
    for duty in old.duties.all():
        if duty.role == duty.printed_role:
            continue
        successor = now.get(duty.organisation_id)
        if successor is None:
            if duty.printed_name or duty.role != DutyRole.LEAD:
                continue  # the new text takes the body out of the task: its words go before
            successor = Duty.objects.create(
                task=new, organisation_id=duty.organisation_id, printed_role=duty.printed_role, position=len(now)
            )
            now[duty.organisation_id] = successor
        if successor.role == successor.printed_role:
            successor.role = duty.role
            successor.save(update_fields=["role"])
            carried.append(str(duty.organisation))
    return carried


def _carry_targets(old: Iterable[Target], new: list[Target]) -> dict[int, Target]:
    """Join promises by their words and copy what was decided about each; returns earlier id → later target."""
    pairs = {}
    free = list(new)
    for target in old:
        best = max(free, key=lambda t: (likeness_of(target.measure, t.measure), t.unit == target.unit), default=None)
        if best is None or likeness_of(target.measure, best.measure) < MEASURE_FROM:
            continue
        free.remove(best)
        pairs[target.pk] = best
        for name in _DECIDED:
            setattr(best, name, getattr(target, name))
        best.earlier = target
        best.save(update_fields=[*_DECIDED, "earlier"])
        _copy(Evidence, target.evidence.all(), target=best, task=None)
    return pairs


def _carry_targets_of_sections(earlier: Plan, later: Plan) -> None:
    old = list(earlier.targets.filter(task=None))
    pairs = _carry_targets(old, list(later.targets.filter(task=None)))
    for target in old:
        for decision in target.decisions.filter(task=None).order_by("decided_on", "pk"):
            if target.pk in pairs:
                _repeat(decision, target, plan=later, task=None, target=pairs[target.pk])


def _carry_general_decisions(earlier: Plan, later: Plan, *, actor: Person | None) -> None:
    for decision in earlier.decisions.filter(task=None, target=None).order_by("decided_on", "pk"):
        _repeat(decision, earlier, plan=later, task=None, target=None)
    Decision.objects.create(
        plan=later,
        kind=DecisionKind.LINK,
        summary=_("承接自 %(plan)s") % {"plan": str(earlier)[:400]},
        data={"earlier_plan": earlier.pk},
        decided_by=actor,
        decided_as=_role_of(actor),
        decided_on=today(),
    )


def _repeat(decision: Decision, source: object, *, plan: Plan, task: Task | None, target: Target | None) -> None:
    Decision.objects.create(
        plan=plan,
        task=task,
        target=target,
        kind=decision.kind,
        summary=decision.summary,
        reason=(_("承接自 %(source)s。") % {"source": str(source)[:200]} + decision.reason)[:500],
        data={**decision.data, "carried_from": decision.pk},
        decided_by=decision.decided_by,
        decided_as=decision.decided_as,
        decided_on=decision.decided_on,
    )


def _role_of(actor: Person | None) -> str:
    return _("领导小组办公室") if actor else _("系统")
