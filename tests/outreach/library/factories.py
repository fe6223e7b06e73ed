"""The smallest valid resources, holdings and loans, through the services that people use."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import today
from kepu.outreach.library import services
from kepu.outreach.library.models import Holding, Loan, Package, Resource
from kepu.outreach.library.services import Counts, HoldingPlace, LoanTerms, PackageWords, ResourceWords
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

_numbers = count(1)


def office() -> Person:
    return PersonFactory(role=Role.LEADING_OFFICE)


def liaison_of(body: Organisation) -> Person:
    return PersonFactory(role=Role.LIAISON, organisation=body)


def district(code: str = "370202", name: str = "市南区") -> Region:
    return RegionFactory(code=code, name=name, parent=city_region())


def body(**given: Any) -> Organisation:
    return OrganisationFactory(region=given.pop("region", None) or district(), **given)


def day(number: int) -> date:
    """So many days from today."""
    return today() + timedelta(days=number)


def words(**given: Any) -> ResourceWords:
    region = given.pop("region", None) or district()
    plain = {
        "title": f"示例教具箱{next(_numbers):03d}",
        "kind": "kit",
        "region_id": region.pk,
        "source": "示例单位自制",
        "rights": "可免费用于科普活动",
    }
    return ResourceWords(**(plain | given))


def resource(*, owner: Organisation | None = None, actor: Person | None = None, **given: Any) -> Resource:
    """A resource that everybody finds."""
    return services.add_resource((owner or body()).pk, words(**given), actor=actor or office())


def package(*resources: Resource, owner: Organisation | None = None, actor: Person | None = None) -> Package:
    """A package of resources."""
    said = PackageWords(f"示例资源包{next(_numbers):03d}", "社区课", [one.pk for one in resources] or [resource().pk])
    return services.make_package((owner or body()).pk, said, actor=actor or office())


def holding(
    good: int = 3, *, thing: Resource | None = None, keeper: Organisation | None = None, actor: Person | None = None,
    region: Region | None = None, storage: str = "器材室", **given: Any,
) -> Holding:  # fmt: skip
    """Good copies at a place."""
    who = actor or office()
    where = keeper or body(region=region)
    kept = thing or resource(owner=where, actor=who, **given)
    place = HoldingPlace(where.pk, (region or where.region).pk, storage, "器材室值班岗 0532-00000000")
    return services.register_holding(kept.pk, place, Counts(good), actor=who)


def terms(copies: int = 1, first: int = 1, last: int = 3, **given: Any) -> LoanTerms:
    return LoanTerms(copies, day(first), day(last), **({"purpose": "小区科普日"} | given))


def asked(where: Holding | None = None, *, actor: Person | None = None, **given: Any) -> Loan:
    """Somebody asked for copies."""
    return services.ask_loan((where or holding()).pk, terms(**given), actor=actor or PersonFactory())


def agreed(
    where: Holding | None = None, *, actor: Person | None = None, by: Person | None = None, **given: Any
) -> Loan:
    """Copies are set apart."""
    return services.agree_loan(asked(where, actor=actor, **given).pk, actor=by or office())


def out(where: Holding | None = None, *, actor: Person | None = None, by: Person | None = None, **given: Any) -> Loan:
    """Copies are out from today."""
    who = by or office()
    return services.hand_out_loan(agreed(where, actor=actor, by=who, **({"first": 0} | given)).pk, actor=who)
