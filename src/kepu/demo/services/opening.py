"""Keep the demonstration open: slots at venues and shifts of projects for the days that follow the site's day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.services.volunteering import instant
from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Person
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation.clock import now, today
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.services import CONSENT, book, open_slot
from kepu.outreach.people.volunteers.models import Project, Shift, Volunteer
from kepu.outreach.people.volunteers.services import join_shift, plan_shift
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue

_SUBJECT = "venues.venue"


@transaction.atomic
def keep_open(given: Mapping[str, Any]) -> int:
    """Open what the days ahead still lack; what stands there is left alone, so it may run as often as one likes.

    Args:
        given: the file `people.toml`.

    Returns:
        How many slots and shifts were opened.
    """
    if not settings.KEPU_IS_DEMONSTRATION:
        return 0
    office = demonstration_person(Role.LEADING_OFFICE)
    days = [today() + timedelta(days=ahead) for ahead in range(1, given["slots"]["days"] + 1)]
    return _slots(given["slots"], days, office) + _shifts(given["volunteers"]["project"], days)


def _slots(given: Mapping[str, Any], days: list[date], office: Person) -> int:
    count = 0
    for row in given["of"]:
        venues = Venue.objects.filter(kind=row["kind"], state=VenueState.PUBLISHED, is_demonstration=True)
        for place, venue in enumerate(venues.order_by("pk")[: row["venues"]]):
            known = set(
                Slot.objects.filter(subject_type=_SUBJECT, subject_id=str(venue.pk)).values_list("starts_at", flat=True)
            )
            opened = [
                _slot(venue, row, given, day, office)
                for day in days
                if day.weekday() in row["weekdays"] and instant(day, row["since"]) not in known
            ]
            count += len(opened)
            if place == 0 and opened:
                _visitors(opened, given["residents"], is_filled=bool(row.get("is_filled")))
    return count


def _slot(venue: Venue, row: Mapping[str, Any], given: Mapping[str, Any], day: date, office: Person) -> Slot:
    starts_at = instant(day, row["since"])
    draw_at = starts_at - timedelta(hours=given["draw_hours_before"])
    is_drawn = day.weekday() == row.get("draw_on") and draw_at > now()
    return open_slot(
        _SUBJECT,
        str(venue.pk),
        actor=office,
        starts_at=starts_at,
        ends_at=instant(day, row["until"]),
        capacity=row["capacity"],
        quotas=row.get("quotas"),
        draw_at=draw_at if is_drawn else None,
    )


def _visitors(slots: list[Slot], count: int, *, is_filled: bool) -> None:
    """Some residents come to the first slot; a small one they fill, and the last of them wait."""
    slot = next((one for one in slots if one.awaits_draw), slots[0])
    if Booking.objects.filter(slot=slot).exists():
        return
    agreed = consent_text(CONSENT)
    for number in range(2, count + 2):  # the first resident is the one behind the door, and free to book
        person = demonstration_participant(Participant.RESIDENT, number)
        size = 2 if is_filled else 1 + number % 3
        book(slot.pk, actor=person, party_size=size, rules_version=slot.rules_version, text_digest=agreed.digest)


def _shifts(rows: list[Mapping[str, Any]], days: list[date]) -> int:
    count = 0
    for row in rows:
        project = Project.objects.filter(title=row["title"], is_demonstration=True).select_related("team").first()
        if project is None or project.team.leader is None:
            continue
        known = set(Shift.objects.filter(project=project).values_list("slot__starts_at", flat=True))
        for day in days:
            starts_at: datetime = instant(day, row["since"])
            if day.weekday() not in row["weekdays"] or starts_at in known:
                continue
            shift = plan_shift(
                project, place=row["place"], starts_at=starts_at, ends_at=instant(day, row["until"]),
                capacity=row["capacity"], skill=row.get("skill", ""), leader=project.team.leader,
                actor=project.team.leader,
            )  # fmt: skip
            count += 1
            _join(shift, count)
    return count


def _join(shift: Shift, place: int) -> None:
    """Two volunteers come to a shift that wants no skill; the first volunteer is the one behind the door, and free to join."""
    if shift.skill:
        return
    for number in (2 * place, 2 * place + 1):
        person = demonstration_participant(Participant.VOLUNTEER, number)
        if Volunteer.objects.filter(person=person).exists():
            join_shift(shift.pk, actor=person)
