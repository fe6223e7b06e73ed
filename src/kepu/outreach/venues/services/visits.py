"""Every visit is a fact: the people who came through a gate, in the ledger under the body that keeps the venue."""

from decimal import Decimal

from django.utils.timezone import localdate

from kepu.ledger.choices import SourceKind
from kepu.ledger.models import Fact
from kepu.ledger.rules import FactDraft
from kepu.ledger.services import record_fact
from kepu.outreach.bookings.models import Arrival
from kepu.outreach.venues.models import Venue

INDICATOR = "venue_visits"


def record_visit(arrival_id: int) -> Fact:
    """Record an arrival as a fact; the same arrival again is the same fact.

    Args:
        arrival_id: people who came through the gate of a slot of a venue.

    Raises:
        FactRefused: the ledger takes no facts for that day.
    """
    arrival = Arrival.objects.select_related("booking__slot").get(pk=arrival_id)
    slot = arrival.booking.slot
    venue = Venue.objects.get(pk=slot.subject_id)
    draft = FactDraft(
        indicator=INDICATOR,
        occurred_on=localdate(arrival.at),
        region=venue.region_id,
        organisation=venue.keeper_id,
        quantity=Decimal(arrival.people),
        people=arrival.people,
        key=str(arrival.key),
        source_ref=f"bookings.slot:{slot.pk}",
    )
    return record_fact(
        draft, actor=None, source="bookings.arrival", source_kind=SourceKind.SERVICE,
        is_demonstration=venue.is_demonstration,
    )  # fmt: skip
