"""People of the register for tests: the smallest that is valid, through the services."""

from typing import Any

from kepu.directory.privacy.queries import consent_text
from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.services import (
    CapacityWords,
    admit_capacity,
    apply_capacity,
    begin_capacity,
    check_capacity,
)
from tests.factories import PersonFactory, city_region


def words(**more: Any) -> CapacityWords:
    values: dict[str, Any] = {
        "region_id": city_region().pk,
        "topics": ["海洋微生物"],
        "audiences": ["youth"],
        "is_public": True,
    }
    return CapacityWords(**values | more)


def agreed(person: Person, purpose: str = "expert") -> Person:
    answer_consent(person.pk, purpose, is_given=True, text_digest=consent_text(purpose).digest, actor=person)
    return person


def applicant(kind: str = "expert", *, person: Person | None = None, **more: Any) -> Capacity:
    """Somebody who handed in."""
    who = agreed(person or PersonFactory())
    capacity = begin_capacity(who, kind, words(**more), actor=who)
    return apply_capacity(capacity.pk, actor=who)


def admitted(kind: str = "expert", *, office: Person | None = None, **more: Any) -> Capacity:
    """Somebody who is in the register."""
    office = office or PersonFactory(role=Role.LEADING_OFFICE)
    capacity = applicant(kind, **more)
    check_capacity(capacity.pk, actor=office)
    return admit_capacity(capacity.pk, actor=office)
