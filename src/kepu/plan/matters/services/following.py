"""After the minutes: what becomes of the steps of a task is noted in the trail, and to-dos come and go with them.

How a duty stands is always read from its step; the trail only remembers what was seen, so that each change is told once.
"""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.audit.services import record
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.matters.choices import ENDED, OPEN_MEETINGS, MatterState, Standing, StepKind
from kepu.plan.matters.events import MatterSettled
from kepu.plan.matters.models import AgreedDuty, Matter, Meeting
from kepu.plan.matters.queries import LiveDuty, duties_of
from kepu.plan.matters.rules import is_settled
from kepu.plan.matters.services.asking import close_duty, hang_duty, tell_body
from kepu.plan.matters.services.steps import locked, note_step
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Milestone, Plan, Task, TaskLink


@transaction.atomic
def follow_task(task_id: int) -> int:
    """Look at the duties that are steps of a task, after something was decided about it.

    Returns:
        How many changes were noted.
    """
    decided = Matter.objects.filter(state=MatterState.DECIDED, items__duties__task=task_id)
    return sum(_follow(locked(pk)) for pk in decided.order_by("pk").values_list("pk", flat=True).distinct())


@transaction.atomic
def end_plan(plan_id: int) -> int:
    """Take down what still waits for bodies under a plan that is over; returns how many duties that were."""
    duties = AgreedDuty.objects.filter(item__matter__plan=plan_id)
    for pk in duties.values_list("pk", flat=True):
        close_duty(pk)
    return duties.count()


@transaction.atomic
def carry_matters(earlier_id: int, later_id: int) -> int:
    """Let what is not settled go on under the text that took a plan's place for the same years, with its tasks and steps.

    A next generation takes nothing over: its bodies raise anew what they still need.

    Returns:
        How many matters went on.
    """
    earlier = Plan.objects.filter(pk=earlier_id, state=PlanState.CLOSED).first()
    if earlier is None:
        return 0
    later: dict[int, list[Task]] = defaultdict(list)
    for link in TaskLink.objects.filter(earlier__plan=earlier, later__plan=later_id).select_related("later"):
        if link.later is not None:
            later[link.earlier_id].append(link.later)
    going = Matter.objects.filter(plan=earlier).exclude(state__in=ENDED).order_by("pk").values_list("pk", flat=True)
    carried = 0
    for pk in list(going):
        matter = locked(pk)
        if matter.state == MatterState.DECIDED and is_settled(one.standing for one in duties_of([pk])):
            continue
        matter.plan_id = later_id
        matter.save(update_fields=["plan"])
        matter.tasks.set([new for old in matter.tasks.all() for new in later[old.pk]])
        for duty in AgreedDuty.objects.filter(item__matter=matter).select_related("milestone"):
            _carry_duty(duty, later[duty.task_id])
        record("matters.matter.carried", matter, actor=None, earlier=earlier_id, later=later_id)
        carried += 1
        if matter.state == MatterState.DECIDED:
            _follow(locked(pk))
    Meeting.objects.filter(plan=earlier, state__in=OPEN_MEETINGS).update(plan=later_id)
    return carried


def _carry_duty(duty: AgreedDuty, tasks: list[Task]) -> None:
    """Link a duty to the copy of its step; where the new text has neither, the step is gone, and the matter says so."""
    if duty.milestone is None:
        if tasks:
            duty.task = tasks[0]
            duty.save(update_fields=["task"])
        return
    copies = Milestone.objects.filter(task__in=tasks, title=duty.milestone.title).select_related("task")
    duty.milestone = copies.order_by("task__position", "pk").first()
    if duty.milestone is not None:
        duty.task = duty.milestone.task
    duty.save(update_fields=["task", "milestone"])


def _follow(matter: Matter) -> int:
    duties = duties_of([matter.pk])
    seen = _seen(matter)
    changed = [_note(matter, one, *seen.get(one.duty.pk, ("", ""))) for one in duties]
    if any(changed) and is_settled(one.standing for one in duties):
        note_step(matter, StepKind.SETTLED, actor=None)
        publish(MatterSettled(matter.pk))
        tell_body(matter, f"settled:{matter.steps.count()}")
    return sum(changed)


def _seen(matter: Matter) -> dict[int, tuple[str, str]]:
    """The last step noted of every duty, and the last day on which it was told to be due."""
    found: dict[int, tuple[str, str]] = {}
    for step in matter.steps.all():
        if step.duty_id is None:
            continue
        _kind, due_on = found.get(step.duty_id, ("", ""))
        found[step.duty_id] = (step.kind, step.data.get("due_on", due_on))
    return found


def _note(matter: Matter, one: LiveDuty, before: str, told: str) -> bool:
    """Note what became of a duty since the trail last told of it."""
    duty, is_done, was_done = one.duty, one.standing == Standing.DONE, before == StepKind.DUTY_DONE
    due_on = one.due_on or duty.due_on
    if one.standing == Standing.GONE:
        kind = StepKind.DUTY_GONE
        is_new = before != StepKind.DUTY_GONE
        close_duty(duty.pk)
    elif is_done:
        kind = StepKind.DUTY_DONE
        is_new = not was_done
        close_duty(duty.pk)
    else:
        kind = StepKind.DUTY_REOPENED if was_done else StepKind.DUTY_MOVED
        is_new = was_done or due_on != date.fromisoformat(told or duty.due_on.isoformat())
        hang_duty(duty, matter, due_on=due_on, is_new=False)
    if is_new:
        with city_words():
            text = _("%(body)s：%(text)s") % {"body": duty.body.label, "text": duty.text}
        note_step(matter, kind, actor=None, text=text, duty_id=duty.pk, due_on=due_on.isoformat())
    return is_new
