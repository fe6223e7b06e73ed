"""A village that asks, experts who might come, and an office between them."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.outreach.people.capacities.choices import HALF_DAYS
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.models import Offer, Order, Session
from kepu.outreach.requests.services import OrderWords, accept_offer, approve_order, ask_order, offer_order
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.outreach.bookings.factories import text_digest

ANY_TIME = tuple(code for code, _day, _part in HALF_DAYS)


class World:
    """Made as it is asked for."""

    @cached_property
    def city(self):
        return city_region()

    @cached_property
    def district(self):
        return RegionFactory(code="370202", name="市南区", parent=self.city)

    @cached_property
    def elsewhere(self):
        return RegionFactory(code="370211", name="黄岛区", parent=self.city)

    @cached_property
    def school(self):
        return OrganisationFactory(name="示例小学", region=self.district)

    @cached_property
    def institute(self):
        return OrganisationFactory(name="示例海洋研究所", region=self.city)

    @cached_property
    def office(self) -> Person:
        body = OrganisationFactory(name="示例科协", region=self.city)
        return PersonFactory(role="leading_office", organisation=body)

    @cached_property
    def officer(self) -> Person:
        return PersonFactory(role="district_officer", region=self.district)

    @cached_property
    def teacher(self) -> Person:
        return PersonFactory()

    def expert(self, *topics: str, **more: Any) -> Capacity:
        """Somebody admitted who speaks about these topics, whenever and wherever."""
        given: dict[str, Any] = {
            "kind": "expert", "state": "admitted", "number": f"ZJ{Capacity.objects.count():05d}",
            "organisation": self.institute, "region": self.district, "topics": list(topics) or ["台风来了怎么办"],
            "forms": ["lecture"], "audiences": ["youth"], "valid_from": today() - timedelta(days=9),
            "valid_to": today() + timedelta(days=900),
        }  # fmt: skip
        person = more.pop("person", None) or PersonFactory(organisation=(given | more)["organisation"])
        return Capacity.objects.create(person=person, **(given | more))

    def words(self, **more: Any) -> OrderWords:
        """What a school asks for, from tomorrow on for three weeks."""
        given: dict[str, Any] = {
            "topic": "台风来了怎么办", "form": "lecture", "region": self.district, "people": 42, "accompanying": 4,
            "earliest": day(1), "latest": day(21), "body": self.school, "place": "示例小学报告厅", "audience": "youth",
            "contact_name": "示例老师", "contact_phone": "13900000001",
        }  # fmt: skip
        return OrderWords(**(given | more))

    def ask(self, who: Person | None = None, **more: Any) -> Order:
        """Asked, not checked."""
        return ask_order(self.words(**more), actor=who or self.teacher, text_digest=text_digest())

    def order(self, **more: Any) -> Order:
        """Asked and approved."""
        return approve_order(self.ask(**more).pk, actor=self.office)

    def offer(self, order: Order, capacity: Capacity, *, days: int = 3, part: str = "a") -> Offer:
        """Offered for a half-day some days from now."""
        return offer_order(order.pk, capacity.pk, day=day(days), part=part, actor=self.office)

    def session(self, **more: Any) -> Session:
        """Asked, approved, offered and accepted."""
        capacity = self.expert()
        offer = self.offer(self.order(**more), capacity)
        return accept_offer(offer.pk, actor=capacity.person)


def day(number: int) -> date:
    """So many days from today."""
    return today() + timedelta(days=number)
