"""How tasks stand today, as far as supervision needs to know."""

from dataclasses import dataclass
from datetime import date

from kepu.plan.supervision.choices import Trigger
from kepu.plan.supervision.rules import Figures, trigger_of
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import judged_tasks
from kepu.plan.tasks.queries.status import TaskState


@dataclass(frozen=True, slots=True)
class Standing:
    """A task with its state on a day, and what that triggers."""

    task: Task
    day: date
    status: str
    sentence: str
    trigger: Trigger | None
    is_demonstration: bool


def standings(plan: Plan, day: date, figures: Figures, *, task_id: int | None = None) -> list[Standing]:
    """All tasks of a plan as they stand on a day, or one of them; their duties and bodies are loaded."""
    tasks = plan.tasks.filter(is_struck=False)
    judge = judged_tasks(plan, tasks if task_id is None else tasks.filter(pk=task_id), with_goals=False)
    judgement = judge.on(day)
    return [_standing(task, judgement.tasks[task.pk], day, figures) for task in judge.tasks]


def _standing(task: Task, state: TaskState, day: date, figures: Figures) -> Standing:
    return Standing(
        task=task,
        day=day,
        status=state.status,
        sentence=state.sentence,
        trigger=trigger_of(state.status, state.reason, nearest_due(state, day), day, figures.near_days),
        is_demonstration=state.is_demonstration,
    )


def nearest_due(state: TaskState, day: date) -> date | None:
    """The next day on which a promise or milestone of a task is due and not done; wishes do not count."""
    days: list[date] = []
    for part in state.parts:
        view = part.view
        if view.status == Status.KEPT or view.is_aspirational:
            continue
        cycle = view.values.get("cycle")
        due_on = cycle.ends_on if cycle is not None else view.values.get("due_on")
        if due_on is not None and due_on >= day and not (cycle is not None and cycle.is_kept):
            days.append(due_on)
    return min(days, default=None)
