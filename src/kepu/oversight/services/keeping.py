"""What time does to questions: closing by silence, deadlines counted anew, overdue reminders, erasure."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.oversight.choices import CLOCKED_STATES, Audience, Closing, QuestionState, StepKind, Who, WordsState
from kepu.oversight.events import QuestionClosed
from kepu.oversight.models import Question
from kepu.oversight.queries import late_now, optional_days
from kepu.oversight.services.steps import (
    ask_office,
    close_question_todos,
    locked,
    note_step,
    require_state,
    settle_words_todo,
    wind_clock,
)

_ENDED = (QuestionState.CLOSED, QuestionState.REFUSED)
_SILENT = (QuestionState.ANSWERED, QuestionState.UNSETTLED, QuestionState.CLARIFYING)


@dataclass(frozen=True, slots=True)
class KeepingReport:
    """What a run of the daily care did."""

    closed: int
    recounted: int
    overdue: int
    erased: int


def keep_questions() -> KeepingReport:
    """Close what fell silent, count deadlines anew, tell the office what is overdue, erase what was kept long enough.

    Runs as often as one likes; each question is handled in a transaction of its own, and one that fails leaves the
    others alone.

    Raises:
        ExceptionGroup: what failed, after the rest is done.
    """
    with care_round() as care:
        return KeepingReport(
            closed=sum(care.each(close_question, _ids(Q(state__in=_SILENT, closes_on__lt=today())))),
            recounted=sum(care.each(recount_deadline, _ids(Q(state__in=CLOCKED_STATES, clock_days__isnull=False)))),
            overdue=len(care.each(remind_office, _ids(late_now()))),
            erased=len(care.each(erase_written, _to_erase())),
        )


@transaction.atomic
def close_question(pk: int) -> bool:
    """Close a question whose asker said nothing for as long as the site waits; says whether it did.

    Raises:
        QuestionMoved: it waits for nobody's word.
    """
    question = locked(pk)
    if question.closes_on is None or question.closes_on >= today():
        return False  # the asker spoke in between
    require_state(question, *_SILENT)
    is_clarifying = question.state == QuestionState.CLARIFYING
    question.closing = Closing.NO_DETAILS if is_clarifying else Closing.SILENCE
    question.state, question.closed_on, question.closes_on = QuestionState.CLOSED, today(), None
    question.save()
    note_step(question, StepKind.CLOSED, who=Who.SYSTEM, why=question.closing)
    record("oversight.question.closed", question, actor=None, number=question.public_number, closing=question.closing)
    publish(QuestionClosed(question.pk, question.closing))
    close_question_todos(question)
    return True


@transaction.atomic
def recount_deadline(pk: int) -> bool:
    """Count a deadline anew, as after a year's calendar was loaded; says whether it moved."""
    question = locked(pk)
    before = question.due_on
    if wind_clock(question) == before:
        return False
    question.save(update_fields=["due_on"])
    return True


@transaction.atomic
def remind_office(pk: int) -> None:
    """Hang up a to-do for the office while an answer is overdue; the answer takes it down."""
    question = locked(pk)
    if question.state not in CLOCKED_STATES or question.due_on is None or question.due_on >= today():
        return
    with city_words():
        body = question.owner.name if question.owner else _("还没有承办单位")
        title = _("公众提问逾期未答：%(number)s") % {"number": question.public_number}
        ask_office(question, "overdue", title, _("去看"), body)


def _to_erase() -> list[int]:
    """The questions that ended longer ago than the site keeps their unscreened words."""
    days = optional_days("oversight.keep_written_days")
    if days is None:
        return []
    old = Q(state__in=_ENDED, closed_on__lt=today() - timedelta(days=days))
    still = ~Q(text_written="", title_written="") | Q(words__written__gt="")
    return _ids(old & still)


@transaction.atomic
def erase_written(pk: int) -> None:
    """Erase the unscreened words of a question that ended."""
    question = locked(pk)
    question.title_written = question.text_written = ""
    question.save(update_fields=["title_written", "text_written"])
    question.words.filter(state=WordsState.WAITING).update(state=WordsState.KEPT)
    question.words.update(written="")
    settle_words_todo(question)
    note_step(question, StepKind.ERASED, who=Who.SYSTEM, audience=Audience.ASKER)
    record("oversight.question.erased", question, actor=None, number=question.public_number)


def _ids(wanted: Q) -> list[int]:
    return list(Question.objects.filter(wanted).order_by("pk").values_list("pk", flat=True).distinct())
