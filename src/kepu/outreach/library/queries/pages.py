"""Pages of one thing of the library: a resource, a package, copies at a place, a loan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.queries import entries_about
from kepu.foundation.clock import today
from kepu.outreach.library.choices import LoanState, ShownState
from kepu.outreach.library.models import Holding, Loan, Movement, Package, PackageItem, Resource
from kepu.outreach.library.permissions import (
    may_cancel_loan,
    may_keep_holding,
    may_keep_package,
    may_keep_resource,
)
from kepu.outreach.library.queries.free import free_copies
from kepu.outreach.library.queries.kinds import kind_labels
from kepu.outreach.library.queries.lists import (
    HoldingRow,
    ResourceRow,
    audience_labels,
    holding_rows,
    holdings_for_desk,
    loans_visible_to,
    packages_visible_to,
    resource_rows,
    resources_visible_to,
    shown_packages,
    shown_resources,
)
from kepu.outreach.people.capacities.queries import choices_of

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
class Line:
    """One line of a history."""

    at: datetime
    label: str
    who: str
    told: str


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
