"""A visit is booked on the venue's page, let in at the gate, and a fact of the ledger once."""

import uuid
from datetime import timedelta

import pytest

from kepu.directory.privacy.services import erase_person
from kepu.foundation.clock import now
from kepu.ledger.models import Fact
from kepu.outreach.bookings.errors import SlotUnfit
from kepu.outreach.bookings.models import Arrival
from kepu.outreach.bookings.services import admit, book, check_in_listed, open_slot
from kepu.outreach.venues.services import record_visit
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.venues.factories import liaison_of, office, venue

pytestmark = pytest.mark.django_db


def slot_of(place, actor, capacity=10):
    start = now() + timedelta(minutes=5)
    ends = start + timedelta(hours=2)
    return open_slot("venues.venue", str(place.pk), actor=actor, starts_at=start, ends_at=ends, capacity=capacity)


def test_a_visit_is_a_fact_of_who_keeps_the_venue_and_only_one():
    place, actor = venue(), office()
    slot = slot_of(place, actor)
    admit(slot.pk, 7, actor=actor, key=uuid.uuid4())
    arrival = Arrival.objects.get()

    record_visit(arrival.pk)
    record_visit(arrival.pk)

    fact = Fact.objects.get()
    assert (fact.indicator.code, fact.organisation_id, fact.region_id) == (
        "venue_visits",
        place.keeper_id,
        place.region_id,
    )
    assert (fact.quantity, fact.people, fact.person) == (7, 7, None)


def test_the_gate_asks_for_the_fact(django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("kepu.outreach.venues.subscribers.enqueue", lambda name, **given: asked.append((name, given)))
    place, actor = venue(), office()

    admit(slot_of(place, actor).pk, 2, actor=actor, key=uuid.uuid4())

    assert asked == [("venues.record_visit", {"arrival_id": Arrival.objects.get().pk})]


def test_who_keeps_the_venue_opens_slots_and_a_draft_has_none():
    place = venue()
    assert slot_of(place, liaison_of(place.keeper)).title == place.name

    with pytest.raises(SlotUnfit):
        slot_of(venue(public=False), office())


def test_the_page_of_a_venue_leads_to_its_slots(client):
    place = venue()
    slot = slot_of(place, office())

    page = client.get(place.get_absolute_url()).content.decode()
    address = f"/book/of/venues.venue:{place.pk}/"
    assert address in page
    assert f"/book/{slot.pk}/" in client.get(address).content.decode()


def test_the_erasure_of_a_visitor_leaves_the_statistics_true_and_no_name():
    place, actor, visitor = venue(), office(), PersonFactory(name="示例观众 001")
    slot = slot_of(place, actor)
    booking = book(
        slot.pk, actor=visitor, party_size=3, rules_version=slot.rules_version, needs="轮椅", text_digest=text_digest()
    )
    check_in_listed(slot.pk, booking.pk, actor=actor, key=uuid.uuid4())
    record_visit(Arrival.objects.get().pk)

    erase_person(visitor.pk, actor=visitor)

    booking.refresh_from_db()
    assert Fact.objects.get().quantity == 3
    assert (str(booking.person), booking.needs) == (f"已注销人员 {visitor.pk}", "")
