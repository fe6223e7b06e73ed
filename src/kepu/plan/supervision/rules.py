"""Pure rules of supervision: what a task's state triggers, when a reminder is due, how a notice stood on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from kepu.plan.supervision.choices import Colour, StepKind, SupervisionState, Trigger

_NOT_YET = frozenset({"awaiting_first", "milestones_silent"})
"""Silent states that reproach nobody: the first material, or the first milestone, is not due yet."""
_BY_STATUS = MappingProxyType(
    {
        "overdue": Trigger.OVERDUE,
        "behind": Trigger.BEHIND,
        "silent": Trigger.SILENT,
        "stale": Trigger.STALE,
    }
)
_STATES = MappingProxyType(
    {
        StepKind.PROPOSED: SupervisionState.DRAFTED,
        StepKind.DROPPED: SupervisionState.DROPPED,
        StepKind.ISSUED: SupervisionState.ISSUED,
        StepKind.SIGNED: SupervisionState.SIGNED,
        StepKind.ANSWERED: SupervisionState.ANSWERED,
        StepKind.RETURNED: SupervisionState.RETURNED,
        StepKind.STRUCK: SupervisionState.STRUCK,
        StepKind.WITHDRAWN: SupervisionState.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class Figures:
    """By what the site supervises; the site may give its own (supervision/codes/supervision.toml).

    Days of `answer_days`, `sign_days`, `escalate_unsigned_days` and `escalate_unanswered_days` are working days, the
    others days of the calendar.
    """

    colours: MappingProxyType[str, str] = field(
        default_factory=lambda: MappingProxyType(
            {
                Trigger.NEAR.value: Colour.BLUE.value,
                Trigger.STALE.value: Colour.BLUE.value,
                Trigger.SILENT.value: Colour.YELLOW.value,
                Trigger.BEHIND.value: Colour.YELLOW.value,
                Trigger.OVERDUE.value: Colour.RED.value,
            }
        )
    )
    """Colour by trigger; a trigger that is not here is switched off."""
    answer_days: MappingProxyType[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {Colour.BLUE.value: 15, Colour.YELLOW.value: 10, Colour.RED.value: 5},
        )
    )
    near_days: int = 60
    sign_days: int = 3
    escalate_unsigned_days: int = 2
    escalate_unanswered_days: int = 3
    raises_colour: bool = True
    remind_before: tuple[int, ...] = (3, 1, 0)
    remind_every: int = 3
    rest_days: int = 30
    issues_itself: bool = False


STANDARD = Figures()


def trigger_of(status: str, reason: str, nearest_due: date | None, day: date, near_days: int) -> Trigger | None:
    """What the state of a task triggers on a day: the gravest, or nothing.

    Args:
        status: the code of the task's state.
        reason: the code of its reason.
        nearest_due: the next day on which something of it is due and not done.
        day: the day judged.
        near_days: so many days before it a due day counts as near.

    Examples:
        >>> trigger_of("on_pace", "on_pace", date(2024, 10, 1), date(2024, 9, 15), 60)
        <Trigger.NEAR: 'near'>
        >>> trigger_of("silent", "awaiting_first", None, date(2024, 9, 15), 60) is None
        True
    """
    if reason not in _NOT_YET and (found := _BY_STATUS.get(status)):
        return found
    if status in {"kept", "undecided"} or nearest_due is None:
        return None
    return Trigger.NEAR if timedelta(0) <= nearest_due - day <= timedelta(days=near_days) else None


def is_reminder_day(due_on: date | None, day: date, before: Iterable[int], every: int) -> bool:
    """Whether a body is reminded on a day: so many days before the due day, and every few days after it.

    Examples:
        >>> due = date(2024, 9, 20)
        >>> [is_reminder_day(due, date(2024, 9, on), (3, 1, 0), 3) for on in (16, 17, 19, 20, 21, 23)]
        [False, True, True, True, False, True]
    """
    if due_on is None:
        return False
    left = (due_on - day).days
    return left in before if left >= 0 else every > 0 and -left % every == 0


def raised(colour: str) -> str:
    """The next graver colour; the gravest stays.

    Examples:
        >>> raised("yellow"), raised("red")
        ('red', 'red')
    """
    order = Colour.values
    return order[min(order.index(colour) + 1, len(order) - 1)]


def state_after(kinds: Iterable[str]) -> SupervisionState:
    """The state in which steps left a notice; steps that change none are passed over.

    Examples:
        >>> state_after(["issued", "signed", "escalated"])
        <SupervisionState.SIGNED: 'signed'>
    """
    state = SupervisionState.DRAFTED
    for kind in kinds:
        state = _STATES.get(StepKind(kind), state)
    return state


def number_words(year: int | None, number: int | None) -> str:
    """The number under which a notice is known, the same in every language; empty before it is issued.

    Examples:
        >>> number_words(2024, 7), number_words(None, None)
        ('督〔2024〕7号', '')
    """
    return "" if year is None or number is None else f"督〔{year}〕{number}号"
