"""The leader's page with the code, and the receiver's page of confirmations."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kepu.directory.register.choices import BODY_ROLES
from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import ServiceHours, Shift, ShiftSeat, Team
from kepu.outreach.people.volunteers.permissions import may_keep_team, may_lead_shift
from kepu.outreach.people.volunteers.rules import STEP_SECONDS, code_at


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A shift as its leader sees it."""

    shift: Shift
    code: str
    """Six digits in two groups; empty when the shift is over."""
    seconds: int
    """How long it is still shown."""
    seats: tuple[ShiftSeat, ...]
    waiting_seats: int
    """How many wait for a place."""
    may_cancel: bool
    waiting: tuple[ServiceHours, ...]
    arrived: tuple[ServiceHours, ...]
    done: tuple[ServiceHours, ...]


def lead_page(shift_id: int, person: Person) -> LeadPage | None:
    """The leader's page; None for who does not lead."""
    shift = Shift.objects.standing().select_related("project__team", "project__receiver").filter(pk=shift_id).first()
    if shift is None or not may_lead_shift(person, shift):
        return None
    hours = list(shift.hours.select_related("volunteer", "person").order_by("starts_at"))
    seats = list(shift.seats.active().select_related("volunteer__person", "booking"))
    at = now()
    digits = code_at(bytes(shift.secret), at)
    return LeadPage(
        shift=shift,
        code=f"{digits[:3]} {digits[3:]}",
        seconds=STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS,
        seats=tuple(one for one in seats if one.is_taken),
        waiting_seats=sum(not one.is_taken for one in seats),
        may_cancel=shift.starts_at > at and may_keep_team(person, shift.project.team),
        waiting=tuple(one for one in hours if one.state == HoursState.SERVED and one.leader_by_id is None),
        arrived=tuple(one for one in hours if one.state == HoursState.ARRIVED),
        done=tuple(
            one for one in hours if one.state not in {HoursState.ARRIVED, HoursState.SERVED} or one.leader_by_id
        ),
    )


def shifts_to_come(team: Team) -> QuerySet[Shift]:
    """Shifts of a team that have not begun and stand, the next first."""
    found = Shift.objects.standing().filter(project__team=team, slot__starts_at__gt=now())
    return found.select_related("project", "slot").order_by("slot__starts_at", "pk")


def waiting_for_receiver(person: Person) -> QuerySet[ServiceHours]:
    """Served hours that wait for the receiver's word, of all projects for which a person speaks."""
    speaks = Q(project__receiver_contact=person.pk) | Q(project__receiver__in=person.organisations(*BODY_ROLES))
    found = ServiceHours.objects.filter(speaks, state=HoursState.SERVED, receiver_by=None, origin="code")
    return found.select_related("project", "shift", "volunteer", "person", "team").order_by("served_on", "starts_at")


def receive_page(person: Person) -> list[ServiceHours]:
    """What waits for the receiver's word."""
    return list(waiting_for_receiver(person)[:200])
