"""A hall with slots, until rooms above bring their own things."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from kepu.directory.privacy.queries import consent_text
from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.outreach.bookings import services
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.rules import Subject, register_subject
from tests.factories import PersonFactory

HALL = "test.hall"
DAY = date(2024, 9, 15)


def hall(subject_id: str) -> Subject | None:
    """Halls are numbered; others are not there."""
    if not subject_id.isdigit():
        return None
    return Subject(f"示例展厅 {subject_id}", place="示例路 1 号", address=f"/book/of/{HALL}:{subject_id}/")


def managed(person: Person) -> list[str]:
    """The leading office manages halls 1 to 9, a liaison only hall 2."""
    if person.holds(Role.LEADING_OFFICE):
        return [str(number) for number in range(1, 10)]
    return ["2"] if person.holds(Role.LIAISON) else []


def register_halls() -> None:
    register_subject(HALL, hall, noun=gettext_lazy("单位"), managed=managed)


def office() -> Person:
    return PersonFactory(role=Role.LEADING_OFFICE)


def people(count: int) -> list[Person]:
    """Persons who can book; without a password, which would take most of the time."""
    start = Person.objects.count()
    made = [
        Person(login=f"visitor{start + n:05d}", name=f"示例观众 {start + n:03d}", password="!") for n in range(count)
    ]
    return Person.objects.bulk_create(made)


def at(hours: float, *, days: int = 1) -> datetime:
    """An instant so many days from now at an hour of that day."""
    midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days, hours=hours)


def slot(capacity: int = 10, *, hours: float = 9, days: int = 1, hall_id: str = "1", **more: Any) -> Slot:
    """A slot of two hours, tomorrow unless said otherwise, that may be booked now."""
    given: dict[str, Any] = {"starts_at": at(hours, days=days), "ends_at": at(hours + 2, days=days), "actor": None}
    given |= {"opens_at": now() - timedelta(hours=1)}
    return services.open_slot(HALL, hall_id, capacity=capacity, **(given | more))


def book(where: Slot, who: Person | None = None, size: int = 1, **more: Any) -> Booking:
    """Book for a person, a new one where none is named."""
    person = who or people(1)[0]
    given: dict[str, Any] = {"actor": person, "party_size": size, "rules_version": where.rules_version}
    if "text_digest" not in more:
        given["text_digest"] = text_digest()
    return services.book(where.pk, **(given | more))


def text_digest() -> str:
    """Of the text to which who books agrees."""
    return consent_text(services.CONSENT).digest


def agree(person: Person) -> Person:
    """Let somebody have agreed to the text before."""
    answer_consent(person.pk, services.CONSENT, is_given=True, text_digest=text_digest(), actor=person)
    return person


def states(where: Slot) -> list[str]:
    """The states of a slot's bookings in the order in which they were made."""
    return list(Booking.objects.filter(slot=where).order_by("pk").values_list("state", flat=True))


def taken(where: Slot) -> dict[str, tuple[int, int]]:
    """Channel → seats and how many are taken."""
    return {row.channel: (row.seats, row.taken) for row in where.quotas.all()}


def move(where: Slot, **values: Any) -> None:
    """Set a slot's times as if they had come, by hand: the clock of a test stands."""
    Slot.objects.filter(pk=where.pk).update(**values)
    where.refresh_from_db()


def begin(where: Slot) -> None:
    """Let a slot have begun an hour ago."""
    start = now() - timedelta(hours=1)
    move(
        where, opens_at=start - timedelta(days=2), closes_at=start, starts_at=start, ends_at=start + timedelta(hours=2)
    )


def end(where: Slot) -> None:
    """Let a slot be over for three hours."""
    start = now() - timedelta(hours=5)
    move(
        where, opens_at=start - timedelta(days=2), closes_at=start, starts_at=start, ends_at=start + timedelta(hours=2)
    )
