"""The page of one notice at the desk, with its trail and what its reader may do now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.plan.supervision.choices import OPEN_STATES, OWED_STATES, Cause, StepKind, SupervisionState, Who
from kepu.plan.supervision.models import Feedback, SupervisionNotice, SupervisionStep
from kepu.plan.supervision.permissions import is_judge_of_own_body, may_answer_notice, may_supervise
from kepu.plan.supervision.queries.bodies import liaisons_of
from kepu.plan.supervision.queries.clock import is_late, is_unsigned_late
from kepu.plan.supervision.queries.figures import figures
from kepu.plan.supervision.queries.listing import notices_visible_to
from kepu.plan.supervision.queries.standing import Standing, standings
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries.desk import tasks_on_desk


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One step as it is read: what, by whom (a role, never a name), when, in which words."""

    kind: str
    label: str
    who: str
    at: datetime
    text: str
    colour: str
    was_colour: str
    """The colour before, where the step raised it."""
    told: str
    """To whom it went, or how it was."""
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with everything around it, and what its reader may do now."""

    notice: SupervisionNotice
    trail: tuple[TrailLine, ...]
    feedback: Feedback | None
    """The answer that waits for the review."""
    now: Standing
    """How the task stands today."""
    others: tuple[SupervisionNotice, ...]
    """What else this body has open on this task."""
    has_liaison: bool
    is_late: bool
    is_unsigned_late: bool
    acts: frozenset[str]
    """Names of the services that fit the state and the person."""
    is_own_body: bool
    """The reader would review, but speaks for the body or wrote the answer."""

    @property
    def is_better(self) -> bool:
        """Whether nothing triggers any more what the notice was sent for."""
        return self.notice.state in OPEN_STATES and self.now.trigger is None


@dataclass(frozen=True, slots=True)
class HandPage:
    """A task with the bodies to which a notice by hand can go."""

    task: Task
    now: Standing
    bodies: tuple[tuple[int, str], ...]


def notice_page(actor: Person, pk: int) -> NoticePage | None:
    """A notice as one person of the house sees it, or None where that person may not see it."""
    notice = notices_visible_to(actor).filter(pk=pk).first()
    if notice is None:
        return None
    feedbacks = {feedback.round: feedback for feedback in notice.feedbacks.all()}
    waiting = feedbacks.get(notice.round) if notice.state == SupervisionState.ANSWERED else None
    has_liaison = bool(liaisons_of(notice.body))
    is_own = is_judge_of_own_body(actor, notice, waiting)
    others = notices_visible_to(actor).filter(task=notice.task_id, body=notice.body_id, state__in=OPEN_STATES)
    return NoticePage(
        notice=notice,
        trail=tuple(_line(step, feedbacks) for step in notice.steps.all()),
        feedback=waiting,
        now=_now(notice),
        others=tuple(others.exclude(pk=notice.pk)),
        has_liaison=has_liaison,
        is_late=is_late(notice),
        is_unsigned_late=is_unsigned_late(notice),
        acts=frozenset(_acts(actor, notice, is_orphan=not has_liaison, is_own=is_own)),
        is_own_body=is_own and waiting is not None and may_supervise(actor, notice.task.plan),
    )


def _now(notice: SupervisionNotice) -> Standing:
    """How the task stands today, in the city's words as the notice's own; one struck from the plan as it last stood."""
    if notice.task.is_struck:
        frozen = (notice.task, notice.seen_on, notice.seen_status, notice.seen_sentence, None)
        return Standing(*frozen, is_demonstration=False)
    with translation.override(settings.LANGUAGE_CODE):
        return standings(notice.task.plan, today(), figures(), task_id=notice.task_id)[0]


def _acts(actor: Person, notice: SupervisionNotice, *, is_orphan: bool, is_own: bool) -> set[str]:
    found: set[str] = set()
    state = notice.state
    if may_answer_notice(actor, notice, is_orphan=is_orphan):
        found |= {"sign"} if state == SupervisionState.ISSUED else set()
        found |= {"answer"} if state in OWED_STATES else set()
    if may_supervise(actor, notice.task.plan):
        found |= {"withdraw"} if state in OPEN_STATES else set()
        found |= {"escalate"} if state in OWED_STATES else set()
        found |= {"strike", "return"} if state == SupervisionState.ANSWERED and not is_own else set()
        if state == SupervisionState.DRAFTED and notice.task.plan.state == PlanState.LIVE:
            found.add("issue")
    return found


def _line(step: SupervisionStep, feedbacks: dict[int, Feedback]) -> TrailLine:
    before = str(step.data.get("before", ""))
    return TrailLine(
        kind=step.kind,
        label=step.get_kind_display(),
        who=who_did(step),
        at=step.at,
        text=step.text,
        colour=step.colour,
        was_colour=before if before != step.colour else "",
        told=_told(step.kind, step.data),
        feedback=feedbacks.get(step.round) if step.kind == StepKind.ANSWERED else None,
    )


def _told(kind: str, data: dict[str, Any]) -> str:
    if kind == StepKind.ESCALATED:
        cause = Cause(data["cause"]).label
        said, has_head = {"cause": cause, "to": data.get("to", "")}, data.get("has_head", False)
        if said["to"]:
            reached = (
                _("%(cause)s，已报单位负责人、上级单位%(to)s和办公室")
                if has_head
                else _("%(cause)s，已报上级单位%(to)s和办公室")
            )
            return reached % said
        return (
            _("%(cause)s，已报单位负责人和办公室") if has_head else _("%(cause)s，没有登记负责人，已报办公室")
        ) % said
    if data.get("due_on"):
        return _("应在 %(day)s 前反馈") % {"day": data["due_on"]}
    return _("迟于期限") if data.get("late") else ""


def who_did(step: SupervisionStep) -> str:
    """Who did it, as a role: no person's name is shown."""
    if step.who == Who.SYSTEM:
        return str(Who.SYSTEM.label)
    role = str(Role(step.role).label) if step.role in Role.values else ""
    return _("%(body)s（%(role)s）") % {"body": step.body_name, "role": role} if step.body_name else role


def hand_page(actor: Person, plan: Plan, slug: str) -> HandPage | None:
    """A task of the desk for a notice by hand; None where it is not there, the plan is over, or it is not the actor's."""
    if not may_supervise(actor, plan) or plan.state != PlanState.LIVE:
        return None
    task = tasks_on_desk(actor, plan).filter(slug=slug).first()
    if task is None:
        return None
    now = standings(plan, today(), figures(), task_id=task.pk)[0]
    bodies = [(d.organisation_id, f"{d.organisation.name}（{d.get_role_display()}）") for d in now.task.duties.all()]
    return HandPage(now.task, now, tuple(bodies))
