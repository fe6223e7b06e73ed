"""After the minutes: what becomes of the steps of a task is noted in the trail, and to-dos come and go with them.

How a duty stands is always read from its step; the trail only remembers what was seen, so that each change is told once.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.matters.choices import MatterState, Standing, StepKind
from kepu.plan.matters.events import MatterSettled
from kepu.plan.matters.models import AgreedDuty, Matter
from kepu.plan.matters.queries import LiveDuty, duties_of
from kepu.plan.matters.rules import is_settled
from kepu.plan.matters.services.asking import close_duty, hang_duty, tell_body
from kepu.plan.matters.services.steps import locked, note_step


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
