"""Two townships with schools, a van between them, and an office."""

from datetime import date, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.test import Client

from kepu.directory.register.models import Person, Region
from kepu.outreach.tours.models import TourPlan, TourWish, VanProfile
from kepu.outreach.tours.services import (
    TourTerms,
    VanWords,
    WishWords,
    add_wish,
    ask_plan,
    keep_van,
    publish_plan,
    run_plan,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.outreach.venues.factories import at, venue

DAY = date(2024, 9, 16)
MONTH = date(2024, 10, 1)
QUICK = {"iterations": 20, "rounds": 1}


class World:
    """Made as it is asked for."""

    @cached_property
    def city(self) -> Region:
        return city_region()

    @cached_property
    def district(self) -> Region:
        return RegionFactory(code="370214", name="城阳区", parent=self.city)

    @cached_property
    def near(self) -> Region:
        return RegionFactory(code="370214001", name="城阳街道", parent=self.district)

    @cached_property
    def far(self) -> Region:
        return RegionFactory(code="370214002", name="夏庄街道", parent=self.district)

    @cached_property
    def school(self):
        return OrganisationFactory(name="示例小学", region=self.district)

    @cached_property
    def keeper(self):
        return OrganisationFactory(name="示例科协", region=self.city)

    @cached_property
    def office(self) -> Person:
        return PersonFactory(role="leading_office", organisation=self.keeper)

    @cached_property
    def officer(self) -> Person:
        return PersonFactory(role="district_officer", region=self.district)

    @cached_property
    def liaison(self) -> Person:
        return PersonFactory(role="liaison", organisation=self.school)

    @cached_property
    def auditor(self) -> Person:
        return PersonFactory(role="auditor")

    @cached_property
    def van(self) -> VanProfile:
        return self.another_van("示例大篷车 1 号")

    def another_van(self, name: str, **more: Any) -> VanProfile:
        """A published van with a profile, at home in the city."""
        made = venue(
            "van", keeper=self.keeper, actor=self.office, region=self.district, name=name, **at(120.38, 36.30),
            **more.pop("venue", {}),
        )  # fmt: skip
        words = {"starts": time(8), "ends": time(18), "weekdays": [1, 2, 3, 4, 5], "exhibits": ["机器人", "静电球"]}
        return keep_van(made.pk, VanWords(**(words | more)), actor=self.office)

    def words(self, **more: Any) -> WishWords:
        """What a school wants in October."""
        given: dict[str, Any] = {
            "place": "示例小学操场", "region": self.near, "longitude": Decimal("120.40"), "latitude": Decimal("36.31"),
            "since": date(2024, 9, 20), "until": date(2024, 12, 20), "people": 80, "body": self.school,
        }  # fmt: skip
        return WishWords(**(given | more))

    def wish(self, actor: Person | None = None, **more: Any) -> TourWish:
        return add_wish(self.words(**more), actor=actor or self.liaison)

    def asked(self, *vans: VanProfile, month: date = MONTH, **terms: Any) -> TourPlan:
        """A plan that waits for its job."""
        numbers = [one.pk for one in vans or (self.van,)]
        return ask_plan(month, numbers, TourTerms(**(QUICK | terms)), actor=self.office)

    def solved(self, *vans: VanProfile, **more: Any) -> TourPlan:
        """A plan that its job has made."""
        plan = self.asked(*vans, **more)
        run_plan(plan.pk)
        plan.refresh_from_db()
        return plan

    def published(self, **more: Any) -> TourPlan:
        """A plan that everybody can read."""
        return publish_plan(self.solved(**more).pk, actor=self.office)


def seat(person: Person) -> Client:
    """A browser with somebody signed in."""
    client = Client()
    client.force_login(person)
    return client
