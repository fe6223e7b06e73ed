"""Lists of questions: what the public sees, what waits at a desk, and the counts of each body."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.oversight.choices import CLOCKED_STATES, OWED_STATES, PUBLIC_STATES, QuestionState, Verdict
from kepu.oversight.models import Question


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """What a list is narrowed to; empty fields narrow nothing."""

    state: str = ""
    kind: str = ""
    body: int | None = None
    subject_type: str = ""
    subject_id: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class BodyCount:
    """How one body stands with the public's questions. It speaks of answers, never of persons."""

    body_id: int
    body: str
    open: int
    late: int
    answered: int
    answered_late: int
    unsettled: int
    has_deadlines: bool


def late_now() -> Q:
    """An answer is owed and its day has passed."""
    return Q(state__in=CLOCKED_STATES, due_on__lt=today())


def _narrowed(questions: QuerySet[Question], wanted: QuestionFilter) -> QuerySet[Question]:
    if wanted.state:
        questions = questions.filter(state=wanted.state)
    if wanted.kind:
        questions = questions.filter(kind=wanted.kind)
    if wanted.body:
        questions = questions.filter(owner=wanted.body)
    if wanted.subject_type:
        questions = questions.filter(subject_type=wanted.subject_type)
    if wanted.subject_id:
        questions = questions.filter(subject_id=wanted.subject_id)
    return questions.filter(late_now()) if wanted.is_late else questions


def public_questions(wanted: QuestionFilter | None = None) -> QuerySet[Question]:
    """Released questions, newest first."""
    shown = Question.objects.filter(state__in=PUBLIC_STATES).select_related("owner")
    return _narrowed(shown, wanted or QuestionFilter())


def questions_about(subject_type: str, subject_id: str) -> QuerySet[Question]:
    """Released questions on one thing."""
    return public_questions(QuestionFilter(subject_type=subject_type, subject_id=subject_id))


def questions_visible_to(actor: Person, wanted: QuestionFilter | None = None) -> QuerySet[Question]:
    """Every question for the leading office; a liaison's own bodies'; released ones of a district for its officer."""
    questions = Question.objects.select_related("owner", "region")
    if not actor.holds(Role.LEADING_OFFICE):
        own = Q(owner__in=actor.organisations(Role.LIAISON)) | inside(actor.regions(Role.DISTRICT_OFFICER), "region")
        questions = questions.filter(own, state__in=PUBLIC_STATES)
    return _narrowed(questions, wanted or QuestionFilter())


def desk_order(questions: QuerySet[Question]) -> QuerySet[Question]:
    """What waits first, the earliest deadline on top; what is done after it, newest first."""
    waits = Q(state__in=(*CLOCKED_STATES, QuestionState.UNSETTLED))
    return questions.alias(rank=Case(When(waits, then=Value(0)), default=Value(1))).order_by(
        "rank", F("due_on").asc(nulls_last=True), "-year", "-number"
    )


def body_counts() -> list[BodyCount]:
    """Open, answered and late questions of each body that was ever asked, by the bodies' names."""
    shown = Question.objects.filter(state__in=PUBLIC_STATES, owner__isnull=False)
    owed, answered = Q(state__in=OWED_STATES), Q(answered_on__isnull=False)
    rows = shown.values("owner", "owner__name", "owner__sort_key").annotate(
        open_count=Count("pk", filter=owed),
        late_count=Count("pk", filter=owed & Q(due_on__lt=today())),
        answered_count=Count("pk", filter=answered),
        answered_late_count=Count("pk", filter=answered & Q(answered_on__gt=F("due_on"))),
        unsettled_count=Count("pk", filter=Q(verdict=Verdict.UNSETTLED) | Q(round__gt=1)),
        clocked_count=Count("pk", filter=Q(clock_days__isnull=False)),
    )  # fmt: skip
    return [
        BodyCount(
            body_id=row["owner"],
            body=row["owner__name"],
            open=row["open_count"],
            late=row["late_count"],
            answered=row["answered_count"],
            answered_late=row["answered_late_count"],
            unsettled=row["unsettled_count"],
            has_deadlines=bool(row["clocked_count"]),
        )
        for row in rows.order_by("owner__sort_key", "owner__name")
    ]


def asked_bodies() -> list[tuple[int, str]]:
    """The bodies with released questions, for a filter."""
    owners = Question.objects.filter(state__in=PUBLIC_STATES).values("owner")
    return list(Organisation.objects.filter(pk__in=owners).order_by("sort_key", "name").values_list("pk", "name"))
