"""Tours: everybody sees where the vans come, the office plans, who keeps a van logs its trips."""

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any

from kepu.foundation.clock import today
from kepu.ledger.services import load_indicators
from kepu.outreach.tours.models import TourPlan, TourWish, VanProfile
from kepu.outreach.tours.services import StopWords, VanWords, keep_van, log_trip
from tests.access import OPEN, World, row, seen
from tests.outreach.venues.factories import at, venue

READERS = seen(office=200, liaison=200, district=200, auditor=200)
WRITERS = seen(office=200, liaison=200, district=200)
ACTS = seen(office=302, liaison=302, district=302)
_numbers = count(1)


def _van(world: World) -> VanProfile:
    """A van of the body for which the liaison speaks, in the officer's district."""
    office = world.actors["office"]
    assert office is not None
    made = venue(
        "van", keeper=world.district_body, actor=office, region=world.district, name=f"示例大篷车 {next(_numbers)} 号",
        **at(120.38, 36.07),
    )  # fmt: skip
    return keep_van(made.pk, VanWords(time(8), time(18), [1, 2, 3, 4, 5]), actor=office)


def _venue(world: World) -> list[Any]:
    return [_van(world).venue_id]


def _wish(world: World) -> list[Any]:
    wish = TourWish.objects.create(
        body=world.district_body, place="示例小学操场", region=world.district, longitude=Decimal("120.4"),
        latitude=Decimal("36.1"), since=today(), until=today(), recorded_by=world.actors["office"],
    )  # fmt: skip
    return [wish.pk]


def _plan(world: World) -> TourPlan:
    return TourPlan.objects.create(
        month=date(2024, 1, 1), state="solved", iterations=1, seed=1, asked_by=world.actors["office"]
    )


def _made(world: World) -> list[Any]:
    TourPlan.objects.filter(state="published").delete()
    return [_plan(world).pk, "publish"]


def _trip(world: World) -> list[Any]:
    load_indicators(actor=None)
    office = world.actors["office"]
    assert office is not None
    stops = [StopWords(world.district, "示例村", 40)]
    return [log_trip(_van(world).pk, today(), Decimal(30), stops, actor=office).pk]


ACCESS = {
    "tours:public": row(OPEN),
    "tours:desk": row(READERS),
    "tours:new": row(WRITERS),
    "tours:withdraw": row(ACTS, method="post", args=_wish, data=lambda _world: {"reason": "不办了"}),
    "tours:plans": row(READERS),
    "tours:plan": row(READERS, args=lambda world: [_plan(world).pk]),
    "tours:plan_act": row(seen(office=302), method="post", args=_made),
    "tours:vans": row(READERS),
    "tours:van": row(WRITERS, args=_venue),
    "tours:log": row(WRITERS, args=_venue),
    "tours:strike": row(ACTS, method="post", args=_trip, data=lambda _world: {"reason": "记错了"}),
}
