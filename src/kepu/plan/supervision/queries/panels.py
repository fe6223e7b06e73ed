"""What supervision puts on the pages of a task: for the public, and at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from kepu.plan.supervision.choices import ISSUED_STATES, SupervisionState, Verdict
from kepu.plan.supervision.models import Feedback, SupervisionNotice
from kepu.plan.supervision.queries.figures import colour_names
from kepu.plan.supervision.rules import state_after
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import Panel

_SETTLED = (SupervisionState.STRUCK, SupervisionState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice as everybody sees it on a day: nothing of what the house says inside, and nobody's name."""

    number: str
    body: str
    colour: str
    trigger: str
    state: SupervisionState
    issued_on: date
    due_on: date | None
    """Only while an answer is owed and the day is looked at as it is now."""
    is_late: bool
    settled_on: date | None
    feedback: Feedback | None
    """The answer that the review accepted."""
    is_demonstration: bool

    @property
    def is_open(self) -> bool:
        """Whether it is not settled."""
        return self.state in ISSUED_STATES


@dataclass(frozen=True, slots=True)
class PublicPanel:
    """The notices on one task, the open ones first."""

    notices: tuple[PublicNotice, ...]
    colours: Mapping[str, str]
    """What the site calls each colour."""

    @property
    def open(self) -> int:
        """How many are not settled."""
        return sum(1 for notice in self.notices if notice.is_open)

    @property
    def struck(self) -> int:
        """How many were struck off."""
        return sum(1 for notice in self.notices if notice.state == SupervisionState.STRUCK)


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """The notices on one task at the desk, and where a new one is made."""

    plan: Plan
    task: Task
    notices: tuple[SupervisionNotice, ...]
    colours: Mapping[str, str]
    is_open_plan: bool


def public_panel(task: Task, day: date) -> Panel | None:
    """The notices that were out on a day, or None where there was none."""
    found = (
        SupervisionNotice.objects.filter(task=task, issued_on__lte=day)
        .select_related("body")
        .prefetch_related("steps", "feedbacks")
    )
    notices = sorted(
        (_public(notice, day) for notice in found), key=lambda one: (not one.is_open, -one.issued_on.toordinal())
    )
    return Panel("supervision/_public_panel.html", PublicPanel(tuple(notices), colour_names())) if notices else None


def _public(notice: SupervisionNotice, day: date) -> PublicNotice:
    steps = [step for step in notice.steps.all() if step.day <= day]
    state = state_after(step.kind for step in steps)
    due_on = next(
        (date.fromisoformat(step.data["due_on"]) for step in reversed(steps) if step.data.get("due_on")), None
    )
    is_owed = state in ISSUED_STATES and state != SupervisionState.ANSWERED
    accepted = next(
        (
            one
            for one in notice.feedbacks.all()
            if one.verdict == Verdict.ACCEPTED and one.reviewed_on is not None and one.reviewed_on <= day
        ),
        None,
    )
    return PublicNotice(
        number=notice.public_number,
        body=notice.body.name,
        colour=next((step.colour for step in reversed(steps)), notice.colour),
        trigger=str(notice.get_trigger_display()),
        state=state,
        issued_on=notice.issued_on or day,
        due_on=due_on if is_owed else None,
        is_late=is_owed and due_on is not None and due_on < day,
        settled_on=notice.closed_on if state in _SETTLED else None,
        feedback=accepted,
        is_demonstration=notice.is_demonstration,
    )


def desk_panel(task: Task, day: date) -> Panel:
    """The notices on a task at the desk; whoever may not see one does not get a link to it."""
    found = SupervisionNotice.objects.filter(task=task).exclude(state=SupervisionState.DROPPED).select_related("body")
    notices = tuple(found.filter(proposed_on__lte=day).order_by(F("closed_on").desc(nulls_first=True), "-pk"))
    return Panel(
        "supervision/_desk_panel.html",
        DeskPanel(task.plan, task, notices, colour_names(), task.plan.state == PlanState.LIVE),
    )
