"""What stands before a plan can be closed, and its end as everybody reads it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.plan.closing.choices import Outcome
from kepu.plan.closing.models import Closing, Ending
from kepu.plan.tasks.choices import PlanState, Status
from kepu.plan.tasks.models import Plan, Task, TaskLink
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.plan.tasks.queries import Panel, PlanDoor, TaskRow, judged_tasks
from kepu.plan.tasks.queries.pages import rows_of


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A task that was not kept, with what is proposed for it."""

    row: TaskRow
    outcome: str
    later: Task | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClosingDesk:
    """A plan before its end.

    Attributes:
        day: as of which it is judged: today, or the plan's last day where that is over.
        is_over: whether it may be closed: its years are over, or another plan takes its place.
        later_tasks: tasks of the plans that take its place, to which promises may be carried.
    """

    plan: Plan
    day: date
    is_over: bool
    counts: tuple[tuple[str, int], ...]
    unfinished: tuple[Unfinished, ...]
    later_tasks: tuple[Task, ...]
    rows: tuple[TaskRow, ...]
    is_demonstration: bool


def closing_desk(plan: Plan) -> ClosingDesk:
    """What must be said before a plan is closed; what its links to the next plan say already is proposed."""
    judge = judged_tasks(plan)
    day = min(today(), judge.ends_on) if judge.ends_on else today()
    judgement = judge.on(day)
    rows = rows_of(judge, judgement)
    links = {
        link.earlier_id: link
        for link in TaskLink.objects.filter(earlier__plan=plan).select_related("later__plan").order_by("-pk")
    }
    later = Task.objects.filter(plan__predecessor=plan, is_struck=False).select_related("plan").defer("plan__text")
    counts = Counter(row.status for row in rows)
    return ClosingDesk(
        plan=plan,
        day=day,
        is_over=_is_over(plan, judge.ends_on),
        counts=tuple((state.value, counts[state.value]) for state in Status),
        unfinished=tuple(_unfinished(row, links.get(row.task.pk)) for row in rows if row.status != Status.KEPT),
        later_tasks=tuple(later),
        rows=tuple(rows),
        is_demonstration=judgement.is_demonstration or plan.is_demonstration,
    )


def _is_over(plan: Plan, ends_on: date | None) -> bool:
    return (ends_on is not None and ends_on < today()) or plan.successors.exists()


def _unfinished(row: TaskRow, link: TaskLink | None) -> Unfinished:
    if link is None:
        return Unfinished(row, "", None, "")
    outcome = Outcome.CARRIED if link.later else Outcome.STRUCK
    return Unfinished(row, outcome, link.later, link.note)


def may_close(actor: Person, plan: Plan) -> bool:
    """The leading office, while the plan lives."""
    return may_decide_plan(actor, plan) and plan.state == PlanState.LIVE


def frozen_final(rows: Sequence[TaskRow]) -> list[dict[str, Any]]:
    """The final state as it is kept."""
    return [
        {
            "code": row.task.code,
            "slug": row.task.slug,
            "title": row.label,
            "status": row.status,
            "sentence": row.sentence,
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class FinalTask:
    """A task at the end of its plan."""

    code: str
    slug: str
    title: str
    status: str
    sentence: str
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class FinalPage:
    """The end of a plan as everybody reads it."""

    closing: Closing
    counts: tuple[tuple[str, int], ...]
    tasks: tuple[FinalTask, ...]
    successors: tuple[Plan, ...]


def final_page(plan: Plan) -> FinalPage | None:
    """The end of a plan; None while it lives, or where an amended text took its place without a closing."""
    closing = Closing.objects.filter(plan=plan).first()
    if closing is None:
        return None
    endings = {ending.task.slug: ending for ending in closing.endings.select_related("task", "later__plan")}
    counts = Counter(one["status"] for one in closing.final)
    return FinalPage(
        closing=closing,
        counts=tuple((state.value, counts[state.value]) for state in Status),
        tasks=tuple(FinalTask(**one, ending=endings.get(one["slug"])) for one in closing.final),
        successors=tuple(plan.successors.all()),
    )


def final_door(plan: Plan) -> PlanDoor | None:
    """From a closed plan to its final state; one look, and none while it lives."""
    if plan.state != PlanState.CLOSED or not Closing.objects.filter(plan=plan).exists():
        return None
    return PlanDoor(_("最终状态"), "flag", reverse("closing:final", args=[plan.slug]))


def ending_panel(task: Task, _day: date) -> Panel | None:
    """What became of a task when its plan ended."""
    ending = Ending.objects.filter(task=task).select_related("later__plan", "closing").first()
    return Panel("closing/_ending.html", {"ending": ending, "plan": task.plan}) if ending else None
