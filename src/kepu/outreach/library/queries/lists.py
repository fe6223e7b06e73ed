"""Lists and pages of the library: for the public, for desks, for who borrows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Sum, TextField, Value
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import BODY_ROLES, Audience, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import inside, organisations_to_choose
from kepu.foundation.audit.queries import entries_about
from kepu.foundation.clock import today
from kepu.outreach.library.choices import LoanState, ShownState
from kepu.outreach.library.models import Holding, Loan, Movement, Package, PackageItem, Resource, StockList
from kepu.outreach.library.permissions import (
    may_borrow_for,
    may_cancel_loan,
    may_keep_holding,
    may_keep_package,
    may_keep_resource,
)
from kepu.outreach.library.queries.free import free_copies
from kepu.outreach.library.queries.kinds import kind_labels
from kepu.outreach.people.capacities.queries import choices_of

_MOST_WORDS = 5
_MOST_SHOWN = 100

DEEDS: dict[str, Any] = {
    "added": _("登记"),
    "changed": _("改了登记"),
    "withdrawn": _("下架"),
    "shown": _("重新上架"),
    "file_put": _("放上文件"),
    "file_dropped": _("撤下文件"),
    "asked": _("申请借用"),
    "agreed": _("同意"),
    "refused": _("没有同意"),
    "handed_out": _("领走"),
    "returned": _("归还"),
    "cancelled": _("取消"),
}


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
class Line:
    """One line of a history."""

    at: datetime
    label: str
    who: str
    told: str


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """Copies at one place, with how many are free today."""

    holding: Holding
    free: int
    out: int
    short_on: date | None = None
    """The first day for which more was agreed than there is; the page of one holding says it."""


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """One resource."""

    resource: Resource
    kind: str
    audiences: tuple[str, ...]
    subjects: tuple[str, ...]
    forms: tuple[str, ...]
    holdings: tuple[HoldingRow, ...]
    packages: tuple[Package, ...]
    may_keep: bool
    history: tuple[Line, ...] = ()

    @property
    def may_be_asked(self) -> bool:
        """Whether copies are there that are lent."""
        return self.resource.is_lendable and self.resource.is_shown and any(row.holding.good for row in self.holdings)


@dataclass(frozen=True, slots=True)
class PackagePage:
    """One package with what is in it, withdrawn resources passed over for the public."""

    package: Package
    audiences: tuple[str, ...]
    rows: tuple[ResourceRow, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class HoldingPage:
    """One holding at the desk."""

    row: HoldingRow
    kind: str
    movements: tuple[tuple[Movement, str], ...]
    loans: tuple[Loan, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class LoanPage:
    """One loan at the desk, with what the actor may do now."""

    loan: Loan
    borrower: str
    free: int
    acts: tuple[str, ...]
    history: tuple[Line, ...]


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


def resource_page(pk: int, *, actor: Person | None = None, is_desk: bool = False) -> ResourcePage | None:
    """One resource for everybody, or at the desk for an actor who may see it; None where there is none such."""
    found = resources_visible_to(actor) if is_desk and actor is not None else shown_resources()
    resource = found.select_related("owner__region", "region", "file").filter(pk=pk).first()
    if resource is None:
        return None
    labels = {name: dict(choices_of(name)) for name in ("subjects", "forms")}
    packages = Package.objects.filter(items__resource=resource, state=ShownState.SHOWN).distinct()
    return ResourcePage(
        resource=resource,
        kind=kind_labels().get(resource.kind, resource.kind),
        audiences=audience_labels(resource.audiences),
        subjects=tuple(labels["subjects"].get(code, code) for code in resource.subjects),
        forms=tuple(labels["forms"].get(code, code) for code in resource.forms),
        holdings=holding_rows(holdings_for_desk().filter(resource=resource)),
        packages=tuple(packages),
        may_keep=actor is not None and may_keep_resource(actor, resource),
        history=history_of(resource) if is_desk else (),
    )


def package_page(pk: int, *, actor: Person | None = None, is_desk: bool = False) -> PackagePage | None:
    """One package for everybody, or at the desk for an actor who may see it; None where there is none such."""
    found = packages_visible_to(actor) if is_desk and actor is not None else shown_packages()
    package = found.filter(pk=pk).first()
    if package is None:
        return None
    items = PackageItem.objects.filter(package=package).select_related("resource__owner", "resource__region")
    resources = [item.resource for item in items if is_desk or item.resource.is_shown]
    return PackagePage(
        package,
        audience_labels(package.audiences),
        resource_rows(resources),
        may_keep=actor is not None and may_keep_package(actor, package),
    )


def holding_page(actor: Person, pk: int) -> HoldingPage | None:
    """One holding at the desk, its loans only for those who see them; None where there is none such."""
    holding = holdings_for_desk().select_related("keeper__region").filter(pk=pk).first()
    if holding is None:
        return None
    (row,) = holding_rows([holding])
    loans = loans_visible_to(actor).filter(holding=holding)
    under_way = loans.filter(state__in=[LoanState.ASKED, LoanState.AGREED, LoanState.OUT])
    movements = list(holding.movements.all()[:_MOST_SHOWN])
    names = _names(movement.moved_by for movement in movements)
    return HoldingPage(
        HoldingRow(holding, row.free, row.out, _short_on(holding)),
        kind_labels().get(holding.resource.kind, holding.resource.kind),
        tuple((one, names.get(one.moved_by, "")) for one in movements),
        tuple(under_way.order_by("first_day", "pk")[:_MOST_SHOWN]),
        may_keep_holding(actor, holding),
    )


def _short_on(holding: Holding) -> date | None:
    """The first day, from today, on which more is agreed to or out than there is in good order."""
    day = today()
    taking = list(
        Loan.objects.filter(holding=holding, state__in=[LoanState.AGREED, LoanState.OUT], copies__gt=0)
        .filter(Q(last_day__gte=day) | Q(state=LoanState.OUT))
        .values_list("copies", "first_day", "last_day", "state")
    )
    for begin in sorted({max(day, first) for _copies, first, _last, _state in taking}):
        taken = sum(
            copies
            for copies, first, last, state in taking
            if first <= begin and (last >= begin or (state == LoanState.OUT and last < day))
        )
        if taken > holding.good:
            return begin
    return None


def loan_page(actor: Person, pk: int) -> LoanPage | None:
    """One loan at the desk, for an actor who may see it, or None."""
    loan = loans_visible_to(actor).filter(pk=pk).first()
    if loan is None:
        return None
    free = free_copies([loan.holding_id], loan.first_day, loan.last_day)[loan.holding_id]
    return LoanPage(loan, borrower_of(loan), min(free), _acts(actor, loan), history_of(loan))


def _acts(actor: Person, loan: Loan) -> tuple[str, ...]:
    acts: tuple[str, ...] = ()
    if may_keep_holding(actor, loan.holding):
        acts = {
            LoanState.ASKED: ("agree", "refuse"),
            LoanState.AGREED: ("hand_out",),
            LoanState.OUT: ("return",),
        }.get(LoanState(loan.state), ())  # fmt: skip
    return (*acts, "cancel") if may_cancel_loan(actor, loan) and loan.state == LoanState.AGREED else acts


def borrower_of(loan: Loan) -> str:
    """Who borrows, in words."""
    if loan.organisation is not None:
        return loan.organisation.name
    if loan.person is not None:
        return str(loan.person)
    return str(_("一场活动"))


def history_of(thing: "Resource | Loan") -> tuple[Line, ...]:
    """What was done about a thing, the newest first."""
    entries = list(entries_about(thing))
    names = _names(entry.actor_id or 0 for entry in entries)
    lines = []
    for entry in reversed(entries):
        deed = entry.action.rsplit(".", 1)[-1]
        told = " ".join(str(entry.data[key]) for key in ("reason", "name") if entry.data.get(key))
        lines.append(Line(entry.recorded_at, str(DEEDS.get(deed, deed)), names.get(entry.actor_id or 0, ""), told))
    return tuple(lines)


def _names(keys: Iterable[int]) -> dict[int, str]:
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=set(keys))}


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
