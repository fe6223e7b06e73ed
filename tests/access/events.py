"""Sessions for everybody: anybody looks, the office, liaisons and district officers schedule, the office names campaigns."""

from datetime import timedelta
from itertools import count
from typing import Any

from kepu.foundation.clock import now, today
from kepu.outreach.requests.models import Campaign
from kepu.outreach.requests.services import SessionWords, schedule_session
from tests.access import OPEN, World, row, seen

WRITERS = seen(office=200, liaison=200, district=200)
OFFICE = seen(office=200)
_numbers = count(1)


def _event(world: World) -> list[Any]:
    office, start = world.actors["office"], now() + timedelta(days=next(_numbers))
    assert office is not None
    words = SessionWords(
        title="海藻公开课", form="class", body=world.body, region=world.district, place="示例展厅", starts_at=start,
        ends_at=start + timedelta(hours=1), capacity=45,
    )  # fmt: skip
    return [schedule_session(words, actor=office).pk]


def _campaign(world: World) -> Campaign:
    found, _new = Campaign.objects.get_or_create(
        slug="month", defaults={"name": "示例科普月", "kind": "other", "first_day": today(), "last_day": today()}
    )
    return found


ACCESS = {
    "requests:events": row(OPEN),
    "requests:events_calendar": row(OPEN),
    "requests:event": row(OPEN, args=_event),
    "requests:campaign": row(OPEN, args=lambda world: [_campaign(world).slug]),
    "requests:open_sessions": row(WRITERS),
    "requests:schedule": row(WRITERS),
    "requests:campaigns": row(OFFICE),
    "requests:campaign_change": row(OFFICE, args=lambda world: [_campaign(world).pk]),
}
