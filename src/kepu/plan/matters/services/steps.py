"""What every service of a matter does: lock it, check its state, note the step."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.oversight.services import fit_text
from kepu.plan.matters.choices import ENDED, MatterState, MeetingState, StepKind, Who
from kepu.plan.matters.errors import MatterMoved, MatterUnfit, MeetingMoved
from kepu.plan.matters.models import Matter, MatterStep, Meeting
from kepu.plan.matters.permissions import may_settle, may_write_matter, speaks_for
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import days_of

WORDS_MOST = 2000
REASON_MOST = 500
LONGEST_TITLE = 100
_FAR = timedelta(days=3 * 366)


def locked(pk: int) -> Matter:
    """The matter, held until the transaction ends, so that two who act at once act one after the other.

    Raises:
        Matter.DoesNotExist: there is none.
    """
    Matter.objects.select_for_update().get(pk=pk)
    return Matter.objects.select_related("plan__region", "body__parent", "body__region").get(pk=pk)


def locked_for_office(pk: int, actor: Person) -> Matter:
    """The matter for an act of the leading office.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
    """
    matter = locked(pk)
    if not may_settle(actor, matter.plan):
        raise NotAllowed(_("只有领导小组办公室可以做这一步。"))
    return matter


def locked_for_body(pk: int, actor: Person) -> Matter:
    """The matter for an act of who raised it.

    Raises:
        NotAllowed: the actor does not speak for the body.
    """
    matter = locked(pk)
    if not may_write_matter(actor, matter):
        raise NotAllowed(_("只有提出单位的联络员可以做这一步。"))
    return matter


def locked_meeting(pk: int, actor: Person) -> Meeting:
    """The meeting for an act of the leading office, held until the transaction ends.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
        Meeting.DoesNotExist: there is none.
    """
    Meeting.objects.select_for_update().get(pk=pk)
    meeting = Meeting.objects.select_related("plan__region").get(pk=pk)
    if not may_settle(actor, meeting.plan):
        raise NotAllowed(_("只有领导小组办公室可以办会。"))
    return meeting


def require_state(matter: Matter, *allowed: MatterState) -> None:
    """Refuse what does not fit the state, and say which state it is in by now.

    Raises:
        MatterMoved: the state is another one.
    """
    if matter.state not in allowed:
        raise MatterMoved(
            _("这个事项现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新这一页再看；您写的字还在下面。")
            % {"state": matter.get_state_display()},
            state=matter.state,
        )


def require_meeting_state(meeting: Meeting, *allowed: MeetingState) -> None:
    """Refuse what does not fit the state of a meeting.

    Raises:
        MeetingMoved: the state is another one.
    """
    if meeting.state not in allowed:
        raise MeetingMoved(
            _("这次会议现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新这一页再看；您写的字还在下面。")
            % {"state": meeting.get_state_display()},
            state=meeting.state,
        )


def refuse_closed(plan: Plan) -> None:
    """Raise where the plan is over.

    Raises:
        PlanClosed: it is.
    """
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已收官，不再提出和协调事项。") % {"plan": str(plan)[:80]})


def refuse_far(plan: Plan, day: date, *, field: str) -> None:
    """Refuse a day on which nobody meets or waits for this plan any more; the year after its last still counts.

    Raises:
        MatterUnfit: the day is before the plan, or long after it.
    """
    first, last = days_of(plan, today().replace(month=12, day=31) + _FAR)
    if not first <= day <= last:
        raise MatterUnfit(
            _("日期要在 %(first)s 至 %(last)s 之间，请检查年份。")
            % {"first": first.isoformat(), "last": last.isoformat()},
            field=field,
        )


def reason_given(text: str, *, field: str = "reason") -> str:
    """A reason in words.

    Raises:
        TextUnfit: empty or too long.
    """
    return fit_text(text, field=field, most=REASON_MOST)


def move(matter: Matter, state: MatterState, kind: StepKind, *, actor: Person, text: str = "", **data: Any) -> None:
    """Bring a matter into a state, with the day where it ends there, and note the step."""
    matter.state = state
    matter.closed_on = today() if state in ENDED else None
    matter.save(update_fields=["state", "closed_on"])
    note_step(matter, kind, actor=actor, text=text, **data)


def note_step(
    matter: Matter, kind: StepKind, *, actor: Person | None, text: str = "", duty_id: int | None = None, **data: Any
) -> MatterStep:
    """Write one step into the trail, and into the audit.

    Args:
        matter: saved as the step leaves it.
        kind: which step.
        actor: who; None for the system.
        text: the words that belong to it.
        duty_id: which duty of the matter it is about.
        data: what else must be known later; plain values.
    """
    is_own = actor is not None and speaks_for(actor, matter.body)
    step = MatterStep.objects.create(
        matter=matter,
        at=now(),
        day=today(),
        kind=kind,
        who=Who.SYSTEM if actor is None else Who.PERSON,
        person_id=None if actor is None else actor.pk,
        role="" if actor is None else Role.LIAISON if is_own else Role.LEADING_OFFICE,
        body_name=matter.body.name if is_own else "",
        text=text,
        duty_id=duty_id,
        data=data,
    )
    record(f"matters.matter.{kind}", matter, actor=actor, body=matter.body_id, duty=duty_id, **data)
    return step
