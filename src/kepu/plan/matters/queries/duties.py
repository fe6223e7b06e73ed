"""How agreed duties stand, read from the steps of their tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kepu.foundation.clock import today
from kepu.plan.matters.choices import MeetingState, Standing
from kepu.plan.matters.models import AgreedDuty
from kepu.plan.matters.rules import standing_of


@dataclass(frozen=True, slots=True)
class LiveDuty:
    """A duty with how its step stands on a day."""

    duty: AgreedDuty
    standing: Standing
    due_on: date | None
    """The day on which the step is due now; None where the task does not have it any more."""
    done_on: date | None
    note: str
    """What was said of the completion."""

    @property
    def was_moved(self) -> bool:
        """Whether the step is due on another day than the meeting said."""
        return self.due_on is not None and self.due_on != self.duty.due_on


def duties_of(matter_ids: Iterable[int], *, day: date | None = None) -> list[LiveDuty]:
    """The duties of matters whose minutes are issued, as they stand on a day; two looks, however many there are.

    Args:
        matter_ids: the matters.
        day: the day judged; today if None.
    """
    found = AgreedDuty.objects.filter(
        item__matter__in=list(matter_ids), item__meeting__state=MeetingState.ISSUED
    ).select_related("item__meeting", "task__plan", "body__parent", "body__region", "milestone")
    found = found.defer("task__plan__text", "task__plan__lead_rule")
    return [live_duty(duty, day or today()) for duty in found.order_by("due_on", "pk")]


def live_duty(duty: AgreedDuty, day: date) -> LiveDuty:
    """How a duty stands on a day; its task and milestone are loaded."""
    step = duty.milestone
    is_there = step is not None and not duty.task.is_struck
    if step is None or not is_there:
        return LiveDuty(duty, Standing.GONE, None, None, "")
    standing = standing_of(step.due_on, step.done_on, day, is_there=is_there)
    done_on = step.done_on if standing == Standing.DONE else None
    return LiveDuty(duty, standing, step.due_on, done_on, step.note if done_on else "")
