"""What the house does with a question: screen, refuse, refer, ask for details, answer."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.oversight.choices import OWED_STATES, Audience, QuestionState, Refusal, StepKind, Who, WordsState
from kepu.oversight.errors import OwnerMissing, QuestionMoved, TextUnfit
from kepu.oversight.events import QuestionAnswered, QuestionReferred, QuestionReleased
from kepu.oversight.models import AskerWords, Question, QuestionPause
from kepu.oversight.permissions import may_handle_question, may_screen_questions
from kepu.oversight.services.steps import (
    ask_office,
    close_question_todos,
    day_of_silence,
    end_pause,
    fit_text,
    hand_to_body,
    locked,
    note_step,
    public_text,
    require_state,
    settle_words_todo,
    wind_clock,
)

TITLE_SHOWN_MOST = 200


@transaction.atomic
def release_question(pk: int, *, title: str, text: str, owner_id: int | None, actor: Person) -> Question:
    """Show a question to the public, in the words that a person screened, and give it to the body that owes an answer.

    Args:
        pk: the question.
        title: as the public reads it.
        text: as the public reads it; may be empty where nothing of it can be shown.
        owner_id: the body.
        actor: of the leading office.

    Raises:
        NotAllowed: not of the leading office.
        QuestionMoved: somebody screened it before.
        OwnerMissing: no body, or one that is not there.
        TextUnfit: no title, or a text too long.
    """
    question = _for_screening(pk, actor)
    require_state(question, QuestionState.RECEIVED)
    question.title_shown = fit_text(title, field="title", most=TITLE_SHOWN_MOST)
    question.text_shown = fit_text(text, field="text", is_required=False)
    question.owner = _body(owner_id)
    question.state, question.released_at = QuestionState.IN_HAND, now()
    question.save()
    note_step(question, StepKind.RELEASED, who=Who.PERSON, person=actor, to=question.owner.name)
    _record(question, StepKind.RELEASED, actor, owner=question.owner.pk)
    publish(QuestionReleased(question.pk, question.owner.pk))
    close_question_todos(question)
    hand_to_body(question)
    return question


@transaction.atomic
def refuse_question(pk: int, *, reason: str, text: str, actor: Person) -> Question:
    """Do not take a question up. The asker is told why; nobody else sees anything of it.

    Args:
        pk: the question.
        reason: one of `Refusal`.
        text: in words to the asker.
        actor: of the leading office.

    Raises:
        NotAllowed: not of the leading office.
        QuestionMoved: somebody screened it before.
        TextUnfit: no reason, or no words for the asker.
    """
    question = _for_screening(pk, actor)
    require_state(question, QuestionState.RECEIVED)
    if reason not in Refusal.values:
        raise TextUnfit(_("请选一个原因。"), field="reason")
    told = fit_text(text, field="text")
    question.state, question.closed_on = QuestionState.REFUSED, today()
    question.save()
    note_step(question, StepKind.REFUSED, who=Who.PERSON, person=actor, text=told, audience=Audience.ASKER, why=reason)
    _record(question, StepKind.REFUSED, actor, reason=reason)
    close_question_todos(question)
    return question


@transaction.atomic
def refer_question(pk: int, *, owner_id: int | None, text: str, actor: Person, is_checked: bool = False) -> Question:
    """Give a question to another body, with the reason in public; the clock goes on.

    A liaison who knows no other body gives it back: then the office finds one, or answers itself.

    Args:
        pk: the question.
        owner_id: the other body; None gives it back to the office.
        text: why the duty lies there.
        actor: of the leading office, or a liaison of the body that has it.
        is_checked: the actor says that what looks like personal data may be public.

    Raises:
        NotAllowed: neither.
        QuestionMoved: no answer is owed any more.
        OwnerMissing: the same body, or one that is not there.
        TextUnfit: no reason.
        PersonalDataFound: see `is_checked`.
    """
    question = _for_handling(pk, actor)
    require_state(question, *OWED_STATES)
    text = public_text(text, field="text", is_checked=is_checked)
    to = _body(owner_id) if owner_id is not None else None
    if to == question.owner:
        raise OwnerMissing(_("它已经在这里了，请选另一个单位。"), field="owner")
    kind = StepKind.REFERRED if to else StepKind.SENT_BACK
    was_clarifying = question.state == QuestionState.CLARIFYING
    note_step(question, kind, who=Who.PERSON, person=actor, text=text, to=to.name if to else "")
    if was_clarifying:
        end_pause(question)  # another body asks for itself what it needs
        question.closes_on = None
    question.owner, question.state = to, QuestionState.IN_HAND if to else QuestionState.TO_ROUTE
    wind_clock(question)
    question.save()
    _record(question, kind, actor, owner=to.pk if to else None)
    publish(QuestionReferred(question.pk, to.pk if to else None))
    close_question_todos(question)
    if to:
        hand_to_body(question)
    else:
        with city_words():
            title = _("转办公众提问：%(number)s") % {"number": question.public_number}
            ask_office(question, "route", title, _("去转办"), text[:280])
    return question


@transaction.atomic
def request_details(pk: int, *, text: str, actor: Person, is_checked: bool = False) -> Question:
    """Ask the asker for what is missing, with the reason in public; the clock stands still until it comes.

    Args:
        pk: the question.
        text: what is missing and why it is needed.
        actor: of the leading office, or a liaison of the body.
        is_checked: as in `refer_question`.

    Raises:
        NotAllowed: neither.
        QuestionMoved: it is not in hand.
        TextUnfit: no words.
        PersonalDataFound: see `is_checked`.
    """
    question = _for_handling(pk, actor)
    require_state(question, QuestionState.IN_HAND)
    text = public_text(text, field="text", is_checked=is_checked)
    QuestionPause.objects.create(question=question, since=today(), reason=text)
    question.state, question.closes_on = QuestionState.CLARIFYING, day_of_silence("details_after_days")
    wind_clock(question)
    question.save()
    note_step(question, StepKind.DETAILS_REQUESTED, who=Who.PERSON, person=actor, text=text)
    _record(question, StepKind.DETAILS_REQUESTED, actor)
    close_question_todos(question)
    return question


@transaction.atomic
def answer_question(pk: int, *, text: str, actor: Person, note: str = "", is_checked: bool = False) -> Question:
    """Answer in public. The asker then says whether it is settled.

    Args:
        pk: the question.
        text: the answer, for everybody.
        note: for the desk only.
        actor: of the leading office, or a liaison of the body.
        is_checked: as in `refer_question`.

    Raises:
        NotAllowed: neither.
        QuestionMoved: somebody answered before, or it went to another body.
        TextUnfit: no answer, or too long.
        PersonalDataFound: see `is_checked`.
    """
    question = _for_handling(pk, actor)
    require_state(question, *OWED_STATES)
    text = public_text(text, field="text", is_checked=is_checked)
    note = fit_text(note, field="note", is_required=False)
    end_pause(question)
    wind_clock(question)
    question.state, question.answered_on = QuestionState.ANSWERED, today()
    question.closes_on = day_of_silence("close_after_days")
    question.save()
    note_step(question, StepKind.ANSWERED, who=Who.PERSON, person=actor, text=text, note=note)
    _record(question, StepKind.ANSWERED, actor)
    is_late = question.due_on is not None and today() > question.due_on
    publish(QuestionAnswered(question.pk, is_late=is_late))
    close_question_todos(question)
    return question


@transaction.atomic
def screen_words(words_id: int, *, text: str, actor: Person) -> AskerWords:
    """Show what an asker said later, in screened words; an empty text keeps it between asker and desk.

    Raises:
        NotAllowed: not of the leading office.
        QuestionMoved: somebody screened it before.
        TextUnfit: too long.
    """
    question = _for_screening(AskerWords.objects.get(pk=words_id).question_id, actor)
    words = question.words.get(pk=words_id)
    if words.state != WordsState.WAITING:
        raise QuestionMoved(_("这段话刚有人审核过，请刷新这一页再看。"))
    words.shown = fit_text(text, field="text", is_required=False)
    words.state = WordsState.SHOWN if words.shown else WordsState.KEPT
    words.save()
    kind = StepKind.WORDS_SHOWN if words.shown else StepKind.WORDS_KEPT
    note_step(question, kind, who=Who.PERSON, person=actor, words=words)
    _record(question, kind, actor, words=words.pk)
    settle_words_todo(question)
    return words


def _for_screening(pk: int, actor: Person) -> Question:
    if not may_screen_questions(actor):
        raise NotAllowed(_("只有领导小组办公室可以审核公众提问。"))
    return locked(pk)


def _for_handling(pk: int, actor: Person) -> Question:
    question = locked(pk)
    if not may_handle_question(actor, question):
        raise NotAllowed(_("只有承办单位的联络员和领导小组办公室可以办理这条提问。"))
    return question


def _body(owner_id: int | None) -> Organisation:
    body = Organisation.objects.filter(pk=owner_id).first() if owner_id is not None else None
    if body is None:
        raise OwnerMissing(_("请选一个承办单位。"), field="owner")
    return body


def _record(question: Question, kind: StepKind, actor: Person, **data: object) -> None:
    record(f"oversight.question.{kind}", question, actor=actor, number=question.public_number, **data)
