"""What evaluation puts on the pages of a plan and of a task: for the public what was published, at the desk what was closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.plan.evaluation.choices import FROZEN_STATES, EvaluationState
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import Panel, PlanDoor


@dataclass(frozen=True, slots=True)
class TaskEvaluation:
    """One evaluation's rows on one task, with the rule by which they were judged."""

    evaluation: Evaluation
    rows: tuple[dict[str, Any], ...]
    scale: str
    rubric: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class EvaluationPanel:
    """Every evaluation of a task, newest first."""

    plan: Plan
    evaluations: tuple[TaskEvaluation, ...]
    is_desk: bool


def public_door(plan: Plan) -> PlanDoor:
    """To the list of a plan's published evaluations."""
    return PlanDoor(_("评估"), "clipboard-check", reverse("evaluation:public", args=[plan.slug]))


def public_panel(task: Task, day: date) -> Panel | None:
    """The evaluations that were public on a day; None where there was none."""
    found = Evaluation.objects.filter(plan=task.plan_id, state=EvaluationState.PUBLISHED, published_on__lte=day)
    return _panel(task, found, is_desk=False)


def desk_panel(task: Task, day: date) -> Panel | None:
    """The evaluations that were closed by a day; None where there was none."""
    found = Evaluation.objects.filter(plan=task.plan_id, state__in=FROZEN_STATES, closed_on__lte=day)
    return _panel(task, found, is_desk=True)


def _panel(task: Task, evaluations: Iterable[Evaluation], *, is_desk: bool) -> Panel | None:
    found = []
    for evaluation in evaluations:
        kept = evaluation.frozen or {}
        rows = tuple(row for row in kept["rows"] if row["task"] == task.pk)
        if rows:
            found.append(TaskEvaluation(evaluation, rows, kept["scale_words"], tuple(kept["rubric"])))
    content = EvaluationPanel(task.plan, tuple(found), is_desk)
    return Panel("evaluation/_panel.html", content) if found else None
