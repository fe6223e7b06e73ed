"""Lists of notices: who sees which, in which order, how many of each kind."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.plan.supervision.choices import ISSUED_STATES, Colour, SupervisionState
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.permissions import READERS, may_see_proposals
from kepu.plan.supervision.queries.clock import late_now

ALL, OPEN = "all", "open"


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What a list is narrowed to.

    Attributes:
        state: a code of `SupervisionState`, `open` (out and not settled, as when nothing is asked) or `all`.
        colour: a code of `Colour`; empty for every one.
        body: only this body's.
        is_late: only those whose answer is late.
    """

    state: str = OPEN
    colour: str = ""
    body: int | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class ProposalGroup:
    """Proposals on one task for one reason: they differ in the body only."""

    notices: tuple[SupervisionNotice, ...]

    @property
    def first(self) -> SupervisionNotice:
        """What all of them say."""
        return self.notices[0]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many notices one person sees of each kind, whatever the list is narrowed to."""

    drafted: int
    open: int
    late: int
    to_review: int
    struck: int
    by_colour: tuple[tuple[str, int], ...]
    """Those that are out and not settled, by colour, the gravest first."""


def notices_visible_to(actor: Person, wanted: NoticeFilter | None = None) -> QuerySet[SupervisionNotice]:
    """The leading office sees all; reviewers and auditors what is or was out; others of that their bodies' or district's.

    Args:
        actor: who looks.
        wanted: what to narrow it to; nothing if None.
    """
    related = ("task__plan__region", "task__section", "body__parent", "body__region")
    notices = SupervisionNotice.objects.select_related(*related)
    if not may_see_proposals(actor):
        notices = notices.filter(issued_on__isnull=False)
    if not actor.holds(*READERS):
        own = Q(body__in=actor.organisations(*BODY_ROLES))
        notices = notices.filter(own | inside(actor.regions(Role.DISTRICT_OFFICER), "body__region"))
    return _narrowed(notices, wanted) if wanted is not None else notices


def _narrowed(notices: QuerySet[SupervisionNotice], wanted: NoticeFilter) -> QuerySet[SupervisionNotice]:
    if wanted.state == OPEN:
        notices = notices.filter(state__in=ISSUED_STATES)
    elif wanted.state != ALL:
        notices = notices.filter(state=wanted.state)
    if wanted.colour:
        notices = notices.filter(colour=wanted.colour)
    if wanted.body is not None:
        notices = notices.filter(body=wanted.body)
    return notices.filter(late_now()) if wanted.is_late else notices


def desk_order(notices: QuerySet[SupervisionNotice], *, is_office: bool) -> QuerySet[SupervisionNotice]:
    """What waits for this desk first, then by the day it is due; what is settled last, newest first."""
    first = (SupervisionState.DRAFTED, SupervisionState.ANSWERED) if is_office else (SupervisionState.RETURNED,)
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(first)),
        When(state__in=ISSUED_STATES, then=Value(5)),
        default=Value(9),
        output_field=IntegerField(),
    )
    order = ("rank", F("due_on").asc(nulls_last=True), "gravity", F("closed_on").desc(nulls_last=True))
    return notices.alias(rank=rank, gravity=_gravity()).order_by(*order, "task__position", "body__sort_key", "pk")


def _gravity() -> Case:
    """The gravest colour first."""
    places = enumerate(reversed(Colour.values))
    return Case(*(When(colour=colour, then=Value(place)) for place, colour in places), output_field=IntegerField())


def proposals_for(actor: Person, wanted: NoticeFilter) -> tuple[ProposalGroup, ...]:
    """What the leading office may issue, one group for each task and reason, the gravest first.

    Args:
        actor: who looks.
        wanted: colour and body narrow it; there is none where other states are asked for.
    """
    if not may_see_proposals(actor) or wanted.is_late or wanted.state not in {OPEN, SupervisionState.DRAFTED}:
        return ()
    drafts = notices_visible_to(actor, replace(wanted, state=SupervisionState.DRAFTED)).alias(gravity=_gravity())
    ordered = drafts.order_by("gravity", "task__position", "task", "trigger", "body__sort_key", "pk")
    groups = groupby(ordered, lambda one: (one.colour, one.task_id, one.trigger))
    return tuple(ProposalGroup(tuple(members)) for _same, members in groups)


def counts_for(actor: Person) -> Counts:
    """How many notices of each kind somebody sees; one look."""
    seen = notices_visible_to(actor).select_related(None).order_by()
    rows = list(seen.values_list("state", "colour", "due_on"))
    states = Counter(state for state, _colour, _due_on in rows)
    out = [row for row in rows if row[0] in ISSUED_STATES]
    colours = Counter(colour for _state, colour, _due_on in out)
    day = today()
    late = [row for row in out if row[0] != SupervisionState.ANSWERED and row[2] is not None and row[2] < day]
    return Counts(
        drafted=states[SupervisionState.DRAFTED],
        open=len(out),
        late=len(late),
        to_review=states[SupervisionState.ANSWERED],
        struck=states[SupervisionState.STRUCK],
        by_colour=tuple((code, colours[code]) for code in reversed(Colour.values) if colours[code]),
    )


def supervised_bodies(actor: Person) -> list[tuple[int, str]]:
    """The bodies with notices that somebody sees, for a filter."""
    bodies = notices_visible_to(actor).select_related(None).order_by().values("body")
    return list(Organisation.objects.filter(pk__in=bodies).order_by("sort_key", "name").values_list("pk", "name"))
