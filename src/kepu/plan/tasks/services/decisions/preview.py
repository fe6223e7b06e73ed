"""How a task or target would stand if something were decided: decide it, look, and take everything back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from kepu.foundation.clock import today
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries.status import PlanJudge


@dataclass(frozen=True, slots=True)
class Outlook:
    """A state and the sentence that explains it."""

    status: str
    sentence: str


def outlook(
    plan: Plan, act: Callable[[], object], *, task_id: int | None = None, target_id: int | None = None
) -> Outlook:
    """Do an act, judge what it is about as of today, and roll everything back.

    Args:
        plan: with its region.
        act: a call of one of the services of decisions; what it raises is raised.
        task_id: the task that is judged, or
        target_id: the target that is judged.
    """
    with transaction.atomic():
        act()
        tasks = plan.tasks.filter(pk=task_id) if task_id else plan.tasks.filter(targets=target_id)
        judgement = PlanJudge(plan, tasks, with_goals=task_id is None).on(today())
        transaction.set_rollback(True)
    if task_id is not None:
        state = judgement.tasks[task_id]
        return Outlook(state.status, state.sentence)
    part = judgement.targets[target_id or 0]
    return Outlook(part.status, part.sentence)
