"""What matters put on the pages of a task: for the public what a meeting decided, at the desk the matters about it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kepu.plan.matters.choices import MatterState, MeetingState, Outcome
from kepu.plan.matters.models import AgendaItem, Matter
from kepu.plan.matters.queries.duties import LiveDuty, live_duty
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import Panel


@dataclass(frozen=True, slots=True)
class PublicDecision:
    """What a meeting decided, as everybody sees it on a day: nothing of the difficulty, and nobody's name."""

    title: str
    body: str
    decision: str
    meeting: str
    held_on: date
    duties: tuple[LiveDuty, ...]
    is_ended: bool
    """The leading office ended it before every duty was done."""
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """The matters about one task at the desk, and where a new one is raised."""

    plan: Plan
    task: Task
    matters: tuple[Matter, ...]
    is_open_plan: bool


def public_panel(task: Task, day: date) -> Panel | None:
    """The public decisions about a task whose minutes were out on a day, or None where there is none."""
    same = [
        task.pk,
        *task.later_links.exclude(later=None).values_list("later", flat=True),
    ]  # where its text was amended
    items = (
        AgendaItem.objects.filter(outcome=Outcome.DECIDED, is_public=True)
        .filter(meeting__state=MeetingState.ISSUED, meeting__issued_on__lte=day)
        .filter(Q(matter__tasks__in=same) | Q(duties__task__in=same))
        .select_related("matter__body", "meeting")
        .prefetch_related("duties__body", "duties__task", "duties__milestone")
        .distinct()
        .order_by("-meeting__held_on", "position", "pk")
    )
    found = tuple(_public(item, day) for item in items)
    return Panel("matters/_public_panel.html", found) if found else None


def _public(item: AgendaItem, day: date) -> PublicDecision:
    matter = item.matter
    return PublicDecision(
        title=matter.title,
        body=matter.body.name,
        decision=item.decision,
        meeting=item.meeting.title,
        held_on=item.meeting.held_on,
        duties=tuple(live_duty(duty, day) for duty in item.duties.all()),
        is_ended=matter.state == MatterState.CLOSED and matter.closed_on is not None and matter.closed_on <= day,
        is_demonstration=matter.is_demonstration,
    )


def desk_panel(task: Task, day: date) -> Panel:
    """The matters about a task at the desk; whoever may not see one does not get a link to it."""
    found = Matter.objects.filter(Q(tasks=task) | Q(items__duties__task=task), raised_on__lte=day).distinct()
    matters = tuple(found.order_by("-raised_on", "-pk"))
    is_open = task.plan.state == PlanState.LIVE and not task.is_struck
    return Panel("matters/_desk_panel.html", DeskPanel(task.plan, task, matters, is_open))
