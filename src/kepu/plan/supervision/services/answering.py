"""What the body does: sign for a notice, and say why, what is done about it and until when."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.services import public_text
from kepu.plan.supervision.choices import OWED_STATES, StepKind, SupervisionState
from kepu.plan.supervision.errors import NoticeUnfit
from kepu.plan.supervision.events import SupervisionAnswered
from kepu.plan.supervision.models import Feedback, SupervisionNotice
from kepu.plan.supervision.permissions import may_answer_notice
from kepu.plan.supervision.queries import liaisons_of
from kepu.plan.supervision.services.steps import (
    WORDS_MOST,
    ask,
    close_notice_todos,
    hand_to_body,
    locked,
    note_step,
    require_state,
    tell,
)

_MOST_PROMISED = timedelta(days=3 * 366)


@transaction.atomic
def sign_notice(pk: int, *, actor: Person) -> SupervisionNotice:
    """Say that the body has the notice and takes it in hand (签收).

    Raises:
        NotAllowed: the actor does not speak for the body.
        NoticeMoved: it was signed for before, or taken back.
    """
    notice = _locked_for_body(pk, actor)
    require_state(notice, SupervisionState.ISSUED)
    _sign(notice, actor)
    close_notice_todos(notice)
    hand_to_body(notice)
    return notice


@transaction.atomic
def give_feedback(
    pk: int, *, cause: str, measures: str, promised_on: date, actor: Person, is_checked: bool = False
) -> SupervisionNotice:
    """Answer a notice (反馈); where nobody signed for it yet, this signs for it as well.

    Args:
        pk: the notice.
        cause: why it came to this; public once reviewed.
        measures: what is done about it; public once reviewed.
        promised_on: until when.
        actor: who speaks for the body.
        is_checked: the actor says that what looks like personal data may be public.

    Raises:
        NotAllowed: the actor does not speak for the body.
        NoticeMoved: no answer is owed any more, often because a colleague answered.
        NoticeUnfit: the day lies in the past or too far away.
        TextUnfit: nothing said, or too long.
        PersonalDataFound: see `is_checked`.
    """
    notice = _locked_for_body(pk, actor)
    require_state(notice, *OWED_STATES)
    why = public_text(cause, field="cause", is_checked=is_checked, most=WORDS_MOST)
    how = public_text(measures, field="measures", is_checked=is_checked, most=WORDS_MOST)
    if not today() <= promised_on <= today() + _MOST_PROMISED:
        raise NoticeUnfit(_("整改期限要从今天起，不超过三年。"), field="promised_on")
    if notice.state == SupervisionState.ISSUED:
        _sign(notice, actor)
    given = {"round": notice.round, "cause": why, "measures": how, "promised_on": promised_on}
    Feedback.objects.create(notice=notice, given_on=today(), given_by=actor, **given)
    notice.state, notice.promised_on = SupervisionState.ANSWERED, promised_on
    notice.save()
    is_late = notice.due_on is not None and today() > notice.due_on
    note_step(
        notice, StepKind.ANSWERED, actor=actor, role=_role_of(actor, notice), promised_on=promised_on, late=is_late
    )
    publish(SupervisionAnswered(notice.pk, notice.task_id, is_late))
    close_notice_todos(notice)
    with city_words():
        title = _("复核督办反馈：%(number)s %(body)s") % {"number": notice.public_number, "body": notice.body.label}
        ask(notice, "review", title, _("去复核"), notice.task.label[:200])
        office = [p for p in persons_holding(Role.LEADING_OFFICE, on=today()) if p != actor]
        tell(notice, office, f"answered:{notice.round}", title, kind="supervision.review")
    return notice


def _sign(notice: SupervisionNotice, actor: Person) -> None:
    notice.state, notice.signed_on = SupervisionState.SIGNED, today()
    notice.save()
    note_step(notice, StepKind.SIGNED, actor=actor, role=_role_of(actor, notice))


def _locked_for_body(pk: int, actor: Person) -> SupervisionNotice:
    notice = locked(pk)
    if not may_answer_notice(actor, notice, is_orphan=not liaisons_of(notice.body)):
        raise NotAllowed(_("只有被督办单位的联络员可以签收和反馈。"))
    return notice


def _role_of(actor: Person, notice: SupervisionNotice) -> str:
    """As what somebody answers: for the body where the person may, else the office writes it down for the body."""
    return Role.LIAISON if actor.holds(Role.LIAISON, organisation=notice.body) else Role.LEADING_OFFICE
