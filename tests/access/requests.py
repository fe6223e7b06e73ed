"""Orders: everybody sees what was asked for, signed-in people ask, the office and the district's officer handle."""

from datetime import timedelta
from itertools import count
from typing import Any

from kepu.directory.register.models import Person
from kepu.foundation.clock import now, today
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.models import Offer, Order, Round, Session, StandingOffer
from kepu.outreach.requests.services import (
    StandingWords,
    accept_offer,
    new_feed,
    register_standing,
    show_standing,
)
from tests.access import OPEN, World, row, seen
from tests.access.ledger import API_CLOSED
from tests.factories import PersonFactory
from tests.outreach.requests.worlds import World as Village
from tests.outreach.requests.worlds import day

READERS = seen(office=200, district=200, auditor=200)
OPERATORS = seen(office=200, district=200)
SPEAKERS = seen(office=200, liaison=200, head=200)
OFFICE = seen(office=200)
SIDES = seen(office=200, liaison=200, head=200, district=200)
_numbers = count(1)


def _village(world: World) -> Village:
    """A village in the district of the table's officer; the body of its liaison is the school."""
    village = Village()
    village.district, village.school = world.district, world.body
    return village


def _order(world: World, asker: Person | None = None, *, is_open: bool = False) -> Order:
    village, topic = _village(world), f"第 {next(_numbers)} 种海藻"
    if is_open:
        return village.order(topic=topic)
    return village.ask(asker, topic=topic)


def _own(world: World) -> list[Any]:
    return [_order(world, world.actors["office"]).pk]


def _offered(world: World) -> Offer:
    """Offered to the person of the office's column, each for another day."""
    order, village, number = _order(world, is_open=True), _village(world), next(_numbers)
    office = world.actors["office"]
    assert office is not None
    order.state = "offered"
    order.save()
    capacity = Capacity.objects.filter(person=office, kind="expert").first() or village.expert(
        person=office, number=f"ZJ9{number:04d}"
    )
    return Offer.objects.create(
        order=order, capacity=capacity, day=day(number), part="a", until=now() + timedelta(days=1),
        reasons=["讲过“海藻”"], offered_by=village.office,
    )  # fmt: skip


def _session(world: World) -> Session:
    office = world.actors["office"]
    assert office is not None
    return accept_offer(_offered(world).pk, actor=office)


def _send(world: World) -> list[Any]:
    """An open order and, in `_to`, somebody who may come."""
    return [_order(world, is_open=True).pk]


def _to(world: World) -> dict[str, Any]:
    number = next(_numbers)
    capacity = _village(world).expert("海藻", person=PersonFactory(), number=f"ZJ9{number:04d}")
    return {"capacity": capacity.pk, "half": f"{day(3):%Y-%m-%d}/a"}


def _round(world: World) -> Round:
    office = world.actors["office"]
    assert office is not None
    return Round.objects.create(first_day=day(1), last_day=day(7), state="solved", opened_by=office)


def _wish(world: World) -> dict[str, Any]:
    return {"order_id": _order(world, is_open=True).pk, "capacity_id": _to(world)["capacity"], "kind": "forbid"}


def _standing(world: World) -> StandingOffer:
    village, office = _village(world), world.actors["office"]
    assert office is not None
    words = StandingWords(
        kind="talk", title=f"第 {next(_numbers)} 场宣讲", host=village.institute, givers=(village.expert().number,),
        form="lecture", minutes=60, most_people=50, first_day=today(), last_day=today(), audience="youth",
    )  # fmt: skip
    return show_standing(register_standing(words, actor=office).pk, actor=office)


ACCESS = {
    "requests:home": row(OPEN),
    "requests:ask": row(seen(others=200)),
    "requests:mine": row(seen(others=200)),
    "requests:own": row(SPEAKERS, args=_own),
    "requests:own_change": row(SPEAKERS, args=_own),
    "requests:own_cancel": row(
        seen(office=302, liaison=302, head=302),
        args=_own,
        method="post",
        data=lambda _world: {"reason": "改在别处办"},
    ),
    "requests:offer": row(seen(office=200), args=lambda world: [_offered(world).pk]),
    "requests:answer": row(
        seen(office=302),
        args=lambda world: [_offered(world).pk],
        method="post",
        data=lambda _world: {"answer": "accept"},
    ),
    "requests:session": row(
        seen(office=200, liaison=200, head=200, district=200), args=lambda world: [_session(world).pk]
    ),
    "requests:session_act": row(
        seen(office=302, district=302, liaison=403, head=403),
        args=lambda world: [_session(world).pk, "cancel"],
        method="post",
        data=lambda _world: {"reason": "台风"},
    ),
    "requests:thanks": row(
        seen(office=409, district=403, liaison=403, head=403),  # the office gives it, and nobody has praised it yet
        args=lambda world: [_session(world).pk],
        method="post",
    ),
    "requests:standing": row(OPEN),
    "requests:standing_one": row(OPEN, args=lambda world: [_standing(world).pk]),
    "requests:standing_desk": row(seen(office=200, liaison=200)),
    "requests:standing_new": row(seen(office=200, liaison=200)),
    "requests:standing_change": row(seen(office=200), args=lambda world: [_standing(world).pk]),
    "requests:standing_act": row(seen(office=302), args=lambda world: [_standing(world).pk, "show"], method="post"),
    "requests:desk": row(READERS),
    "requests:call": row(OPERATORS),
    "requests:unmet": row(READERS),
    "requests:desk_order": row(READERS, args=lambda world: [_order(world, is_open=True).pk]),
    "requests:handle": row(
        seen(office=302, district=302, auditor=403),
        args=lambda world: [_order(world).pk],
        method="post",
        data=lambda _world: {"do": "approve"},
    ),
    "requests:desk_offer": row(seen(office=302, district=302, auditor=403), args=_send, method="post", data=_to),
    "requests:bring": row(OPERATORS),
    "requests:bring_template": row(OPERATORS),
    "requests:feed": row(OPEN, args=lambda _world: [new_feed(actor=PersonFactory()).token]),
    "requests:feed_new": row(seen(others=302), method="post"),
    "requests:session_calendar": row(SIDES, args=lambda world: [_session(world).pk]),
    "requests:rounds": row(OFFICE),
    "requests:round": row(OFFICE, args=lambda world: [_round(world).pk]),
    "requests:round_act": row(seen(office=302), args=lambda world: [_round(world).pk, "again"], method="post"),
    "requests:round_wish": row(seen(office=302), args=lambda world: [_round(world).pk], method="post", data=_wish),
    "requests:round_unwish": row(seen(office=302), args=lambda world: [_round(world).pk, 1], method="post"),
    "api:order_ask": row(API_CLOSED, method="post"),
    "api:order_progress": row(API_CLOSED, args=lambda _world: ["1"]),
}
