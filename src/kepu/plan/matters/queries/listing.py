"""Lists of matters: who sees which, how many of each kind, and the obstacles that nobody raised yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.plan.matters.choices import MatterState, MeetingState
from kepu.plan.matters.models import AgreedDuty, Matter, Meeting
from kepu.plan.matters.permissions import READERS, is_of_the_office
from kepu.plan.matters.queries.duties import LiveDuty, duties_of
from kepu.plan.matters.rules import is_settled
from kepu.plan.reports.choices import WITH_THE_BODY as UNSENT
from kepu.plan.reports.models import Entry
from kepu.plan.reports.queries import reports_visible_to
from kepu.plan.tasks.choices import PlanState

OPEN, ALL, SETTLED = "open", "all", "settled"
OBSTACLES_SHOWN = 30

_NOT_TAKEN_UP = (MatterState.RAISED, MatterState.RETURNED, MatterState.WITHDRAWN)
_OVER = (MatterState.NOT_AGREED, MatterState.ANSWERED, MatterState.CLOSED, MatterState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """What a list is narrowed to.

    Attributes:
        state: a code of `MatterState`, `settled`, `open` (everything that goes on, as when nothing is asked) or `all`.
        body: only what this body raised.
    """

    state: str = OPEN
    body: int | None = None


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter in a list, with its duties as they stand."""

    matter: Matter
    duties: tuple[LiveDuty, ...]
    is_settled: bool

    @property
    def done(self) -> int:
        """How many duties are done."""
        return sum(1 for one in self.duties if one.standing == "done")

    @property
    def late(self) -> int:
        """How many duties are late."""
        return sum(1 for one in self.duties if one.standing == "late")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What a body wrote in a report as standing in its way, and nobody raised yet."""

    entry: Entry
    is_own: bool
    """The reader speaks for the body."""


def matters_visible_to(actor: Person, wanted: MatterFilter | None = None) -> QuerySet[Matter]:
    """The leading office sees all; reviewers and auditors what was decided or answered; others what concerns their bodies.

    A liaison sees what the own body raised, what it is asked for once the office took it up, and where it owes a duty;
    a district officer the same for the bodies of the district.

    Args:
        actor: who looks.
        wanted: what to narrow it to; nothing if None.
    """
    matters = Matter.objects.select_related("plan__region", "body__parent", "body__region").defer("plan__text")
    if not is_of_the_office(actor):
        matters = matters.filter(_reach(actor))
    return _narrowed(matters, wanted) if wanted is not None else matters


def _has_open_duty() -> Exists:
    """Whether a decided matter has a duty whose step is not done, or not there any more: `rules.is_settled` asks the same."""
    unfinished = (
        Q(milestone=None) | Q(milestone__done_on=None) | Q(milestone__done_on__gt=today()) | Q(task__is_struck=True)
    )
    duties = AgreedDuty.objects.filter(item__matter=OuterRef("pk"), item__meeting__state=MeetingState.ISSUED)
    return Exists(duties.filter(unfinished))


def _reach(actor: Person) -> Q:
    read = Q(pk=None)
    if actor.holds(*READERS):
        read = Q(state__in=(MatterState.DECIDED, MatterState.NOT_AGREED, MatterState.ANSWERED))
        read |= Q(state=MatterState.CLOSED, items__meeting__state=MeetingState.ISSUED)
    bodies = bodies_of_reader(actor)
    mine = Matter.objects.filter(
        read
        | Q(body__in=bodies)
        | (Q(asked_bodies__in=bodies) & ~Q(state__in=_NOT_TAKEN_UP))
        | Q(items__duties__body__in=bodies, items__meeting__state=MeetingState.ISSUED)
    )
    return Q(pk__in=mine.values("pk"))


def bodies_of_reader(actor: Person) -> QuerySet[Organisation]:
    """The bodies for which somebody speaks or which somebody leads, and those of the districts that somebody looks after."""
    own = Q(pk__in=actor.organisations(*BODY_ROLES))
    return Organisation.objects.filter(own | inside(actor.regions(Role.DISTRICT_OFFICER), "region")).order_by()


def _narrowed(matters: QuerySet[Matter], wanted: MatterFilter) -> QuerySet[Matter]:
    if wanted.state == OPEN:
        matters = matters.exclude(state__in=_OVER).exclude(~_has_open_duty(), state=MatterState.DECIDED)
    elif wanted.state == SETTLED:
        matters = matters.filter(~_has_open_duty(), state=MatterState.DECIDED)
    elif wanted.state == MatterState.DECIDED:
        matters = matters.filter(_has_open_duty(), state=MatterState.DECIDED)
    elif wanted.state != ALL:
        matters = matters.filter(state=wanted.state)
    return matters.filter(body=wanted.body) if wanted.body is not None else matters


def desk_order(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """What was wanted soonest first, then what was raised longest ago."""
    return matters.order_by(
        F("closed_on").desc(nulls_first=True), F("wanted_by").asc(nulls_last=True), "raised_on", "pk"
    )


def rows_of(matters: list[Matter]) -> list[MatterRow]:
    """Matters as rows, with their duties in one look."""
    by_matter: dict[int, list[LiveDuty]] = {}
    for one in duties_of(matter.pk for matter in matters):
        by_matter.setdefault(one.duty.item.matter_id, []).append(one)
    return [row_of(matter, by_matter.get(matter.pk, ())) for matter in matters]


def row_of(matter: Matter, duties: Sequence[LiveDuty]) -> MatterRow:
    """A matter with its duties as they stand."""
    settled = matter.state == MatterState.DECIDED and is_settled(one.standing for one in duties)
    return MatterRow(matter, tuple(duties), settled)


def counts_for(actor: Person) -> dict[str, int]:
    """How many matters somebody sees in every state, `settled` apart, whatever the list is narrowed to; one look."""
    seen = matters_visible_to(actor).select_related(None).order_by().annotate(is_open=_has_open_duty())
    states = seen.values_list("state", "is_open")
    return dict(
        Counter(SETTLED if state == MatterState.DECIDED and not is_open else state for state, is_open in states)
    )


def raising_bodies(actor: Person) -> list[tuple[int, str]]:
    """The bodies that raised matters which somebody sees, for a filter."""
    bodies = matters_visible_to(actor).select_related(None).order_by().values("body")
    return list(Organisation.objects.filter(pk__in=bodies).order_by("sort_key", "name").values_list("pk", "name"))


def obstacles_for(actor: Person) -> list[Obstacle]:
    """What reports name as obstacles and nobody raised: those sent for the office, the own ones for a liaison."""
    own = set(actor.organisations(Role.LIAISON))
    is_office = is_of_the_office(actor)
    if not own and not is_office:
        return []
    reports = reports_visible_to(actor).filter(period__plan__state=PlanState.LIVE)
    sent = ~Q(report__state__in=UNSENT) if is_office else Q(pk=None)
    found = (
        Entry.objects.filter(report__in=reports.select_related(None).order_by().values("pk"))
        .filter(sent | Q(report__organisation__in=own))
        .exclude(obstacle="")
        .filter(matters=None, task__is_struck=False)
        .select_related("report__period__plan", "report__organisation", "task__plan")
        .defer("report__frozen", "report__period__plan__text", "task__plan__text")
        .order_by("-report__period__until", "report__organisation__sort_key", "task__position", "pk")
    )
    return [Obstacle(entry, entry.report.organisation_id in own) for entry in found[:OBSTACLES_SHOWN]]


def meetings_visible_to(actor: Person) -> QuerySet[Meeting]:
    """The leading office sees all; reviewers and auditors those with minutes; others those to which their bodies come."""
    meetings = Meeting.objects.select_related("plan__region").defer("plan__text")
    if is_of_the_office(actor):
        return meetings
    reach = Q(state=MeetingState.ISSUED) if actor.holds(*READERS) else Q(pk=None)
    bodies = bodies_of_reader(actor)
    out = (MeetingState.FIXED, MeetingState.HELD, MeetingState.ISSUED)
    mine = Meeting.objects.filter(
        Q(invited__in=bodies) | Q(items__matter__body__in=bodies) | Q(items__duties__body__in=bodies), state__in=out
    )
    return meetings.filter(reach | Q(pk__in=mine.values("pk")))
