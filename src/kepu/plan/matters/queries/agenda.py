"""One item of an agenda, where the leading office writes its recommendation, its outcome and its duties."""

from dataclasses import dataclass

from kepu.directory.register.models import Person
from kepu.plan.matters.choices import MeetingState
from kepu.plan.matters.models import AgendaItem, AgreedDuty, Matter, Meeting
from kepu.plan.matters.permissions import may_settle
from kepu.plan.tasks.models import Task


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item with its meeting, for who writes on it."""

    item: AgendaItem
    meeting: Meeting
    matter: Matter
    tasks: tuple[Task, ...]
    duties: tuple[AgreedDuty, ...]
    next_pk: int | None
    """The item after it."""

    @property
    def may_write(self) -> bool:
        """Whether the meeting is in a state in which something is written on its items."""
        return self.meeting.state in {MeetingState.PREPARING, MeetingState.HELD}


def item_page(actor: Person, pk: int) -> ItemPage | None:
    """An item for the leading office of the plan's region; None for everybody else."""
    found = AgendaItem.objects.select_related("meeting__plan__region", "matter__body").filter(pk=pk).first()
    if found is None or not may_settle(actor, found.meeting.plan):
        return None
    order = list(found.meeting.items.values_list("pk", flat=True))
    after = order.index(pk) + 1
    return ItemPage(
        item=found,
        meeting=found.meeting,
        matter=found.matter,
        tasks=tuple(found.matter.tasks.order_by("position")),
        duties=tuple(found.duties.select_related("body", "task")),
        next_pk=order[after] if after < len(order) else None,
    )


def item_of_duty(pk: int) -> int | None:
    """The item of a duty; None where somebody took it away."""
    return AgreedDuty.objects.filter(pk=pk).values_list("item", flat=True).first()
