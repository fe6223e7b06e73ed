"""Lists of the library: for the public, for desks, for who borrows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Func, Q, QuerySet, Sum, TextField, Value

from kepu.directory.register.choices import BODY_ROLES, Audience, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import inside, organisations_to_choose
from kepu.foundation.clock import today
from kepu.outreach.library.choices import LoanState, ShownState
from kepu.outreach.library.models import Holding, Loan, Package, Resource, StockList
from kepu.outreach.library.permissions import (
    may_borrow_for,
)
from kepu.outreach.library.queries.free import free_copies
from kepu.outreach.library.queries.kinds import kind_labels

_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty narrows nothing."""

    text: str = ""
    kind: str = ""
    audience: str = ""
    district: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One line of a list of resources."""

    resource: Resource
    kind: str
    audiences: tuple[str, ...]
    good: int
    free: int
    """Copies free today."""


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """Copies at one place, with how many are free today."""

    holding: Holding
    free: int
    out: int
    short_on: date | None = None
    """The first day for which more was agreed than there is; the page of one holding says it."""


def audience_labels(codes: Iterable[str]) -> tuple[str, ...]:
    """Groups in words."""
    return tuple(str(Audience(code).label) for code in codes if code in Audience.values)


def shown_resources() -> QuerySet[Resource]:
    """What everybody may find."""
    return Resource.objects.filter(state=ShownState.SHOWN).select_related("owner", "region")


def resources_visible_to(actor: Person) -> QuerySet[Resource]:
    """Shown ones for everybody at the desk; withdrawn ones for the office, auditors, reviewers, and who keeps them."""
    found = Resource.objects.select_related("owner__region", "region")
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR, Role.REVIEWER):
        return found
    own = Q(owner__in=actor.organisations(*BODY_ROLES)) | inside(actor.regions(Role.DISTRICT_OFFICER), "region")
    return found.filter(Q(state=ShownState.SHOWN) | own)


def packages_visible_to(actor: Person) -> QuerySet[Package]:
    """As resources: withdrawn ones for the office, auditors, reviewers, and who keeps them."""
    found = Package.objects.select_related("owner__region")
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR, Role.REVIEWER):
        return found
    own = Q(owner__in=actor.organisations(*BODY_ROLES))
    own |= inside(actor.regions(Role.DISTRICT_OFFICER), "owner__region")
    return found.filter(Q(state=ShownState.SHOWN) | own)


def shown_packages() -> QuerySet[Package]:
    """What everybody may find."""
    return Package.objects.filter(state=ShownState.SHOWN).select_related("owner")


def holdings_for_desk() -> QuerySet[Holding]:
    """Where copies lie; whoever may open the library sees all of it."""
    return Holding.objects.select_related("resource", "keeper", "region").order_by("resource__sort_key", "pk")


def loans_visible_to(actor: Person) -> QuerySet[Loan]:
    """All loans for the office and auditors; for others those of copies that they keep. They name people."""
    found = Loan.objects.select_related(
        "holding__resource", "holding__keeper__region", "holding__region", "person", "organisation", "asked_by"
    )
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return found
    return found.filter(
        Q(holding__keeper__in=actor.organisations(Role.LIAISON))
        | inside(actor.regions(Role.DISTRICT_OFFICER), "holding__region")
    )


def loans_of(person: Person) -> QuerySet[Loan]:
    """What somebody asked for or borrowed, the newest first."""
    found = Loan.objects.filter(Q(person=person) | Q(asked_by=person))
    return found.select_related("holding__resource", "holding__keeper", "organisation").order_by("-pk")


def brought_by(actor: Person) -> QuerySet[StockList]:
    """Tables of stock: all for the office, one's own for others."""
    return StockList.objects.all() if actor.is_office else StockList.objects.filter(brought_by=actor.pk)


def narrowed(found: QuerySet[Resource], wanted: Wanted) -> QuerySet[Resource]:
    """Narrow a list of resources."""
    found = found.alias(said=Func(F("topics"), Value(" "), function="array_to_string", output_field=TextField()))
    for word in wanted.text.split()[:_MOST_WORDS]:
        found = found.filter(Q(title__icontains=word) | Q(said__icontains=word) | Q(owner__name__icontains=word))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.audience in Audience.values:
        found = found.filter(Q(audiences__contains=[wanted.audience]) | Q(audiences=[]))
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.district:
        found = found.filter(pk__in=_in_district(wanted.district).values("resource"))
    return found


def narrowed_stock(found: QuerySet[Holding], wanted: Wanted) -> QuerySet[Holding]:
    """Narrow a list of holdings."""
    for word in wanted.text.split()[:_MOST_WORDS]:
        said = Q(resource__title__icontains=word) | Q(keeper__name__icontains=word) | Q(storage__icontains=word)
        found = found.filter(said)
    if wanted.kind:
        found = found.filter(resource__kind=wanted.kind)
    return found.filter(pk__in=_in_district(wanted.district).values("pk")) if wanted.district else found


def narrowed_loans(found: QuerySet[Loan], wanted: str) -> QuerySet[Loan]:
    """One part of the list of loans: those that are `due` (out, the earliest end first), or those in one state."""
    if wanted == "due":
        return found.filter(state=LoanState.OUT).order_by("last_day", "pk")
    if wanted in LoanState.values:
        ends = wanted in {LoanState.RETURNED, LoanState.REFUSED, LoanState.CANCELLED}
        return found.filter(state=wanted).order_by("-pk" if ends else "first_day", "pk")
    return found.order_by("-pk")


def _in_district(code: str) -> QuerySet[Holding]:
    region = Region.objects.filter(code=code).first()
    return Holding.objects.filter(region__path__startswith=region.path) if region else Holding.objects.none()


def resource_rows(resources: Iterable[Resource]) -> tuple[ResourceRow, ...]:
    """The lines of a page, in few queries whatever their number."""
    found = list(resources)
    labels, good, free = kind_labels(), dict[int, int](), dict[int, int]()
    holdings = dict(Holding.objects.filter(resource__in=[one.pk for one in found]).values_list("pk", "resource_id"))
    counted = free_copies(holdings, today(), today())
    for resource, count in (
        Holding.objects.filter(pk__in=holdings).order_by().values("resource").annotate(n=Sum("good"))
    ).values_list("resource", "n"):
        good[resource] = count
    for holding, days in counted.items():
        free[holdings[holding]] = free.get(holdings[holding], 0) + days[0]
    return tuple(
        ResourceRow(
            one,
            labels.get(one.kind, one.kind),
            audience_labels(one.audiences),
            good.get(one.pk, 0),
            free.get(one.pk, 0),
        )
        for one in found
    )


def holding_rows(holdings: Iterable[Holding]) -> tuple[HoldingRow, ...]:
    """The lines of a page of stock, in few queries whatever their number."""
    found = list(holdings)
    keys = [one.pk for one in found]
    free = free_copies(keys, today(), today())
    out = dict(
        Loan.objects.filter(holding__in=keys, state=LoanState.OUT)
        .order_by()
        .values("holding")
        .annotate(n=Sum("copies"))
        .values_list("holding", "n")
    )
    return tuple(HoldingRow(one, free[one.pk][0], out.get(one.pk, 0)) for one in found)


def owners_for(actor: Person) -> list[tuple[int, str]]:
    """Bodies for which the actor may add something."""
    bodies = organisations_to_choose()
    if actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER):
        return bodies
    own = set(actor.organisations(Role.LIAISON))
    return [one for one in bodies if one[0] in own]


def bodies_borrowing(actor: Person) -> list[Organisation]:
    """Bodies for which the actor may borrow; the office names none here, it agrees to what bodies ask for."""
    own = Organisation.objects.filter(pk__in=actor.organisations(Role.LIAISON), valid_to=None).order_by(
        "sort_key", "name"
    )
    return [one for one in own if may_borrow_for(actor, one)]


def resources_to_choose(held: Sequence[int] = ()) -> list[tuple[int, str]]:
    """Shown resources, and those that a package holds, to be put into a package."""
    found = Resource.objects.filter(Q(state=ShownState.SHOWN) | Q(pk__in=held)).select_related("owner")
    return [(one.pk, f"{one.title}（{one.owner.label}）") for one in found]
