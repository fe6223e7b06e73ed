"""Wishes as the desk lists them, and orders that may become one."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from kepu.directory.register.choices import RegionLevel, Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import inside
from kepu.outreach.requests.choices import OrderState
from kepu.outreach.requests.models import Order
from kepu.outreach.tours.choices import WishState
from kepu.outreach.tours.models import TourWish
from kepu.outreach.tours.permissions import may_plan_tours
from kepu.outreach.tours.rules import next_month
from kepu.outreach.venues.models import PeoplePoint
from kepu.outreach.venues.queries.reach import places_above

FORMS = ("tour", "experiment", "field")
"""Forms of `capacities.forms` that a van with exhibits can serve: looking at exhibits, trying things out, on the spot."""


def wishes_visible_to(actor: Person) -> QuerySet[TourWish]:
    """All for the office and the auditor; a district's for its officer; a body's for its liaison."""
    found = TourWish.objects.select_related("region__parent", "body", "order")
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return found
    bodies = actor.organisations(Role.LIAISON)
    return found.filter(inside(actor.regions(Role.DISTRICT_OFFICER), "region") | Q(body__in=bodies))


def listed_wishes(actor: Person, *, words: str = "", state: str = "") -> QuerySet[TourWish]:
    """Those of the desk's list, narrowed."""
    found = wishes_visible_to(actor)
    for word in words.split()[:5]:
        found = found.filter(Q(place__icontains=word) | Q(body__name__icontains=word) | Q(region__name__icontains=word))
    return found.filter(state=state) if state else found


def wishes_of_month(month: date) -> list[TourWish]:
    """Open wishes whose days touch a month, in the order in which they were recorded."""
    found = TourWish.objects.filter(state=WishState.OPEN, since__lt=next_month(month), until__gte=month)
    return list(found.select_related("region__parent", "body", "order").order_by("pk"))


def townships_of(wishes: Iterable[TourWish]) -> list[str]:
    """The code of the township of each wish; of its own region where that lies above."""
    known = list(wishes)
    regions, places = places_above(known, RegionLevel.TOWNSHIP)
    return [regions[place].code for place in places]


def orders_for_vans(actor: Person) -> QuerySet[Order]:
    """Approved orders that a van can serve, on the spot and not a wish yet; for who plans."""
    if not may_plan_tours(actor):
        return Order.objects.none()
    found = Order.objects.filter(state=OrderState.OPEN, form__in=FORMS, is_online=False, tour_wish=None)
    return found.select_related("region__parent", "body").order_by("latest", "pk")


def point_near(order: Order) -> PeoplePoint | None:
    """The largest village of an order's region, whose coordinates may stand for the place until somebody knows better."""
    return PeoplePoint.objects.filter(region=order.region_id).order_by("-people", "code").first()
