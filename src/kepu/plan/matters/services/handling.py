"""What the leading office does without a meeting: take a matter up, answer it, send it back, end it."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.events import publish
from kepu.oversight.services import fit_text
from kepu.plan.matters.choices import MatterState, StepKind
from kepu.plan.matters.errors import MatterMoved
from kepu.plan.matters.events import MatterAnswered
from kepu.plan.matters.models import Matter
from kepu.plan.matters.queries import duties_of
from kepu.plan.matters.rules import is_settled
from kepu.plan.matters.services.asking import ask_body, close_duty, close_matter_todos, tell_body
from kepu.plan.matters.services.steps import (
    WORDS_MOST,
    locked_for_office,
    move,
    reason_given,
    refuse_closed,
    require_state,
)

WAITING = (MatterState.RAISED, MatterState.LISTED)


@transaction.atomic
def list_matter(pk: int, *, actor: Person, text: str = "") -> Matter:
    """Take a matter up (受理): it waits for a meeting, and the bodies it asks see it from now on.

    Raises:
        NotAllowed: not of the leading office.
        MatterMoved: it does not wait for the office.
        PlanClosed: the plan is over.
        TextUnfit: the words are too long.
    """
    matter = locked_for_office(pk, actor)
    require_state(matter, MatterState.RAISED)
    refuse_closed(matter.plan)
    words = fit_text(text, field="text", most=WORDS_MOST, is_required=False)
    move(matter, MatterState.LISTED, StepKind.LISTED, actor=actor, text=words)
    close_matter_todos(matter)
    tell_body(matter, f"listed:{matter.revision}", words)
    return matter


@transaction.atomic
def answer_matter(pk: int, *, actor: Person, text: str) -> Matter:
    """Settle a matter with words, without a meeting.

    Raises:
        NotAllowed, MatterMoved: as `list_matter`; one that waits for a meeting may be answered as well.
        TextUnfit: nothing said, or too long.
    """
    matter = locked_for_office(pk, actor)
    require_state(matter, *WAITING)
    words = fit_text(text, field="text", most=WORDS_MOST)
    move(matter, MatterState.ANSWERED, StepKind.ANSWERED, actor=actor, text=words)
    publish(MatterAnswered(matter.pk))
    close_matter_todos(matter)
    tell_body(matter, "answered", words)
    return matter


@transaction.atomic
def return_matter(pk: int, *, actor: Person, reason: str) -> Matter:
    """Send a matter back to its body, which completes it and raises it again.

    Raises:
        NotAllowed, MatterMoved: as `list_matter`.
        TextUnfit: no reason.
    """
    matter = locked_for_office(pk, actor)
    require_state(matter, *WAITING)
    words = reason_given(reason)
    move(matter, MatterState.RETURNED, StepKind.RETURNED, actor=actor, text=words)
    ask_body(matter, words)
    return matter


@transaction.atomic
def close_matter(pk: int, *, actor: Person, reason: str) -> Matter:
    """End a matter that waits, or whose duties cannot be done any more; what the meeting decided stays readable.

    Raises:
        NotAllowed: not of the leading office.
        MatterMoved: it is on an agenda, settled, or over.
        TextUnfit: no reason.
    """
    matter = locked_for_office(pk, actor)
    require_state(matter, *WAITING, MatterState.DECIDED)
    duties = duties_of([matter.pk])
    if matter.state == MatterState.DECIDED and is_settled(one.standing for one in duties):
        raise MatterMoved(_("这个事项的责任都完成了，已经办结，不用再结束。"))
    words = reason_given(reason)
    move(matter, MatterState.CLOSED, StepKind.CLOSED, actor=actor, text=words)
    close_matter_todos(matter)
    for one in duties:
        close_duty(one.duty.pk)
    tell_body(matter, "closed", words)
    return matter
