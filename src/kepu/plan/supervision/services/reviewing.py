"""What the leading office says of an answer: strike the notice off, or send it back with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.services import fit_text
from kepu.plan.supervision.choices import StepKind, SupervisionState, Verdict
from kepu.plan.supervision.errors import JudgeOfOwnBody
from kepu.plan.supervision.events import SupervisionStruck
from kepu.plan.supervision.models import Feedback, SupervisionNotice
from kepu.plan.supervision.permissions import is_judge_of_own_body
from kepu.plan.supervision.queries import liaisons_of
from kepu.plan.supervision.services.steps import (
    REASON_MOST,
    close_notice_todos,
    hand_to_body,
    locked_for_office,
    note_step,
    reason_given,
    require_state,
    start_clock,
    tell,
)


@transaction.atomic
def strike_notice(pk: int, *, actor: Person, text: str = "") -> SupervisionNotice:
    """Accept the answer and strike the notice off (销号); the answer is public from now on.

    Raises:
        NotAllowed: not of the leading office.
        JudgeOfOwnBody: the actor speaks for the body, or wrote the answer.
        NoticeMoved: nothing waits for a review, often because a colleague was quicker.
        TextUnfit: the words are too long.
    """
    notice, feedback = _locked_for_review(pk, actor)
    words = fit_text(text, field="text", most=REASON_MOST, is_required=False)
    _judge(feedback, Verdict.ACCEPTED)
    notice.state, notice.closed_on = SupervisionState.STRUCK, today()
    notice.save()
    note_step(notice, StepKind.STRUCK, actor=actor, text=words)
    publish(SupervisionStruck(notice.pk, notice.task_id))
    close_notice_todos(notice)
    with city_words():
        title = _("督办已销号：%(number)s") % {"number": notice.public_number}
        tell(notice, liaisons_of(notice.body), "struck", title, kind="supervision.notice")
    return notice


@transaction.atomic
def return_notice(pk: int, *, reason: str, actor: Person) -> SupervisionNotice:
    """Send an answer back with a reason; the body answers again, and the days start anew.

    Raises:
        NotAllowed: not of the leading office.
        JudgeOfOwnBody: the actor speaks for the body, or wrote the answer.
        NoticeMoved: nothing waits for a review.
        TextUnfit: no reason.
    """
    notice, feedback = _locked_for_review(pk, actor)
    words = reason_given(reason)
    _judge(feedback, Verdict.RETURNED)
    notice.state, notice.promised_on = SupervisionState.RETURNED, None
    notice.round += 1
    start_clock(notice)
    notice.save()
    note_step(notice, StepKind.RETURNED, actor=actor, text=words, due_on=notice.due_on)
    close_notice_todos(notice)
    hand_to_body(notice)
    return notice


def _locked_for_review(pk: int, actor: Person) -> tuple[SupervisionNotice, Feedback]:
    notice = locked_for_office(pk, actor)
    require_state(notice, SupervisionState.ANSWERED)
    feedback = notice.feedbacks.get(round=notice.round)
    if is_judge_of_own_body(actor, notice, feedback):
        raise JudgeOfOwnBody(_("您也代表这个单位，或者这份反馈是您写的，不能自己复核。请办公室别的同事来复核。"))
    return notice, feedback


def _judge(feedback: Feedback, verdict: Verdict) -> None:
    feedback.verdict, feedback.reviewed_on = verdict, today()
    feedback.save(update_fields=["verdict", "reviewed_on"])
