"""Rooms that their keepers lend to orders which have none: open, large enough, near, and free at a half-day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from kepu.outreach.requests.choices import OfferState, SessionState
from kepu.outreach.requests.models import Offer, Order, Session
from kepu.outreach.requests.rules.days import PARTS
from kepu.outreach.requests.rules.fit import HalfDay, nearness
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.opening import Schedule, schedules_of


@dataclass(frozen=True, slots=True)
class Room:
    """A venue that is lent."""

    id: int
    name: str
    address: str
    region_path: str
    seats: int

    @property
    def place(self) -> str:
        """Where to go, in words."""
        return f"{self.name}（{self.address}）" if self.address else self.name


class Rooms:
    """All rooms that are lent, with when they are open and taken; made once for any number of orders."""

    def __init__(
        self, rooms: Iterable[Room], schedules: dict[int, Schedule], taken: Collection[tuple[int, HalfDay]]
    ) -> None:
        """Keep them.

        Args:
            rooms: in any order.
            schedules: when each is open; a room whose hours nobody registered is never free.
            taken: room and half-day at which somebody else is in it, or was asked to be.
        """
        self._rooms = sorted(rooms, key=lambda one: one.id)
        self._schedules = schedules
        self._taken = frozenset(taken)
        self._open: dict[tuple[int, HalfDay], bool] = {}

    def for_order(self, order: Order) -> list[Room]:
        """Rooms of the order's district with seats enough, the nearest first, then the smallest."""
        here = order.region.path
        found = [one for one in self._rooms if one.seats >= order.seats and _is_near(here, one.region_path)]
        return sorted(found, key=lambda one: (-nearness(here, one.region_path), one.seats, one.id))

    def free(self, order: Order, half: HalfDay) -> list[Room]:
        """Rooms for an order at a half-day, the best first."""
        return [one for one in self.for_order(order) if self.is_free(one.id, half)]

    def halves(self, order: Order, halves: Iterable[HalfDay]) -> tuple[HalfDay, ...]:
        """Those half-days of an order at which at least one room is free."""
        rooms = self.for_order(order)
        return tuple(half for half in halves if any(self.is_free(one.id, half) for one in rooms))

    def is_free(self, room: int, half: HalfDay) -> bool:
        """Whether a room is open all the while, and nobody is in it."""
        if (room, half) in self._taken:
            return False
        if (room, half) not in self._open:
            self._open[room, half] = self._is_open(room, half)
        return self._open[room, half]

    def _is_open(self, room: int, half: HalfDay) -> bool:
        day, part = half
        starts, ends = PARTS[part]
        plan = self._schedules[room].on(day) if room in self._schedules else None
        hours = (plan.hours if plan is not None else None) or ()
        return any(one.opens <= starts and ends <= one.closes for one in hours)


def _is_near(here: str, there: str) -> bool:
    """Whether a room lies in the place that asks, or shares its district."""
    return there.startswith(here) or nearness(here, there) > 0


def read_rooms(first: date, last: date, *, only: Collection[int] | None = None, but: int | None = None) -> Rooms:
    """Rooms that are lent, in seven queries however many there are.

    Args:
        first: first day that is looked at.
        last: last day.
        only: venues that are looked at; all where none are given.
        but: a session that does not count as being in its room: the one that is moved.
    """
    found = Venue.objects.filter(is_lent=True, state=VenueState.PUBLISHED).select_related("region")
    if only is not None:
        found = found.filter(pk__in=only)
    rooms = [Room(one.pk, one.name, one.address, one.region.path, one.capacity or 0) for one in found]
    ids = [one.id for one in rooms]
    in_days = {"venue__in": ids, "day__range": (first, last)}
    sessions = Session.objects.filter(**in_days).exclude(state=SessionState.CANCELLED).exclude(pk=but or 0)
    offers = Offer.objects.filter(**in_days, state=OfferState.OFFERED)
    taken = {
        (venue, (day, part))
        for rows in (sessions, offers)
        for venue, day, part in rows.values_list("venue", "day", "part")
        if venue is not None
    }
    return Rooms(rooms, schedules_of(ids) if ids else {}, taken)
