"""The clock of a question: until when, and exactly how that day was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.calendar.queries import WorkingCalendar, deadline_after, known_years, working_days_between
from kepu.foundation.calendar.rules import Deadline, Pause
from kepu.foundation.clock import today
from kepu.foundation.codes.errors import NotInForce
from kepu.foundation.codes.queries import parameter
from kepu.oversight.choices import CLOCKED_STATES, QuestionState
from kepu.oversight.models import Question, QuestionPause
from kepu.oversight.rules import Span, spans_of


@dataclass(frozen=True, slots=True)
class Clock:
    """What a page says about the time a question takes."""

    state: str
    """`unset` no deadline set · `unknown` the calendar is missing · `paused` · `running` · `late` · `in_time` and
    `answered_late` once answered · `over` closed without an answer."""
    starts_on: date
    working_days: int | None = None
    due_on: date | None = None
    left: int | None = None
    """Working days left; below zero when past."""
    days_off: tuple[Span, ...] = ()
    days_paused: tuple[Span, ...] = ()
    pauses: tuple[QuestionPause, ...] = ()
    answered_on: date | None = None
    sources: tuple[str, ...] = ()
    problem: str = ""


def days_for(kind: str, *, on: date | None = None) -> int | None:
    """The working days in which the site answers a kind of question, or None where it set none."""
    return optional_days(f"oversight.days_{kind}", on=on)


def optional_days(name: str, *, on: date | None = None) -> int | None:
    """A number of days from the parameters; None where the site filled in none, or not a positive one."""
    try:
        value = parameter(name, on=on).value
    except NotInForce:
        return None
    return int(value) if int(value) > 0 else None


def deadline_of(question: Question, pauses: Sequence[QuestionPause]) -> Deadline | None:
    """How the deadline is counted, or None where none was set.

    Raises:
        CalendarUnknown: it reaches into a year that nobody loaded.
    """
    if question.clock_days is None:
        return None
    stops = [Pause(pause.since, pause.until) for pause in pauses]
    return deadline_after(question.clock_starts_on, question.clock_days, stops)


def due_day_of(question: Question, pauses: Sequence[QuestionPause]) -> date | None:
    """The day to be stored; None without a deadline, during a pause, or where the calendar is not loaded."""
    try:
        deadline = deadline_of(question, pauses)
    except CalendarUnknown:
        return None
    return deadline.due_on if deadline else None


def is_late(question: Question) -> bool:
    """Whether an answer is owed and its day has passed, from what is stored."""
    return question.state in CLOCKED_STATES and question.due_on is not None and question.due_on < today()


def clock_of(question: Question, pauses: Sequence[QuestionPause]) -> Clock:
    """Explain the clock in full; asks the calendar, so it is for the page of one question."""
    rounds = tuple(pause for pause in pauses if pause.until is None or pause.until >= question.clock_starts_on)
    try:
        deadline = deadline_of(question, rounds)
        left = working_days_between(today(), deadline.due_on) if deadline and deadline.due_on else None
    except CalendarUnknown as problem:
        return Clock(
            "unknown", question.clock_starts_on, question.clock_days, pauses=rounds, problem=str(problem.message)
        )
    if deadline is None:
        return Clock("unset", question.clock_starts_on, pauses=rounds, answered_on=question.answered_on)
    calendar = WorkingCalendar()
    last = deadline.due_on or today()
    years = known_years()
    return Clock(
        state=_state_of(question, deadline.due_on),
        starts_on=deadline.starts_on,
        working_days=deadline.working_days,
        due_on=deadline.due_on,
        left=left,
        days_off=spans_of((day, calendar.day(day).name or _("周末")) for day in deadline.days_off),
        days_paused=spans_of((day, "") for day in deadline.paused),
        pauses=rounds,
        answered_on=question.answered_on,
        sources=tuple(_("%(year)d 年：%(source)s") % {"year": year, "source": years[year]}
                      for year in range(deadline.starts_on.year, last.year + 1) if year in years),
    )  # fmt: skip


def _state_of(question: Question, due_on: date | None) -> str:
    if question.answered_on is not None:
        return "answered_late" if due_on is not None and question.answered_on > due_on else "in_time"
    if question.state in {QuestionState.CLOSED, QuestionState.REFUSED}:
        return "over"
    if due_on is None:
        return "paused"
    return "late" if due_on < today() else "running"
