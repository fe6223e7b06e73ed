"""A volunteer's own pages."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import get_language

from kepu.directory.privacy.queries import Standing, standing_of
from kepu.directory.register.models import Person
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.queries import certificates_of
from kepu.foundation.clock import now
from kepu.outreach.bookings.choices import SlotState
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import (
    CertificateApplication,
    ServiceHours,
    Shift,
    ShiftSeat,
    Team,
    Volunteer,
)
from kepu.outreach.people.volunteers.queries.public import ShiftRow, labels, shifts_seen_by
from kepu.outreach.people.volunteers.queries.shifts import waiting_for_receiver
from kepu.outreach.people.volunteers.rules import hours_of

_DAY = timedelta(days=1)
_DAYS = timedelta(days=14)
_KIND = "volunteer_service"
_MOST = 50


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """A seat that is to come, with why it was assigned."""

    shift: ShiftRow
    project_id: int
    title: str
    reason: str

    @property
    def may_leave(self) -> bool:
        """Until the shift begins."""
        return self.shift.starts_at > now()


@dataclass(frozen=True, slots=True)
class MyPage:
    """Everything that a volunteer needs on one page of a telephone."""

    standing: Standing
    volunteer: Volunteer | None
    skills: tuple[str, ...]
    seats: tuple[OwnSeat, ...]
    hours: tuple[ServiceHours, ...]
    confirmed: Decimal
    late: Decimal
    applications: tuple[CertificateApplication, ...]
    certificates: tuple[Certificate, ...]
    leads: tuple[Shift, ...]
    teams: tuple[Team, ...]
    """Teams that the person leads."""
    receives: int


@dataclass(frozen=True, slots=True)
class HerePage:
    """Sign in or out on the spot."""

    shift: Shift
    hours: ServiceHours | None
    """What is open or was served in this shift."""


def my_page(person: Person) -> MyPage:
    """The own page, also of somebody who is no volunteer yet."""
    volunteer = Volunteer.objects.select_related("region").filter(person=person.pk).first()
    at, language = now(), get_language() or ""
    leads = Shift.objects.standing().filter(leader=person, slot__ends_at__gt=at - _DAYS)
    names = labels("volunteers.skills", language)
    hours = ServiceHours.objects.filter(volunteer=volunteer) if volunteer else ServiceHours.objects.none()
    counted = [
        (one.minutes, one.origin)
        for one in hours.filter(state=HoursState.CONFIRMED, counts=True).only("minutes", "origin")
    ]
    return MyPage(
        standing=standing_of(person.pk, "volunteer"),
        volunteer=volunteer,
        skills=tuple(names.get(skill, skill) for skill in volunteer.skills) if volunteer else (),
        seats=_seats(volunteer, person, language) if volunteer else (),
        hours=tuple(hours.select_related("project", "shift", "team")[:_MOST]),
        confirmed=hours_of(sum(minutes for minutes, _origin in counted)),
        late=hours_of(sum(minutes for minutes, origin in counted if origin == "late")),
        applications=tuple(volunteer.applications.select_related("certificate")[:_MOST]) if volunteer else (),
        certificates=tuple(certificates_of(person.pk, _KIND)),
        leads=tuple(leads.select_related("project")[:_MOST]),
        teams=tuple(Team.objects.filter(leader=person, closed_on=None)) if person.is_active else (),
        receives=len(waiting_for_receiver(person)),
    )


def _seats(volunteer: Volunteer, person: Person, language: str) -> tuple[OwnSeat, ...]:
    seats = ShiftSeat.objects.active().filter(volunteer=volunteer, shift__slot__ends_at__gt=now() - _DAY)
    seats = seats.exclude(shift__slot__state=SlotState.CANCELLED).select_related("shift__project")
    known = {seat.shift_id: seat for seat in seats}
    rows = shifts_seen_by(Shift.objects.standing().filter(pk__in=known), person, language)
    return tuple(
        OwnSeat(row, known[row.id].shift.project_id, known[row.id].shift.project.title, known[row.id].reason)
        for row in rows
    )


def here_page(shift_id: int, person: Person) -> HerePage | None:
    """The page of the code, for who has a seat; None for everybody else."""
    seat = ShiftSeat.objects.taken().filter(shift=shift_id, volunteer__person=person.pk)
    found = seat.select_related("shift__project__team", "shift__slot").first()
    if found is None:
        return None
    hours = ServiceHours.objects.filter(shift=shift_id, person=person.pk).exclude(state=HoursState.VOID).first()
    return HerePage(found.shift, hours)
