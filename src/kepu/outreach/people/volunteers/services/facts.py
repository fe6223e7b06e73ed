"""Confirmed hours are facts of the ledger; a reversal reverses them."""

import uuid
from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.directory.privacy.services import ledger_key
from kepu.directory.register.choices import Audience
from kepu.ledger.choices import SourceKind
from kepu.ledger.services import FactDraft, record_fact, reverse_fact
from kepu.outreach.people.volunteers.choices import Origin
from kepu.outreach.people.volunteers.models import ServiceHours
from kepu.outreach.people.volunteers.rules import hours_of

SOURCE = "volunteers"


def record_facts(hours: ServiceHours) -> list[uuid.UUID]:
    """The hours and who served, credited to the body that hosts the team, in the region of the project."""
    project = hours.project
    region = project.region if project is not None else hours.team.region
    amounts = {"volunteer_hours": hours_of(hours.minutes), "volunteers_active": Decimal(1)}
    if hours.origin == Origin.LATE:
        amounts["volunteer_hours_late"] = amounts["volunteer_hours"]
    person = ledger_key(hours.person_id)
    return [
        record_fact(
            FactDraft(
                indicator=indicator,
                occurred_on=hours.served_on,
                region=region.code,
                organisation=hours.team.host_id,
                quantity=quantity,
                audience=project.audience if project is not None else Audience.PUBLIC,
                person=person,
                key=f"{hours.pk}:{indicator}",
                source_ref=f"volunteers.hours:{hours.pk}",
                note=_("补录") if hours.origin == Origin.LATE else "",
            ),
            actor=None,
            source=SOURCE,
            source_kind=SourceKind.SERVICE,
            is_demonstration=hours.is_demonstration,
        ).pk
        for indicator, quantity in amounts.items()
    ]


def reverse_facts(hours: ServiceHours) -> None:
    """Reverse what was recorded, with the same reason."""
    for fact in hours.facts:
        reverse_fact(fact, reason=hours.reason, actor=None, source_kind=SourceKind.SERVICE)
