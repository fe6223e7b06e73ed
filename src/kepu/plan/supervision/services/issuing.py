"""Sending notices out and taking them back: one proposal, several at once, or by hand from a task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.services import fit_text
from kepu.plan.supervision.choices import OPEN_STATES, Colour, StepKind, SupervisionState, Trigger
from kepu.plan.supervision.errors import NoticeMoved, NoticeOpen, NoticeUnfit
from kepu.plan.supervision.events import SupervisionIssued, SupervisionWithdrawn
from kepu.plan.supervision.models import NoticeYear, SupervisionNotice
from kepu.plan.supervision.permissions import may_supervise
from kepu.plan.supervision.queries import figures, liaisons_of, standings
from kepu.plan.supervision.services.steps import (
    REASON_MOST,
    close_notice_todos,
    hand_to_body,
    locked_for_office,
    name_of,
    note_step,
    reason_given,
    require_state,
    start_clock,
    tell,
)
from kepu.plan.supervision.services.waiting import ask_to_issue
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan, Task


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What became of several proposals that were to go out at once."""

    issued: tuple[SupervisionNotice, ...]
    refused: tuple[str, ...]
    """Why the others did not, in words."""


@transaction.atomic
def issue_notice(pk: int, *, actor: Person | None, demand: str = "", colour: str = "") -> SupervisionNotice:
    """Send a proposal out to its body; from now on the days are counted.

    Args:
        pk: the proposal.
        actor: of the leading office; None only where the site lets proposals go out by themselves.
        demand: what the office wants to add, read by the body.
        colour: another one than the rules gave; empty keeps it.

    Raises:
        NotAllowed: not of the leading office.
        NoticeMoved: somebody issued or withdrew it before, or the matter is gone.
        NoticeUnfit: there is no such colour.
        PlanClosed: the plan is over.
        TextUnfit: the words are too long.
    """
    notice = locked_for_office(pk, actor)
    require_state(notice, SupervisionState.DRAFTED)
    refuse_closed(notice.task.plan)
    refuse_struck(notice.task)
    notice.demand = fit_text(demand, field="demand", most=REASON_MOST, is_required=False) or notice.demand
    notice.colour = fit_colour(colour or notice.colour)
    _send(notice, actor)
    ask_to_issue(notice.task.plan)
    return notice


@transaction.atomic
def issue_notices(pks: Sequence[int], *, actor: Person) -> IssueReport:
    """Send several proposals out at once; one that cannot go does not keep the others back.

    Raises:
        NoticeUnfit: none was chosen.
    """
    if not pks:
        raise NoticeUnfit(_("还没有选。请先勾上要下发的督办。"), field="notices")
    issued, refused = [], []
    # All are locked before the first takes a number, so that two who issue overlapping choices wait for each other.
    chosen = SupervisionNotice.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    for pk in list(chosen.values_list("pk", flat=True)):
        try:
            issued.append(issue_notice(pk, actor=actor))
        except (NoticeMoved, PlanClosed, NotAllowed) as problem:
            refused.append(str(problem))
    return IssueReport(tuple(issued), tuple(refused))


@transaction.atomic
def issue_by_hand(
    task_id: int, *, body_ids: Iterable[int], colour: str, demand: str, actor: Person
) -> list[SupervisionNotice]:
    """Send a notice that no rule proposed, to one or more bodies that have a duty in the task.

    Args:
        task_id: the task.
        body_ids: the bodies.
        colour: one of `Colour`.
        demand: why, and what is to be done; read by the bodies.
        actor: of the leading office.

    Raises:
        NotAllowed: not of the leading office of the plan's region.
        PlanClosed: the plan is over.
        NoticeUnfit: no body, one without a duty in the task, or no such colour.
        NoticeOpen: one of the bodies has an open notice by hand on this task.
        TextUnfit: no reason.
    """
    Task.objects.select_for_update(no_key=True).get(pk=task_id)
    task = Task.objects.select_related("plan__region").get(pk=task_id)
    if not may_supervise(actor, task.plan):
        raise NotAllowed(_("只有领导小组办公室可以下发督办。"))
    refuse_closed(task.plan)
    refuse_struck(task)
    bodies = _owing(task, body_ids)
    words = reason_given(demand, field="demand")
    shade = fit_colour(colour)
    with city_words():
        standing = standings(task.plan, today(), figures(), task_id=task.pk)[0]
    made = []
    for body in bodies:
        notice = SupervisionNotice(
            task=task,
            body=body,
            trigger=Trigger.BY_HAND,
            colour=shade,
            demand=words,
            seen_on=standing.day,
            seen_status=standing.status,
            seen_sentence=standing.sentence,
            proposed_on=today(),
            is_demonstration=task.plan.is_demonstration or standing.is_demonstration,
        )
        _send(notice, actor)
        made.append(notice)
    return made


@transaction.atomic
def withdraw_notice(pk: int, *, reason: str, actor: Person) -> SupervisionNotice:
    """Take a notice back, or decide that a proposal does not go out; the body is told where it had been told before.

    Raises:
        NotAllowed: not of the leading office.
        NoticeMoved: it is settled already.
        TextUnfit: no reason.
    """
    notice = locked_for_office(pk, actor)
    require_state(notice, *OPEN_STATES)
    words = reason_given(reason)
    notice.state, notice.closed_on = SupervisionState.WITHDRAWN, today()
    notice.save()
    note_step(notice, StepKind.WITHDRAWN, actor=actor, text=words)
    if notice.issued_on is not None:
        publish(SupervisionWithdrawn(notice.pk, notice.task_id))
        with city_words():
            title = _("督办已撤回：%(number)s") % {"number": notice.public_number}
            tell(notice, liaisons_of(notice.body), "withdrawn", title, kind="supervision.notice")
    close_notice_todos(notice)
    ask_to_issue(notice.task.plan)
    return notice


def refuse_closed(plan: Plan) -> None:
    """Raise where the plan is over."""
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已收官，不再下发督办。") % {"plan": str(plan)[:80]})


def refuse_struck(task: Task) -> None:
    """Raise where a person struck the task: nobody owes anything for it any more."""
    if task.is_struck:
        raise NoticeMoved(_("“%(task)s”已经划去，不再督办。") % {"task": task.label[:80]})


def fit_colour(code: str) -> str:
    """A colour that there is.

    Raises:
        NoticeUnfit: there is no such colour.
    """
    if code not in Colour.values:
        raise NoticeUnfit(_("请选一个颜色。"), field="colour")
    return code


def _owing(task: Task, body_ids: Iterable[int]) -> list[Organisation]:
    wanted = set(body_ids)
    duties = task.duties.select_related("organisation__parent", "organisation__region")
    bodies = [duty.organisation for duty in duties if duty.organisation_id in wanted]
    if not wanted or len(bodies) < len(wanted):
        raise NoticeUnfit(_("请选在这项任务里有责任的单位。"), field="bodies")
    busy = SupervisionNotice.objects.filter(
        task=task, body__in=bodies, trigger=Trigger.BY_HAND, state__in=OPEN_STATES
    ).select_related("body", "task")
    for notice in busy:
        raise NoticeOpen(
            _("%(body)s在这项任务上还有一件没办完的督办（%(number)s），请先办完或撤回它。")
            % {"body": notice.body.label, "number": name_of(notice)},
            field="bodies",
        )
    return bodies


def _send(notice: SupervisionNotice, actor: Person | None) -> None:
    """Number it, start its days, save it, and let it reach the body."""
    day = today()
    NoticeYear.objects.get_or_create(year=day.year)
    counter = NoticeYear.objects.select_for_update().get(year=day.year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    notice.year, notice.number = day.year, counter.last_number
    notice.state, notice.issued_on = SupervisionState.ISSUED, day
    start_clock(notice)
    notice.save()
    note_step(notice, StepKind.ISSUED, actor=actor, text=notice.demand, due_on=notice.due_on)
    publish(SupervisionIssued(notice.pk, notice.task_id, notice.body_id, notice.colour))
    hand_to_body(notice)
