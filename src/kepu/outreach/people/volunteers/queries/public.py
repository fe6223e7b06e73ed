"""What everybody sees: projects one can join, a project with its shifts, a team."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from kepu.directory.register.models import Person
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import code_list
from kepu.outreach.bookings.choices import SlotState
from kepu.outreach.bookings.models import Booking
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import (
    TAKEN_STATES,
    Project,
    ServiceHours,
    Shift,
    ShiftQuerySet,
    ShiftSeat,
    Team,
    TeamMember,
    Volunteer,
)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift as somebody sees it who might join."""

    id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    skill: str
    counts: bool
    own: Booking | None
    """The own seat, or the own place in the line."""
    is_on: bool
    """Whether it runs now or begins within the hour: then one can sign in."""

    @property
    def is_taken(self) -> bool:
        """Whether the own seat is sure; else it is offered, or waited for."""
        return self.own is not None and self.own.state in TAKEN_STATES


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list."""

    project: Project
    field: str
    shifts: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A project with the shifts that are not over."""

    project: Project
    field: str
    shifts: tuple[ShiftRow, ...]
    is_volunteer: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A team; members are a number, never names."""

    team: Team
    above: tuple[Team, ...]
    below: tuple[Team, ...]
    members: int
    minutes: int
    projects: tuple[Project, ...]


def labels(name: str, language: str = "") -> dict[str, str]:
    """Code → label in the visitor's language."""
    english = language.startswith("en")
    return {
        entry.code: (entry.label_en if english and entry.label_en else entry.label) for entry in code_list(name).entries
    }


def open_projects(field: str = "", district: str = "", language: str = "") -> list[ProjectRow]:
    """Projects that run or are to come, those with a shift to join first."""
    open_shifts = Q(shifts__slot__ends_at__gt=now()) & ~Q(shifts__slot__state=SlotState.CANCELLED)
    found = (
        Project.objects.filter(ends_on__gte=today(), team__closed_on=None)
        .select_related("team", "receiver", "region")
        .annotate(open_shifts=Count("shifts", filter=open_shifts))
    )
    if field:
        found = found.filter(field=field)
    if district:
        found = found.filter(region__path__contains=f"{district}/")
    names = labels("volunteers.fields", language)
    first: dict[int, datetime] = {}
    shifts = Shift.objects.not_over().filter(project__in=found)
    for project_id, starts_at in shifts.values_list("project", "slot__starts_at"):
        first.setdefault(project_id, starts_at)
    rows = [ProjectRow(one, names.get(one.field, one.field), one.open_shifts, first.get(one.pk)) for one in found]
    return sorted(rows, key=lambda row: (row.next_at is None, row.next_at or now(), row.project.pk))


def shifts_seen_by(shifts: ShiftQuerySet, person: Person | None, language: str = "") -> tuple[ShiftRow, ...]:
    """Shifts with the places that are left, and whether one is one's own."""
    own = {
        seat.shift_id: seat.booking
        for seat in ShiftSeat.objects.active()
        .filter(volunteer__person=person.pk if person else 0, shift__in=shifts.values("pk"))
        .select_related("booking")
    }
    taken = dict(shifts.order_by().values_list("pk").annotate(taken=Sum("slot__quotas__taken")))
    names, at = labels("volunteers.skills", language), now()
    return tuple(
        ShiftRow(
            id=shift.pk,
            place=shift.place,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            capacity=shift.capacity,
            free=max(0, shift.capacity - (taken[shift.pk] or 0)),
            skill=names.get(shift.skill, ""),
            counts=shift.counts,
            own=own.get(shift.pk),
            is_on=(shift.starts_at - at).total_seconds() <= 3600 and shift.ends_at > at,  # noqa: PLR2004 an hour
        )
        for shift in shifts
    )


def project_page(pk: int, person: Person | None, language: str = "") -> ProjectPage | None:
    """A project, or None where there is none."""
    project = Project.objects.select_related("team", "receiver", "region").filter(pk=pk).first()
    if project is None:
        return None
    open_ones = Shift.objects.not_over().filter(project=project)
    return ProjectPage(
        project,
        labels("volunteers.fields", language).get(project.field, project.field),
        shifts_seen_by(open_ones, person, language),
        person is not None and Volunteer.objects.filter(person=person.pk).exists(),
    )


def team_page(pk: int) -> TeamPage | None:
    """A team with its place on the ladder, or None where there is none."""
    team = Team.objects.select_related("region", "host", "parent__parent__parent").filter(pk=pk).first()
    if team is None:
        return None
    above, step = [], team.parent
    while step is not None:
        above.append(step)
        step = step.parent
    counted = ServiceHours.objects.filter(team=team, state=HoursState.CONFIRMED, counts=True)
    return TeamPage(
        team=team,
        above=tuple(reversed(above)),
        below=tuple(team.children.filter(closed_on=None)),
        members=TeamMember.objects.filter(team=team, left_on=None).count(),
        minutes=counted.aggregate(total=Sum("minutes"))["total"] or 0,
        projects=tuple(team.projects.filter(ends_on__gte=today()).select_related("receiver")),
    )
