"""Who may open the ledger: its data everyone; its facts those who record, review or audit; its doors those who record."""

import uuid
from decimal import Decimal

from kepu.foundation.clock import today
from kepu.ledger.models import Fact, SheetImport
from kepu.ledger.rules import FactDraft
from kepu.ledger.services import bring_sheet, record_fact
from tests.access import OPEN, World, row, seen
from tests.ledger.factories import csv_file

READERS = seen(office=200, liaison=200, head=200, district=200, reviewer=200, auditor=200)
WRITERS = seen(office=200, liaison=200, district=200)


def _fact(world: World) -> Fact:
    """In the liaison's body and the officer's district, so that all readers see it."""
    body, place = world.body.pk, world.district.pk
    draft = FactDraft("lectures", today(), place, body, Decimal(1), key=uuid.uuid4().hex)
    return record_fact(draft, actor=None)


def _import(world: World, by: str = "liaison", indicator: str = "lectures") -> SheetImport:
    actor = world.actors[by]
    assert actor is not None
    return bring_sheet(csv_file(indicator, body=world.body.name, region=world.district.code), actor=actor)


def _wrong(world: World) -> list[object]:
    return [_import(world, indicator="没有的指标").pk]


API_CLOSED = dict.fromkeys(OPEN, 401)  # a session opens nothing here: tests/ledger/test_api.py shows what a token opens

ACCESS = {
    "ledger:data": row(OPEN),
    "ledger:indicator": row(OPEN, args=lambda _world: ["lectures"]),
    "ledger:series": row(OPEN, args=lambda _world: ["lectures", "csv"]),
    "ledger:desk": row(READERS),
    "ledger:export": row(READERS, args=lambda _world: ["csv"]),
    "ledger:fact": row(READERS, args=lambda world: [_fact(world).pk]),
    "ledger:reverse": row(
        seen(office=302, liaison=302, head=403, district=302, reviewer=403, auditor=403),
        method="post",
        args=lambda world: [_fact(world).pk],
        data=lambda _world: {"reason": "重复登记"},
    ),
    "ledger:record": row(WRITERS),
    "ledger:import": row(WRITERS),
    "ledger:template": row(WRITERS),
    "ledger:import_result": row(seen(office=200, liaison=200, auditor=200), args=lambda world: [_import(world).pk]),
    "ledger:import_cancel": row(seen(office=403, liaison=302), method="post", args=lambda world: [_import(world).pk]),
    "ledger:import_errors": row(seen(office=200, liaison=200, auditor=200), args=_wrong),
    "api:indicators": row(OPEN),
    "api:indicator": row(OPEN, args=lambda _world: ["lectures"]),
    "api:series": row(OPEN, args=lambda _world: ["lectures"]),
    "api:facts": row(API_CLOSED),
    "api:record": row(API_CLOSED, method="post"),
    "api:fact": row(API_CLOSED, args=lambda _world: [uuid.uuid4()]),
    "api:record_batch": row(API_CLOSED, method="post"),
    "api:reverse": row(API_CLOSED, method="post", args=lambda _world: [uuid.uuid4()]),
}
