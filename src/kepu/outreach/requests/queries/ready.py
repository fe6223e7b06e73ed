"""Sessions for everybody that would answer an order as they are: a laboratory's open day, a lecture, a fair with seats enough."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kepu.directory.register.choices import Audience
from kepu.outreach.bookings.queries import SlotPage
from kepu.outreach.requests.choices import OrderState
from kepu.outreach.requests.models import Order, Session
from kepu.outreach.requests.queries.calendar import Entry, coming_sessions, entries_of
from kepu.outreach.requests.queries.topics import Topics
from kepu.outreach.requests.rules.material import Kit, Shelf, Theme

_WAITING = (OrderState.ASKED, OrderState.OPEN, OrderState.OFFERED, OrderState.UNMET)
_MOST_SHOWN = 5
_NEAR_STEPS = 2
"""Places that share so many steps of their paths are near, as `rules.fit.nearness` counts."""


def ready_for(order: Order, *, topics: Topics | None = None) -> tuple[Entry, ...]:
    """What an order that waits could come to instead, within its days and its district, or online.

    For the same people or for everybody, on its topic, with seats for all who come; those that say most of the topic in front, then
    the nearest. In a fixed number of statements.

    Args:
        order: with its region.
        topics: how they are read, where that is known.
    """
    topics = topics or Topics()
    words = topics.words(order.topic) if order.state in _WAITING else ()
    if not words:
        return ()
    alike = topics.alike(words)
    near = {one.pk: one for one in _near(order, (*words, *alike))}
    if not near:
        return ()
    theme = Theme(frozenset(words), alike, order.audience, order.form, order.region.path)
    kits = (Kit(one.pk, one.title, (), (), (), one.region.path) for one in near.values())
    fitting = [near[kit.holding] for kit in Shelf(kits, least=topics.least).suiting(theme)]
    if not fitting:
        return ()
    return tuple(one for one in entries_of(fitting) if _has_seats(one.page, order.seats))[:_MOST_SHOWN]


def _near(order: Order, words: Iterable[str]) -> QuerySet[Session]:
    """Sessions in the order's days and district, or online, for its people, whose title has one of the words."""
    said = reduce(or_, (Q(title__icontains=word) for word in words))
    steps, place = order.region.path.strip("/").split("/")[:_NEAR_STEPS], Q(is_online=True)
    if len(steps) == _NEAR_STEPS:
        place |= Q(region__path__startswith=f"{'/'.join(steps)}/")
    days = {"day__range": (order.earliest, order.latest), "audience__in": (order.audience, Audience.PUBLIC)}
    return coming_sessions().filter(said & place, **days)


def _has_seats(page: SlotPage | None, seats: int) -> bool:
    if page is None or page.standing != "open":
        return False
    return seats <= (page.free if seats <= page.rules.most_party else page.free_for_groups)
