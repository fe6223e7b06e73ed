"""What every service of a question does: lock it, check its state, note the step, hang up and take down to-dos."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import persons_holding
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.clock import now, today
from kepu.foundation.language import city_words
from kepu.oversight.choices import Audience, QuestionState, StepKind, Who, WordsState
from kepu.oversight.errors import OwnerMissing, PersonalDataFound, QuestionMoved, TextUnfit
from kepu.oversight.models import AskerWords, Question, QuestionStep
from kepu.oversight.queries import due_day_of, optional_days
from kepu.oversight.rules import cleaned, findings_in

TITLE_MOST = 100
TODO_KEYS = ("screen", "route", "answer", "overdue")


def locked(pk: int) -> Question:
    """The question, held until the transaction ends, so that two who act at once act one after the other.

    Raises:
        Question.DoesNotExist: there is none.
    """
    Question.objects.select_for_update().get(pk=pk)
    return Question.objects.select_related("owner", "region").get(pk=pk)


def require_state(question: Question, *allowed: QuestionState) -> None:
    """Refuse what does not fit the state, and say which state it is in by now.

    Raises:
        QuestionMoved: the state is another one.
    """
    if question.state not in allowed:
        raise moved(question)


def moved(question: Question) -> QuestionMoved:
    """The refusal of a step that does not fit the state."""
    return QuestionMoved(
        _("%(number)s 现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新这一页再看；您写的字还在下面。")
        % {"number": question.public_number, "state": question.get_state_display()},
        state=question.state,
    )


def fit_text(text: str, *, field: str, most: int | None = None, is_required: bool = True) -> str:
    """Clean a text and hold it to the site's length.

    Raises:
        TextUnfit: empty or too long; `field` names it.
    """
    most = most or optional_days("oversight.most_characters") or 2000
    fitting = cleaned(text)
    if is_required and not fitting:
        raise TextUnfit(_("这一栏还空着，请写上。"), field=field)
    if len(fitting) > most:
        raise TextUnfit(
            _("写了 %(count)d 字，最多 %(most)d 字。请删短后再送；您写的字还在这里。")
            % {"count": len(fitting), "most": most},
            field=field,
        )
    return fitting


def public_text(text: str, *, field: str, is_checked: bool, most: int | None = None) -> str:
    """A text of the house that everybody will read.

    Raises:
        TextUnfit: empty or too long.
        PersonalDataFound: it seems to hold personal data and nobody said that it was checked.
    """
    fitting = fit_text(text, field=field, most=most)
    found = [one for one in findings_in(fitting) if one.kind != "link"]
    if found and not is_checked:
        kinds = "、".join(dict.fromkeys(str(one.kind.label) for one in found))
        raise PersonalDataFound(
            _("这段话会公开，里面像有%(kinds)s。请改掉；如果本来就该公开（如办公电话），请勾上“已核对，可以公开”再送。")
            % {"kinds": kinds},
            field=field,
        )
    return fitting


def note_step(
    question: Question,
    kind: StepKind,
    *,
    who: Who,
    person: Person | None = None,
    text: str = "",
    audience: Audience = Audience.PUBLIC,
    note: str = "",
    words: AskerWords | None = None,
    **data: Any,
) -> QuestionStep:
    """Write one step into the trail."""
    role, body = acting_as(person, question) if person is not None else ("", None)
    return QuestionStep.objects.create(
        question=question,
        at=now(),
        round=question.round,
        kind=kind,
        who=who,
        person_id=None if person is None else person.pk,
        role=role,
        body_name="" if body is None else body.name,
        text=text,
        audience=audience,
        note=note,
        words_id=None if words is None else words.pk,
        data=data,
    )


def acting_as(person: Person, question: Question) -> tuple[str, Organisation | None]:
    """As what a person acts on a question: for its body where the person may, else for the leading office."""
    if question.owner is not None and person.holds(Role.LIAISON, organisation=question.owner):
        return Role.LIAISON, question.owner
    return Role.LEADING_OFFICE, None


def keep_words(question: Question, text: str) -> AskerWords:
    """Keep what an asker said, and ask the office to screen it."""
    words = AskerWords.objects.create(question=question, written=text)
    open_todo(
        todo_key("words", question),
        title=_("审核提问人补充的话：%(number)s") % {"number": question.public_number},
        reason=_("审核前公众看不到；经办单位已经看得到。"),
        action=_("去审核"),
        url_name="oversight:desk_question",
        url_arguments=[question.pk],
        subject=question,
        role=Role.LEADING_OFFICE,
    )
    return words


def settle_words_todo(question: Question) -> None:
    """Take down the screening of an asker's words when nothing of it waits any more."""
    if not question.words.filter(state=WordsState.WAITING).exists():
        close_todos(todo_key("words", question))


def todo_key(cause: str, question: Question) -> str:
    """The key of a to-do on a question."""
    return f"oversight.{cause}:{question.pk}"


def close_question_todos(question: Question) -> None:
    """Take down everything that waits for somebody to move the question on."""
    for cause in TODO_KEYS:
        close_todos(todo_key(cause, question))


def ask_office(question: Question, cause: str, title: str, action: str, reason: str = "") -> None:
    """Hang up a to-do for the leading office."""
    open_todo(
        todo_key(cause, question),
        title=title,
        reason=reason,
        action=action,
        url_name="oversight:desk_question",
        url_arguments=[question.pk],
        subject=question,
        due_on=question.due_on,
        role=Role.LEADING_OFFICE,
    )


def hand_to_body(question: Question) -> None:
    """Let the question reach the people of its body: a to-do and a notice; the office where the body has nobody.

    Raises:
        OwnerMissing: it has no body.
    """
    body = question.owner
    if body is None:
        raise OwnerMissing(_("请选一个承办单位。"), field="owner")
    with city_words():
        title = _("答复公众提问：%(title)s") % {"title": question.title_shown[:150]}
        liaisons = persons_holding(Role.LIAISON, on=today(), organisation=body)
        if not liaisons:
            reason = _("%(body)s还没有联络员，请办公室转达或代为答复。") % {"body": body.name}
            ask_office(question, "answer", title, _("去答复"), reason)
            return
        open_todo(
            todo_key("answer", question),
            title=title,
            reason=_("%(number)s，第 %(round)d 次办理。收到不等于答复。")
            % {"number": question.public_number, "round": question.round},
            action=_("去答复"),
            url_name="oversight:desk_question",
            url_arguments=[question.pk],
            subject=question,
            due_on=question.due_on,
            role=Role.LIAISON,
            organisation=body,
        )
        for person in liaisons:
            notify(
                person,
                key=f"oversight.question:{question.pk}:{question.round}:{body.pk}",
                kind="oversight.question",
                title=_("有一条公众提问等您答复：%(number)s") % {"number": question.public_number},
                url=reverse("oversight:desk_question", args=[question.pk]),
            )


def wind_clock(question: Question) -> date | None:
    """Set the day by which an answer is owed from the start, the days and the pauses; the caller saves it."""
    question.due_on = due_day_of(question, list(question.pauses.all()) if question.pk else [])
    return question.due_on


def end_pause(question: Question) -> None:
    """Let the clock run again from tomorrow."""
    question.pauses.filter(until=None).update(until=today())


def day_of_silence(name: str) -> date | None:
    """The last day on which a word still counts, or None where the site closes nothing by itself."""
    days = optional_days(f"oversight.{name}")
    return None if days is None else today() + timedelta(days=days)
