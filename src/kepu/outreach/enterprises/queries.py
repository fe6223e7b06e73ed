"""Needs and proposals as the pages show them, and needs counted for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import districts
from kepu.foundation.codes.queries import labels_to_read
from kepu.outreach.enterprises.choices import FORMS, KINDS, PUBLIC, TO_CHANGE, TO_ORDER, TO_WITHDRAW, NeedState
from kepu.outreach.enterprises.models import Need, NeedOrder, NeedStep, Proposal
from kepu.outreach.enterprises.permissions import (
    may_handle,
    may_keep_proposal,
    may_speak_for,
    needs_visible_to,
    proposals_visible_to,
)
from kepu.outreach.people.capacities.queries import choices_of
from kepu.outreach.requests.choices import LIVE, WANTING
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.queries.orders import OrderPage, order_page

_SERVED = (NeedState.SERVED, NeedState.CLOSED)
_ALL, _MET, _UNMET = Count("pk"), Count("pk", filter=Q(state__in=_SERVED)), Count("pk", filter=Q(state=NeedState.UNMET))
_MOST_RANKED = 3
"""Somebody is suggested for so many of a need's orders: each is ranked anew."""


def kinds() -> list[tuple[str, str]]:
    """Kinds of needs and their labels in the reader's language."""
    return list(labels_to_read(KINDS).items())


def forms_of(kind: str) -> list[tuple[str, str]]:
    """The forms of service in which a visit or a class is given, in the reader's language."""
    labels = dict(choices_of("forms"))
    return [(code, labels.get(code, code)) for code in FORMS[kind]]


@dataclass(frozen=True, slots=True)
class Count3:
    """How many needs of one kind or place, and what became of them."""

    label: str
    posted: int
    served: int
    unmet: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Needs as the public sees them: counted, without an enterprise's name."""

    total: Count3
    by_kind: tuple[Count3, ...]
    by_district: tuple[Count3, ...]
    proposals: int
    adopted: int
    resulted: int


def overview() -> Overview:
    """Every checked need counted by kind and by district, and the proposals of workers counted."""
    found = Need.objects.filter(state__in=PUBLIC).order_by()
    total = found.aggregate(posted=_ALL, served=_MET, unmet=_UNMET)
    labels = dict(kinds())
    by_kind = found.values("kind").annotate(posted=_ALL, served=_MET, unmet=_UNMET).order_by("-posted", "kind")
    places = found.values_list("region__path").annotate(posted=_ALL, served=_MET, unmet=_UNMET)
    proposed = Proposal.objects.aggregate(
        proposals=Count("pk"),
        adopted=Count("pk", filter=Q(state__in=("adopted", "resulted"))),
        resulted=Count("pk", filter=Q(state="resulted")),
    )
    return Overview(
        total=Count3("", **total),
        by_kind=tuple(
            Count3(labels.get(row["kind"], row["kind"]), row["posted"], row["served"], row["unmet"]) for row in by_kind
        ),
        by_district=_by_district(list(places)),
        **proposed,
    )


def _by_district(places: Sequence[tuple[str, int, int, int]]) -> tuple[Count3, ...]:
    counted = []
    for district in districts():
        inside = [counts for path, *counts in places if path.startswith(district.path)]
        if inside:
            counted.append(Count3(district.label, *(sum(column) for column in zip(*inside, strict=True))))
    return tuple(sorted(counted, key=lambda one: -one.posted))


def public_needs(*, kind: str = "", district: str = "") -> QuerySet[Need]:
    """Checked needs whose title the enterprise made public; nothing else of them is shown."""
    found = Need.objects.filter(state__in=PUBLIC, is_public=True).select_related("region__parent")
    return _narrowed(found, kind=kind, district=district)


def _narrowed(found: QuerySet[Need], *, kind: str, district: str) -> QuerySet[Need]:
    if kind:
        found = found.filter(kind=kind)
    region = Region.objects.filter(pk=district).first() if district.isdecimal() else None
    return found if region is None else found.filter(region__path__startswith=region.path)


def own_needs(person: Person) -> QuerySet[Need]:
    """What somebody posted, and what was posted by the enterprises whose liaison the person is."""
    mine = Q(poster=person.pk) | Q(body__in=person.organisations(Role.LIAISON))
    return Need.objects.filter(mine).select_related("region", "body")


def desk_needs(
    actor: Person, *, words: str = "", state: str = "", kind: str = "", district: str = ""
) -> QuerySet[Need]:
    """What the desk's list shows to somebody."""
    found = needs_visible_to(actor).select_related("region", "body")
    if words := words.strip():
        number = words[3:].lstrip("0") if words[:1] in "Xx" and words[1:].isdecimal() else ""
        named = Q(title__icontains=words) | Q(body_name__icontains=words) | Q(body__name__icontains=words)
        found = found.filter(named | Q(pk=int(number)) if number else named)
    if state:
        found = found.filter(state=state)
    return _narrowed(found, kind=kind, district=district)


@dataclass(frozen=True, slots=True)
class NeedPage:
    """A need with its trail, the orders made for it, and what workers proposed."""

    need: Need
    steps: tuple[NeedStep, ...]
    orders: tuple[NeedOrder, ...]
    sessions: tuple[Session, ...]
    proposals: tuple[Proposal, ...]
    may_handle: bool
    may_speak: bool
    suggested: tuple[OrderPage, ...] = ()
    """Orders that still miss somebody, with who could be sent."""

    @property
    def may_change(self) -> bool:
        return self.may_speak and self.need.state in TO_CHANGE

    @property
    def may_withdraw(self) -> bool:
        return self.may_speak and self.need.state in TO_WITHDRAW

    @property
    def may_order(self) -> bool:
        return self.may_handle and self.need.state in TO_ORDER

    @property
    def may_propose(self) -> bool:
        return self.may_speak and self.need.state in PUBLIC

    @property
    def is_quiet(self) -> bool:
        """No order of it is under way."""
        return not any(one.order.state in LIVE for one in self.orders)

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return dict(kinds()).get(self.need.kind, self.need.kind)


def need_page(need_id: int, person: Person, *, at_desk: bool = False) -> NeedPage | None:
    """A need for who posted it or who handles it; None for everybody else.

    Args:
        need_id: of the need.
        person: who looks.
        at_desk: as the desk shows it: only to its readers, with who could be sent.
    """
    need = Need.objects.select_related("region__parent", "body", "poster").filter(pk=need_id).first()
    if need is None:
        return None
    speaks, reads = may_speak_for(person, need), needs_visible_to(person).filter(pk=need.pk).exists()
    if not (reads if at_desk else speaks):
        return None
    handles = may_handle(person, need)
    orders = tuple(need.orders.select_related("order"))
    waiting = (
        [one.order_id for one in orders if one.order.state in WANTING][:_MOST_RANKED] if at_desk and handles else []
    )
    pages = [order_page(pk, person, with_ranking=True) for pk in waiting]
    return NeedPage(
        need,
        tuple(need.steps.select_related("actor")),
        orders,
        tuple(Session.objects.filter(order__need_order__need=need).select_related("provider").order_by("starts_at")),
        tuple(need.proposals.all()),
        may_handle=handles,
        may_speak=speaks,
        suggested=tuple(page for page in pages if page is not None and page.ranking is not None),
    )


def own_proposals(person: Person) -> QuerySet[Proposal]:
    """What workers proposed in the enterprises for which somebody speaks."""
    bodies = person.organisations(Role.LIAISON)
    mine = Q(body__in=bodies) | Q(need__poster=person.pk) | Q(need__body__in=bodies)
    return Proposal.objects.filter(mine).select_related("body", "need__body")


def desk_proposals(actor: Person) -> QuerySet[Proposal]:
    """What workers proposed, as the desk reads along."""
    return proposals_visible_to(actor).select_related("body", "need__body")


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal, and whether the reader says what becomes of it."""

    proposal: Proposal
    may_keep: bool


def proposal_page(proposal_id: int, person: Person) -> ProposalPage | None:
    """A proposal for who speaks for the enterprise or reads at the desk; None for everybody else."""
    found = Proposal.objects.select_related("body", "need__body", "need__region").filter(pk=proposal_id).first()
    if found is None:
        return None
    keeps = may_keep_proposal(person, found)
    if not (keeps or proposals_visible_to(person).filter(pk=found.pk).exists()):
        return None
    return ProposalPage(found, keeps)


def bodies_to_propose_for(person: Person) -> QuerySet[Organisation]:
    """The enterprises of the register for which somebody records proposals, in the register's order."""
    return Organisation.objects.filter(pk__in=person.organisations(Role.LIAISON))


def needs_to_propose_for(person: Person) -> QuerySet[Need]:
    """The checked needs for which somebody records proposals."""
    return own_needs(person).filter(state__in=PUBLIC)
