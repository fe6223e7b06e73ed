"""The page of one question: for the public, for the asker, and at the desk."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.codes.queries import code_list
from kepu.oversight.choices import Audience, Closing, QuestionState, Refusal, StepKind, Who, WordsState
from kepu.oversight.models import AskerWords, Question, QuestionPause, QuestionStep
from kepu.oversight.permissions import may_handle_question, may_screen_questions
from kepu.oversight.queries.clock import Clock, clock_of
from kepu.oversight.queries.listing import public_questions, questions_visible_to
from kepu.oversight.queries.subjects import Subject, subject_noun, subject_of
from kepu.oversight.rules import Finding, findings_in, masked, read_code, read_number

_PUBLIC, _ASKER, _DESK, _READER = "public", "asker", "desk", "reader"
_OF_THE_HOUSE = frozenset({StepKind.WORDS_SHOWN, StepKind.WORDS_KEPT, StepKind.ERASED})


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One step as one reader sees it."""

    kind: str
    label: str
    who: str
    at: datetime
    text: str = ""
    note: str = ""
    is_screened: bool = True
    """False where an asker's words wait for screening and this reader does not see them."""
    target: str = ""
    """To which body it went."""
    why: str = ""
    """Why it was closed or refused, as a label."""
    is_new_round: bool = False


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything a page of one question shows."""

    question: Question
    noun: str
    subject: Subject | None
    clock: Clock
    trail: tuple[TrailLine, ...]
    answer: TrailLine | None
    """The answer that holds now."""
    request: TrailLine | None
    """What the asker was asked for, while that is open."""


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """What an asker said and a screener must look at."""

    words_id: int
    written: str
    proposed: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A question at the desk, with what its person may do now."""

    page: QuestionPage
    may_screen: bool
    may_handle: bool
    sees_written: bool
    proposed_title: str
    proposed_text: str
    findings: tuple[Finding, ...]
    repeats: tuple[Question, ...]
    waiting: tuple[WaitingWords, ...]
    is_about_owner: bool
    """A complaint about the very body that would answer it."""


def public_page(year: int, number: int) -> QuestionPage | None:
    """A released question as everybody sees it."""
    question = public_questions().filter(year=year, number=number).first()
    return _page(question, _PUBLIC) if question else None


def code_digest(year: int, number: int, code: str) -> bytes:
    """The stored form of a lookup code: a hash under the site's secret key, so that the table alone opens nothing."""
    return salted_hmac("kepu.oversight.code", f"{year}:{number}:{code}", algorithm="sha256").digest()


def question_behind(number: str, code: str) -> Question | None:
    """The question with this number if the code is its code; takes the same time whether or not it exists."""
    read = read_number(number)
    year, running = read or (0, 0)
    question = Question.objects.filter(year=year, number=running).select_related("owner").first() if read else None
    expected = bytes(question.code_digest) if question else bytes(32)
    is_right = hmac.compare_digest(expected, code_digest(year, running, read_code(code)))
    return question if question is not None and is_right else None


def own_page(question: Question) -> QuestionPage:
    """A question as its asker sees it."""
    return _page(question, _ASKER)


def desk_page(actor: Person, pk: int) -> DeskPage | None:
    """A question as one person of the house sees it, or None where that person may not see it."""
    question = questions_visible_to(actor).filter(pk=pk).first()
    if question is None:
        return None
    may_screen, may_handle = may_screen_questions(actor), may_handle_question(actor, question)
    words = operator_words() if may_screen else ()
    waiting = question.words.filter(state=WordsState.WAITING) if may_screen else ()
    title, text = question.title_written, question.text_written
    in_title, in_text = findings_in(title, words), findings_in(text, words)
    is_new = may_screen and question.state == QuestionState.RECEIVED
    return DeskPage(
        page=_page(question, _DESK if may_handle else _READER),
        may_screen=may_screen,
        may_handle=may_handle,
        sees_written=may_handle,
        proposed_title=masked(title, in_title),
        proposed_text=masked(text, in_text),
        findings=(*in_title, *in_text) if is_new else (),
        repeats=tuple(_repeats(question)) if is_new else (),
        waiting=tuple(_waiting(waiting, words)),
        is_about_owner=question.subject_type == "directory.organisation"
        and question.kind == "complain"
        and question.subject_id == str(question.owner_id),
    )


def operator_words() -> tuple[str, ...]:
    """The words that the operator wants a screener to be reminded of."""
    return tuple(entry.label for entry in code_list("oversight.words").entries)


def _repeats(question: Question) -> Iterable[Question]:
    same = Question.objects.filter(words_digest=question.words_digest).exclude(pk=question.pk)
    return same.select_related("owner")[:5]


def _waiting(words: Iterable[AskerWords], reminded: tuple[str, ...]) -> Iterable[WaitingWords]:
    for one in words:
        found = findings_in(one.written, reminded)
        yield WaitingWords(one.pk, one.written, masked(one.written, found), found)


def _page(question: Question, reader: str) -> QuestionPage:
    pauses: list[QuestionPause] = list(question.pauses.all())
    words = {one.pk: one for one in question.words.all()}
    steps = list(question.steps.all())
    lines = [_line(step, words, reader) for step in steps if _is_for(step, reader)]
    answers = [line for line in lines if line.kind == StepKind.ANSWERED]
    requests = [line for line in lines if line.kind == StepKind.DETAILS_REQUESTED]
    return QuestionPage(
        question=question,
        noun=subject_noun(question.subject_type),
        subject=subject_of(question.subject_type, question.subject_id),
        clock=clock_of(question, pauses),
        trail=tuple(lines),
        answer=answers[-1] if answers and question.answered_on is not None else None,
        request=requests[-1] if requests and question.state == QuestionState.CLARIFYING else None,
    )


def _is_for(step: QuestionStep, reader: str) -> bool:
    return reader == _DESK or step.kind not in _OF_THE_HOUSE


def _line(step: QuestionStep, words: dict[int, AskerWords], reader: str) -> TrailLine:
    said = words.get(step.words_id) if step.words_id is not None else None
    text, is_screened = "", True
    if said is not None and step.who == Who.ASKER:
        text = said.written if reader in {_ASKER, _DESK} and said.written else said.shown
        is_screened = reader in {_ASKER, _DESK} or said.state != WordsState.WAITING
    elif step.audience == Audience.PUBLIC or reader in {_ASKER, _DESK}:
        text = step.text
    return TrailLine(
        kind=step.kind,
        label=step.get_kind_display(),
        who=_who(step),
        at=step.at,
        text=text,
        note=step.note if reader == _DESK else "",
        is_screened=is_screened,
        target=str(step.data.get("to", "")),
        why=_why(step),
        is_new_round=step.kind == StepKind.REOPENED,
    )


def _why(step: QuestionStep) -> str:
    labels = {StepKind.CLOSED: Closing, StepKind.REFUSED: Refusal}
    closed_list = labels.get(StepKind(step.kind))
    return str(closed_list(step.data["why"]).label) if closed_list and "why" in step.data else ""


def _who(step: QuestionStep) -> str:
    """Who did it, as a role: no person's name is shown."""
    if step.who != Who.PERSON:
        return str(Who(step.who).label)
    role = str(Role(step.role).label) if step.role in Role.values else ""
    if step.role == Role.LEADING_OFFICE or not step.body_name:
        return role
    return _("%(body)s（%(role)s）") % {"body": step.body_name, "role": role}
