"""Standing offers: who may order them, who gives them, and how many lessons a class has left."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.outreach.requests.choices import OrderState, StandingKind, StandingState
from kepu.outreach.requests.models import Order, StandingClass, StandingOffer, StandingStop
from kepu.outreach.requests.rules.fit import HalfDay
from kepu.outreach.venues.queries.opening import Schedule, schedules_of

_GONE = (OrderState.RETURNED, OrderState.UNMET, OrderState.CANCELLED)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of an agreement, and its lessons in this term."""

    one: StandingClass
    used: int
    left: int


@dataclass(frozen=True, slots=True)
class StandingPage:
    """A standing offer with everything that its page says."""

    offer: StandingOffer
    stops: tuple[StandingStop, ...]
    classes: tuple[ClassRow, ...]
    is_open: bool
    """Whether it can be ordered today."""


def standing_offers(*, kind: str = "", audience: str = "", words: str = "") -> QuerySet[StandingOffer]:
    """What everybody may order, or read of: shown, and not over."""
    found = StandingOffer.objects.filter(state=StandingState.SHOWN, last_day__gte=today())
    if kind in StandingKind.values:
        found = found.filter(kind=kind)
    if audience:
        found = found.filter(audience=audience)
    for word in words.split()[:5]:
        found = found.filter(Q(title__icontains=word) | Q(about__icontains=word) | Q(host__name__icontains=word))
    return found.select_related("host", "school")


def standing_named(typed: Iterable[str]) -> dict[str, list[StandingOffer]]:
    """What can be ordered under a number or an exact title, with its classes; two statements for any number of them.

    Returns:
        What was typed → the offer of that number, else all of that title; what names nothing is missing.
    """
    names = {name for name in typed if name}
    numbers = {name: int(name) for name in names if name.isdecimal() and int(name) < 1 << 63}
    if not names:
        return {}
    shown = StandingOffer.objects.filter(state=StandingState.SHOWN).select_related("school").prefetch_related("classes")
    by_title: dict[str, list[StandingOffer]] = {}
    by_number: dict[str, list[StandingOffer]] = {}
    for offer in shown.filter(Q(pk__in=numbers.values()) | Q(title__in=names)).order_by("pk"):
        by_title.setdefault(offer.title, []).append(offer)
        by_number |= {name: [offer] for name, number in numbers.items() if number == offer.pk}
    found = by_title | by_number
    return {name: found[name] for name in names if name in found}


def standing_kept_by(actor: Person) -> QuerySet[StandingOffer]:
    """What the desk lists: all to the office, its own to a liaison."""
    found = StandingOffer.objects.select_related("host", "school").order_by("state", "title", "pk")
    if actor.holds(Role.LEADING_OFFICE):
        return found
    return found.filter(host__in=actor.organisations("liaison"))


def standing_page(offer_id: int, *, shown: bool = True) -> StandingPage | None:
    """A standing offer, or None where there is none that everybody may read."""
    found = StandingOffer.objects.select_related("host", "school")
    if shown:
        found = found.filter(state=StandingState.SHOWN)
    offer = found.filter(pk=offer_id).first()
    if offer is None:
        return None
    used = lessons_used(offer)
    most = offer.lessons_a_class or 0
    return StandingPage(
        offer,
        tuple(offer.stops.select_related("venue__region")),
        tuple(ClassRow(one, used.get(one.pk, 0), most - used.get(one.pk, 0)) for one in offer.classes.all()),
        is_open=offer.state == StandingState.SHOWN and offer.last_day >= today(),
    )


def lessons_used(offer: StandingOffer, *, but: int = 0) -> dict[int, int]:
    """Class → lessons that it ordered and that were not called off.

    Args:
        offer: an agreement.
        but: an order that does not count: the one that is changed.
    """
    orders = Order.objects.filter(standing=offer, standing_class__isnull=False).exclude(state__in=_GONE)
    rows = orders.exclude(pk=but).order_by().values("standing_class").annotate(visits=Sum("visits"))
    return {row["standing_class"]: row["visits"] * offer.lessons for row in rows}


def givers_of(orders: Iterable[Order]) -> dict[int, frozenset[int]]:
    """Standing offer → the capacities that give it, for the offers of some orders."""
    offers = {one.standing_id for one in orders if one.standing_id is not None}
    found: dict[int, set[int]] = {offer: set() for offer in offers}
    if offers:
        through = StandingOffer.givers.through.objects.filter(standingoffer__in=offers)
        for offer, capacity in through.values_list("standingoffer", "capacity"):
            found[offer].add(capacity)
    return {offer: frozenset(group) for offer, group in found.items()}


def all_givers() -> QuerySet[Any, Any]:
    """Capacities, as a subquery, that give a standing offer which is shown."""
    shown = StandingOffer.objects.filter(state=StandingState.SHOWN, last_day__gte=today())
    return shown.filter(givers__isnull=False).values(capacity=F("givers"))


class Routes:
    """When all venues of a route are open; made once for any number of orders."""

    def __init__(self, orders: Collection[Order]) -> None:
        """Read the stops and hours of the routes that are ordered."""
        offers = {one.standing_id for one in orders if one.standing_id is not None}
        self._stops: dict[int, list[int]] = {}
        if offers:
            for offer, venue in StandingStop.objects.filter(offer__in=offers).values_list("offer", "venue"):
                self._stops.setdefault(offer, []).append(venue)
        venues = {venue for group in self._stops.values() for venue in group}
        self._schedules: dict[int, Schedule] = schedules_of(venues) if venues else {}

    def halves(self, order: Order, halves: Iterable[HalfDay]) -> tuple[HalfDay, ...]:
        """Those half-days at which no stop of the order's route is shut; all where the order has no route."""
        stops = self._stops.get(order.standing_id or 0, [])
        return tuple(half for half in halves if all(self._is_open(venue, half[0]) for venue in stops))

    def _is_open(self, venue: int, day: date) -> bool:
        return bool(self._schedules[venue].on(day).hours)
