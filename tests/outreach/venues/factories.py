"""The smallest valid venues, through the services that people use."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import today
from kepu.outreach.venues.models import PeoplePoint, Venue
from kepu.outreach.venues.services import VenueWords, publish_venue, register_venue
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

DAY = date(2024, 9, 16)
_numbers = count(1)


def office() -> Person:
    return PersonFactory(role=Role.LEADING_OFFICE)


def district(code: str = "370202", name: str = "市南区") -> Region:
    return RegionFactory(code=code, name=name, parent=city_region())


def liaison_of(body: Organisation) -> Person:
    return PersonFactory(role=Role.LIAISON, organisation=body)


def words(**given: Any) -> VenueWords:
    number = next(_numbers)
    region = given.pop("region", None) or district()
    return VenueWords(**{"name": f"示例科普馆{number:03d}", "region_id": region.pk, "address": "示例路 1 号", **given})


def venue(
    kind: str = "science_centre", *, keeper: Organisation | None = None, actor: Person | None = None, public: bool = True,
    **given: Any,
) -> Venue:  # fmt: skip
    """A published venue of the example city, or a draft."""
    body = keeper or OrganisationFactory(region=district())
    who = actor or office()
    made = register_venue(kind, body.pk, words(**given), actor=who, is_checked=True)
    return publish_venue(made.pk, actor=who) if public else made


def at(longitude: float, latitude: float) -> dict[str, Any]:
    """Coordinates as a venue's words."""
    return {
        "longitude": Decimal(str(longitude)),
        "latitude": Decimal(str(latitude)),
        "coordinate_source": "surveyed",
    }


def point(longitude: float, latitude: float, people: int = 1000, **given: Any) -> PeoplePoint:
    """A village with made-up people."""
    number = next(_numbers)
    region = given.pop("region", None) or district()
    return PeoplePoint.objects.create(
        code=f"P{number:04d}", name=f"示例村{number:03d}", region=region, longitude=Decimal(str(longitude)),
        latitude=Decimal(str(latitude)), people=people, source="示例", counted_on=given.pop("counted_on", today()),
        **given,
    )  # fmt: skip
