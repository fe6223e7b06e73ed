"""What an asker does: ask, look up, add details, judge, ask again. Number and code are the only proof."""

import hashlib
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.choices import Audience, Closing, QuestionKind, QuestionState, StepKind, Verdict, Who
from kepu.oversight.errors import CodeWrong, FormUsed, SubjectUnknown, TextUnfit
from kepu.oversight.events import QuestionAsked, QuestionClosed, QuestionReopened
from kepu.oversight.models import AskerWords, Question, QuestionYear
from kepu.oversight.queries import code_digest, days_for, question_behind, split_about, subject_of
from kepu.oversight.rules import CODE_DIGITS, digest_of_words, number_of
from kepu.oversight.services.limits import check_turns, use_turn
from kepu.oversight.services.steps import (
    TITLE_MOST,
    ask_office,
    close_question_todos,
    day_of_silence,
    end_pause,
    fit_text,
    hand_to_body,
    keep_words,
    locked,
    moved,
    note_step,
    require_state,
    wind_clock,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the asker keeps: the way to the answer."""

    number: str
    code: str
    question_id: int
    is_new: bool


@transaction.atomic
def ask_question(
    *, kind: str, title: str, text: str, form_key: uuid.UUID, about: str = "", visitor: str = ""
) -> Receipt:
    """Take a question in. It is shown to nobody outside before a person of the office released it.

    The code follows from the form's own key and the site's secret, so that a form that is sent twice, by a second
    click or a reload, gives the same receipt and no second question.

    Args:
        kind: one of `QuestionKind`.
        title: in one line.
        text: as long as the site allows.
        form_key: a random key that only this form carries.
        about: `TYPE:ID` of the thing, or empty for no thing in particular.
        visitor: hash by which turns are counted; empty for the house itself.

    Raises:
        TextUnfit: something is missing or too long.
        SubjectUnknown: the thing is not there (any more).
        FormUsed: the same form was sent before with other words.
        TooManyAttempts: this visitor asked too often within the hour.
    """
    if kind not in QuestionKind.values:
        raise TextUnfit(_("请选咨询、建议或投诉。"), field="kind")
    title, text = fit_text(title, field="title", most=TITLE_MOST), fit_text(text, field="text")
    subject_type, subject_id = split_about(about)
    subject = subject_of(subject_type, subject_id) if about else None
    if about and subject is None:
        raise SubjectUnknown(_("您要问的这一项已经不在了，请从它现在的页面重新进来，或不指明对象直接提出。"))
    day = today()
    QuestionYear.objects.get_or_create(year=day.year)
    counter = QuestionYear.objects.select_for_update().get(year=day.year)
    digest, words = hashlib.sha256(form_key.bytes).digest(), digest_of_words(title, text)
    code = _code_of(form_key)
    before = Question.objects.filter(form_digest=digest).first()
    if before is not None:
        if bytes(before.words_digest) != words:
            said = {"number": before.public_number}
            raise FormUsed(_("这张表已经送过一次（%(number)s）。要提另一件事，请再按一次“提出”。") % said)
        return Receipt(before.public_number, code, before.pk, is_new=False)
    check_turns("asks", visitor)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    question = Question(
        year=day.year,
        number=counter.last_number,
        kind=kind,
        subject_type=subject_type if subject else "",
        subject_id=subject_id if subject else "",
        subject_label=subject.label[:300] if subject else "",
        subject_address=subject.address[:300] if subject else "",
        owner_id=subject.owner_organisation_id if subject else None,
        region_id=subject.region_id if subject else None,
        title_written=title,
        text_written=text,
        words_digest=words,
        code_digest=code_digest(day.year, counter.last_number, code),
        form_digest=digest,
        asked_at=now(),
        clock_starts_on=day,
        clock_days=days_for(kind),
        is_demonstration=settings.KEPU_IS_DEMONSTRATION,
    )
    wind_clock(question)
    question.save()
    note_step(question, StepKind.ASKED, who=Who.ASKER)
    record("oversight.question.asked", question, actor=None, number=question.public_number, kind=kind)
    publish(QuestionAsked(question.pk))
    with city_words():
        ask_office(
            question,
            "screen",
            _("审核公众提问：%(number)s") % {"number": question.public_number},
            _("去审核"),
            _("审核后才公开并交给承办单位；期限从提出那天算起。"),
        )
    use_turn("asks", visitor)
    return Receipt(number_of(question.year, question.number), code, question.pk, is_new=True)


def _code_of(form_key: uuid.UUID) -> str:
    digest = salted_hmac("kepu.oversight.code_of_form", form_key.hex, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:16]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def open_own(number: str, code: str, *, visitor: str = "") -> Question:
    """Find an asker's own question; wrong tries are counted.

    Raises:
        CodeWrong: there is no question with this number and code.
        TooManyAttempts: this visitor was wrong too often within the hour.
    """
    check_turns("wrong_codes", visitor)
    question = question_behind(number, code)
    if question is None:
        use_turn("wrong_codes", visitor)
        raise CodeWrong(_("编号和查询码对不上。请看提出后给您的那一页：编号像 2024-0007，查询码是 12 个数字。"))
    return question


def add_details(number: str, code: str, text: str, *, visitor: str = "") -> Question:
    """Add what the body asked for; the clock runs again. Also works after the matter was closed for want of it.

    Raises:
        CodeWrong: not the asker.
        QuestionMoved: nobody asks for details now.
        TextUnfit: empty or too long.
    """
    pk = open_own(number, code, visitor=visitor).pk
    with transaction.atomic():
        question = locked(pk)
        if question.state != QuestionState.CLARIFYING and question.closing != Closing.NO_DETAILS:
            raise moved(question)
        words = keep_words(question, fit_text(text, field="text"))
        end_pause(question)
        question.state, question.closing = QuestionState.IN_HAND, ""
        question.closes_on = question.closed_on = None
        wind_clock(question)
        question.save()
        _note_asker(question, StepKind.DETAILS_ADDED, words)
        hand_to_body(question)
        return question


def judge_answer(number: str, code: str, *, is_settled: bool, text: str = "", visitor: str = "") -> Question:
    """Say whether the answer settled the matter. Only the asker says so; it works also after closing by silence.

    Args:
        number: the public number.
        code: the lookup code.
        is_settled: True closes the question.
        text: why; required where it is not settled.
        visitor: hash by which wrong codes are counted.

    Raises:
        CodeWrong: not the asker.
        QuestionMoved: there is no answer to judge.
        TextUnfit: not settled, and no word why; or too long.
    """
    pk = open_own(number, code, visitor=visitor).pk
    with transaction.atomic():
        question = locked(pk)
        if question.state != QuestionState.ANSWERED and question.closing != Closing.SILENCE:
            raise moved(question)
        text = fit_text(text, field="text", is_required=not is_settled)
        words = keep_words(question, text) if text else None
        question.verdict = Verdict.SETTLED if is_settled else Verdict.UNSETTLED
        question.state = QuestionState.CLOSED if is_settled else QuestionState.UNSETTLED
        question.closing = Closing.SETTLED if is_settled else ""
        question.closed_on = today() if is_settled else None
        question.closes_on = None if is_settled else day_of_silence("close_after_days")
        question.save()
        _note_asker(question, StepKind.SETTLED if is_settled else StepKind.UNSETTLED, words)
        if is_settled:
            publish(QuestionClosed(question.pk, Closing.SETTLED))
        return question


def reopen_question(number: str, code: str, text: str = "", *, visitor: str = "") -> Question:
    """After "not settled": hand the matter to the body again, with a new to-do and a new clock.

    Raises:
        CodeWrong: not the asker.
        QuestionMoved: the answer was not judged, or was judged to settle the matter.
        TextUnfit: too long.
    """
    pk = open_own(number, code, visitor=visitor).pk
    with transaction.atomic():
        question = locked(pk)
        if question.verdict != Verdict.UNSETTLED:
            raise moved(question)
        require_state(question, QuestionState.UNSETTLED, QuestionState.CLOSED)
        text = fit_text(text, field="text", is_required=False)
        words = keep_words(question, text) if text else None
        question.round += 1
        question.state = QuestionState.IN_HAND if question.owner else QuestionState.TO_ROUTE
        question.verdict = question.closing = ""
        question.answered_on = question.closes_on = question.closed_on = None
        question.clock_starts_on, question.clock_days = today(), days_for(question.kind)
        wind_clock(question)
        question.save()
        _note_asker(question, StepKind.REOPENED, words)
        publish(QuestionReopened(question.pk, question.round))
        close_question_todos(question)
        if question.owner:
            hand_to_body(question)
        else:
            with city_words():
                ask_office(
                    question, "route", _("转办公众提问：%(number)s") % {"number": question.public_number}, _("去转办")
                )
        return question


def _note_asker(question: Question, kind: StepKind, words: AskerWords | None) -> None:
    note_step(question, kind, who=Who.ASKER, audience=Audience.ASKER, words=words)
    record(f"oversight.question.{kind}", question, actor=None, number=question.public_number)
