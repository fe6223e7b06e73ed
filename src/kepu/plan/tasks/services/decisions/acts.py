"""What every decision has in common: who may, about what, and how it is written down."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.plan.tasks.choices import DecisionKind, PlanState
from kepu.plan.tasks.errors import DecisionInvalid, PlanClosed
from kepu.plan.tasks.events import PlanDecided
from kepu.plan.tasks.models import Decision, Plan, Target, Task
from kepu.plan.tasks.permissions import may_complete_milestone, may_decide_plan
from kepu.plan.tasks.services.undecided import ask_for_decisions

LONGEST_REASON = 500
_LONGEST_ROLE = 60


def locked_task(task_id: int, *, actor: Person | None, is_completion: bool = False) -> Task:
    """Lock a task of an open plan for a decision of someone who may make it."""
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__region", "section").get(pk=task_id)
    if actor is not None:
        allowed = may_complete_milestone(actor, task) if is_completion else may_decide_plan(actor, task.plan)
        if not allowed:
            raise NotAllowed
    refuse_closed(task.plan)
    if task.is_struck:
        raise DecisionInvalid(_("这项任务已经划去，不再作决定。"))
    return task


def locked_target(target_id: int, *, actor: Person | None) -> Target:
    """Lock a target of an open plan for a decision of someone who may make it."""
    chosen = Target.objects.select_for_update(of=("self",)).select_related("plan__region", "task", "section")
    target = chosen.get(pk=target_id)
    if actor is not None and not may_decide_plan(actor, target.plan):
        raise NotAllowed
    refuse_closed(target.plan)
    if target.is_struck:
        raise DecisionInvalid(_("这个目标已经划去，不再作决定。"))
    return target


def refuse_closed(plan: Plan) -> None:
    """Raise where the plan is over."""
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已收官，不再作决定；请到接续它的方案里办理。") % {"plan": str(plan)[:80]})


def reason_given(reason: str) -> str:
    """The reason without blanks around it; raises where there is none."""
    words = reason.strip()
    if not words:
        raise DecisionInvalid(_("请写明理由，公众会看到。"), field="reason")
    return words[:LONGEST_REASON]


def period_of(plan: Plan) -> tuple[date, date | None]:
    """The first and the last day of a plan."""
    starts_on = date(plan.period_start, 1, 1) if plan.period_start else plan.issued_on or plan.confirmed_on
    return starts_on, date(plan.period_end, 12, 31) if plan.period_end else None


def refuse_outside(plan: Plan, day: date, *, field: str) -> None:
    """Raise where a day lies outside the plan's period."""
    starts_on, ends_on = period_of(plan)
    if day < starts_on or (ends_on is not None and day > ends_on):
        said = {"first": starts_on.isoformat(), "last": ends_on.isoformat() if ends_on else ""}
        raise DecisionInvalid(_("日期要在规划期以内（%(first)s 至 %(last)s）。") % said, field=field)


def write_decision(
    plan: Plan,
    kind: DecisionKind,
    summary: str,
    *,
    actor: Person | None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    task: Task | None = None,
    target: Target | None = None,
    speaks_for: Organisation | None = None,
) -> Decision:
    """Write the row that is shown, the audit entry and the event, and bring the to-do up to date.

    Args:
        plan: the plan.
        kind: of what.
        summary: what was decided, in the city's own language.
        actor: who; None where the system loads an example.
        reason: why, shown to everyone.
        data: what else must be known later, before and after; plain values.
        task: about which task.
        target: about which target.
        speaks_for: the body for which a liaison acts; the leading office where None.
    """
    decision = Decision.objects.create(
        plan=plan,
        task=task,
        target=target,
        kind=kind,
        summary=summary[:500],
        reason=reason.strip()[:LONGEST_REASON],
        data=dict(data or {}),
        decided_by=actor,
        decided_as=_role_words(actor, speaks_for),
        decided_on=today(),
    )
    thing: Model = target or task or plan
    record(f"plan.decision.{kind}", thing, actor=actor, decision=decision.pk, **decision.data)
    publish(
        PlanDecided(
            plan_id=plan.pk,
            decision_id=decision.pk,
            kind=str(kind),
            task_id=task.pk if task else None,
            target_id=target.pk if target else None,
        )
    )
    ask_for_decisions(plan)
    return decision


def body_spoken_for(actor: Person | None, task: Task) -> Organisation | None:
    """The body of the task for which a liaison acts; None for the leading office and the system."""
    if actor is None or may_decide_plan(actor, task.plan):
        return None
    duties = task.duties.select_related("organisation__region")
    return next((d.organisation for d in duties if actor.holds(Role.LIAISON, organisation=d.organisation)), None)


def _role_words(actor: Person | None, speaks_for: Organisation | None) -> str:
    if actor is None:
        return _("系统")
    if speaks_for is not None:
        return (_("%(body)s联络员") % {"body": speaks_for.label})[:_LONGEST_ROLE]
    return str(Role.LEADING_OFFICE.label)
