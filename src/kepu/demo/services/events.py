"""Tell the example's sessions for everybody: a campaign, what is scheduled for the coming weeks, and who booked."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.services.volunteering import instant
from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.foundation.clock import today
from kepu.outreach.bookings.services import CONSENT, book
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.models import Campaign, Session
from kepu.outreach.requests.services import CampaignWords, SessionWords, make_campaign, schedule_session
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.public import published

_FIRST_VISITOR = 61
"""Residents from this number on come to sessions; those before it stand behind the doors, ask, or visit venues."""


@transaction.atomic
def load_events(given: Mapping[str, Any]) -> int:
    """Load the made-up sessions for everybody of an example; a site that has any is left as it is.

    Args:
        given: the file `events.toml`.

    Returns:
        How many sessions were scheduled.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Session.objects.filter(order=None).exists():
        return 0
    office, day = demonstration_person(Role.LEADING_OFFICE), today()
    at = instant(day + timedelta(days=given["scheduled"]), time(10))
    visitor = _FIRST_VISITOR
    with clock.fixed(at):
        campaign = _campaign(given["campaign"], office, day)
        for row in given["session"]:
            session = schedule_session(_words(row, campaign, day), actor=office)
            visitor = _book(session, row.get("parties", ()), visitor)
    return len(given["session"])


def _campaign(row: Mapping[str, Any], office: Person, day: date) -> Campaign:
    words = CampaignWords(
        row["name"], row["kind"], row["slug"], day + timedelta(days=row["first"]), day + timedelta(days=row["last"]),
        row["about"],
    )  # fmt: skip
    return make_campaign(words, actor=office)


def _words(row: Mapping[str, Any], campaign: Campaign, day: date) -> SessionWords:
    first, last = (day + timedelta(days=days) for days in (row["day"], row.get("last", row["day"])))
    stream = row.get("stream", "")
    venue = _venue(row["held_at"], row["region"]) if "held_at" in row else None
    return SessionWords(
        title=row["title"], form=row["form"], audience=row["audience"], body=Organisation.objects.get(name=row["body"]),
        region=Region.objects.get(code=row["region"]), place=row.get("place", ""), venue=venue, capacity=row["capacity"],
        starts_at=instant(first, row["since"]), ends_at=instant(last, row["until"]), quotas=row.get("quotas", {}),
        provider=_giver() if row.get("is_given") else "", is_online=bool(stream), stream=stream,
        partner=row.get("partner", ""), campaign=campaign if row.get("campaign") else None,
    )  # fmt: skip


def _venue(kind: str, code: str) -> Venue | None:
    """The first published venue of a kind in a district, or in the city where the district has none."""
    found = published().filter(kind=kind, longitude__isnull=False)
    return found.filter(region__code=code).first() or found.first()


def _giver() -> str:
    """Number of an expert who agreed to stand on public pages; of whoever was admitted last, where nobody did."""
    admitted = Capacity.objects.filter(kind="expert", state=CapacityState.ADMITTED, is_demonstration=True)
    return admitted.exclude(number="").order_by("-is_public", "-number").values_list("number", flat=True)[0]


def _book(session: Session, parties: Any, visitor: int) -> int:
    """Parties book one after the other; who finds no seat waits. Returns the number of the next visitor."""
    slot = session.slot
    assert slot is not None  # noqa: S101 for the type checker
    agreed = consent_text(CONSENT).digest
    for number, size in enumerate(parties, start=visitor):
        person = demonstration_participant(Participant.RESIDENT, number)
        book(slot.pk, actor=person, party_size=size, rules_version=slot.rules_version, text_digest=agreed)
    return visitor + len(parties)
