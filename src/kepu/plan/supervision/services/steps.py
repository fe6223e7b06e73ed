"""What every service of a notice does: lock it, check its state, note the step, hang up and take down to-dos."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.oversight.services import fit_text
from kepu.plan.supervision.choices import StepKind, SupervisionState, Who
from kepu.plan.supervision.errors import NoticeMoved
from kepu.plan.supervision.models import SupervisionNotice, SupervisionStep
from kepu.plan.supervision.permissions import may_supervise
from kepu.plan.supervision.queries import day_after, figures, liaisons_of

WORDS_MOST = 2000
REASON_MOST = 500
TODO_KEYS = ("sign", "answer", "review", "escalated")


def locked(pk: int) -> SupervisionNotice:
    """The notice, held until the transaction ends, so that two who act at once act one after the other.

    Raises:
        SupervisionNotice.DoesNotExist: there is none.
    """
    SupervisionNotice.objects.select_for_update().get(pk=pk)
    related = ("task__plan__region", "body__parent", "body__region")
    return SupervisionNotice.objects.select_related(*related).get(pk=pk)


def locked_for_office(pk: int, actor: Person | None) -> SupervisionNotice:
    """The notice for an act of the leading office; None acts for the system.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the plan's region.
    """
    notice = locked(pk)
    if actor is not None and not may_supervise(actor, notice.task.plan):
        raise NotAllowed(_("只有领导小组办公室可以做这一步。"))
    return notice


def require_state(notice: SupervisionNotice, *allowed: SupervisionState) -> None:
    """Refuse what does not fit the state, and say which state it is in by now.

    Raises:
        NoticeMoved: the state is another one.
    """
    if notice.state not in allowed:
        raise NoticeMoved(
            _("%(what)s现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新这一页再看；您写的字还在下面。")
            % {"what": name_of(notice), "state": notice.get_state_display()},
            state=notice.state,
        )


def name_of(notice: SupervisionNotice) -> str:
    """By what a notice is called before and after it has a number."""
    return notice.public_number or _("这件督办")


def reason_given(text: str, *, field: str = "reason") -> str:
    """A reason in words.

    Raises:
        TextUnfit: empty or too long.
    """
    return fit_text(text, field=field, most=REASON_MOST)


def note_step(
    notice: SupervisionNotice,
    kind: StepKind,
    *,
    actor: Person | None,
    role: str = Role.LEADING_OFFICE,
    text: str = "",
    **data: Any,
) -> SupervisionStep:
    """Write one step into the trail, and into the audit.

    Args:
        notice: saved as the step leaves it.
        kind: which step.
        actor: who; None for the system.
        role: as what the actor did it; a liaison acts for the notice's body.
        text: the words that belong to it.
        data: what else must be known later; plain values.
    """
    is_liaison = actor is not None and role == Role.LIAISON
    step = SupervisionStep.objects.create(
        notice=notice,
        at=now(),
        day=today(),
        round=notice.round,
        kind=kind,
        who=Who.SYSTEM if actor is None else Who.PERSON,
        person_id=None if actor is None else actor.pk,
        role="" if actor is None else role,
        body_name=notice.body.name if is_liaison else "",
        colour=notice.colour,
        text=text,
        data=data,
    )
    told = {"number": notice.public_number, "task": notice.task_id, "body": notice.body_id, "colour": notice.colour}
    record(f"supervision.notice.{kind}", notice, actor=actor, **told, **data)
    return step


def start_clock(notice: SupervisionNotice) -> None:
    """Let the days in which the body answers run from today, by the figures of today; the caller saves it."""
    site = figures()
    notice.clock_starts_on, notice.answer_days = today(), site.answer_days[notice.colour]
    notice.sign_days = site.sign_days if notice.sign_days is None else notice.sign_days
    wind_clock(notice)


def wind_clock(notice: SupervisionNotice) -> None:
    """Count the days by which it is signed and answered; None where the calendar is not loaded. The caller saves it."""
    if notice.issued_on is None or notice.clock_starts_on is None or notice.answer_days is None:
        raise ValueError("only a notice that is out has a clock")
    sign_days = figures().sign_days if notice.sign_days is None else notice.sign_days  # sent before it was kept
    notice.sign_by = day_after(notice.issued_on, sign_days)
    notice.due_on = day_after(notice.clock_starts_on, notice.answer_days)


# --- to-dos and notices -------------------------------------------------------------------------------------------


def todo_key(cause: str, notice: SupervisionNotice) -> str:
    """The key of a to-do on a notice."""
    return f"supervision.{cause}:{notice.pk}"


def close_notice_todos(notice: SupervisionNotice) -> None:
    """Take down everything that waits for somebody to move the notice on."""
    for cause in TODO_KEYS:
        close_todos(todo_key(cause, notice))


def ask(notice: SupervisionNotice, cause: str, title: str, action: str, reason: str, **addressee: Any) -> None:
    """Hang up a to-do that leads to the notice; without an addressee it is for the leading office."""
    open_todo(
        todo_key(cause, notice),
        title=title[:200],
        reason=reason[:300],
        action=action,
        url_name="supervision:notice",
        url_arguments=[notice.pk],
        subject=notice,
        **(addressee or {"role": Role.LEADING_OFFICE, "region": notice.task.plan.region}),
    )


def hand_to_body(notice: SupervisionNotice) -> None:
    """Let the notice reach who speaks for its body: a to-do and a message; the office where nobody does."""
    with city_words():
        said = {"number": notice.public_number, "task": notice.task.label[:80], "body": notice.body.label}
        cause, title, action = {
            SupervisionState.ISSUED: ("sign", _("签收督办：%(number)s %(task)s"), _("去签收")),
            SupervisionState.SIGNED: ("answer", _("反馈督办：%(number)s %(task)s"), _("去反馈")),
            SupervisionState.RETURNED: ("answer", _("督办反馈被退回：%(number)s %(task)s"), _("去补办")),
        }[SupervisionState(notice.state)]
        people = liaisons_of(notice.body)
        if not people:
            reason = _("%(body)s还没有联络员，请办公室转达，并替它记下签收和反馈。") % said
            ask(notice, cause, title % said, action, reason)
            return
        ask(
            notice,
            cause,
            title % said,
            action,
            notice.seen_sentence,
            due_on=notice.sign_by if cause == "sign" else notice.due_on,
            role=Role.LIAISON,
            organisation=notice.body,
        )
        if notice.state == SupervisionState.SIGNED:
            return  # who signed knows
        tell(notice, people, f"{notice.state}:{notice.round}", title % said, kind="supervision.notice")


def tell(
    notice: SupervisionNotice, people: list[Person], key: str, title: str, *, kind: str, is_urgent: bool = False
) -> None:
    """Tell some persons once about a notice."""
    for person in people:
        notify(
            person,
            key=f"supervision:{notice.pk}:{key}"[:120],
            kind=kind,
            title=title[:200],
            body=notice.seen_sentence,
            url=address_of(notice),
            is_urgent=is_urgent,
        )


def address_of(notice: SupervisionNotice) -> str:
    """The page of a notice."""
    return reverse("supervision:notice", args=[notice.pk])
