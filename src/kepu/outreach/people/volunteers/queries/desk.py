"""The desk: the register with its two counters, one volunteer, applications, anomalies."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMinute

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import inside
from kepu.foundation.certificates.models import CertificateObjection
from kepu.foundation.certificates.queries import open_objections
from kepu.foundation.codes.queries import parameter
from kepu.outreach.people.volunteers.choices import Anomaly, ApplicationState, HoursState, VolunteerState
from kepu.outreach.people.volunteers.models import (
    CertificateApplication,
    Project,
    ServiceHours,
    Team,
    TeamMember,
    Volunteer,
)
from kepu.outreach.people.volunteers.permissions import may_open_desk

_MOST = 200
_COUNTED = (HoursState.SERVED, HoursState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Counters:
    """Two registers, two counters: never added up."""

    association: int
    registered: int
    ended: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What waits at the desk."""

    counters: Counters
    applications: int
    objections: tuple[CertificateObjection, ...]


@dataclass(frozen=True, slots=True)
class VolunteerPage:
    """One volunteer with everything on record; the name shows to the desk alone."""

    volunteer: Volunteer
    hours: tuple[ServiceHours, ...]


@dataclass(frozen=True, slots=True)
class AnomalyRow:
    """Something strange, with the hours it is about."""

    kind: Anomaly
    count: int
    example: str
    hours: tuple[ServiceHours, ...]


def counters() -> Counters:
    """How many are in each register today."""
    active = Q(state=VolunteerState.ACTIVE)
    found = Volunteer.objects.aggregate(
        association=Count("pk", filter=active & Q(is_association=True)),
        registered=Count("pk", filter=active & Q(is_registered=True)),
        ended=Count("pk", filter=~active),
    )
    return Counters(**found)


def desk_page(actor: Person) -> DeskPage:
    """What waits for somebody of the desk."""
    return DeskPage(counters(), applications_for(actor).count(), tuple(objections_for(actor)[:_MOST]))


def objections_for(actor: Person) -> QuerySet[CertificateObjection]:
    """Objections that wait: all for the office and auditors, for a liaison those to certificates of the own body."""
    waiting = open_objections("volunteer_service")
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return waiting
    return waiting.filter(certificate__issuer_id__in=actor.organisations(Role.LIAISON))


def _teams_seen_by(actor: Person) -> Q:
    """Teams of the city for the office and auditors; of the district; of the own body."""
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return Q()
    return inside(actor.regions(Role.DISTRICT_OFFICER), "region") | Q(host__in=actor.organisations(Role.LIAISON))


def teams_kept_by(actor: Person) -> QuerySet[Team]:
    """Teams at somebody's desk, the higher steps first."""
    reached = Team.objects.filter(_teams_seen_by(actor)).values("pk")  # an empty Q would vanish in an "or"
    found = Team.objects.filter(Q(pk__in=reached) | Q(leader=actor.pk), closed_on=None)
    return found.select_related("region", "host", "leader", "parent")


def members_of(team: Team, *, text: str = "") -> QuerySet[TeamMember]:
    """Who is in a team now, deputies first; by number or a part of the name where typed."""
    found = team.members.filter(left_on=None).select_related("volunteer__person", "volunteer__region")
    if text.strip():
        typed = text.strip()
        found = found.filter(Q(volunteer__number__contains=typed) | Q(volunteer__person__name__contains=typed))
    return found.order_by("-is_deputy", "volunteer__number")


def projects_kept_by(actor: Person) -> QuerySet[Project]:
    """Projects of those teams."""
    return Project.objects.filter(team__in=teams_kept_by(actor)).select_related("team", "receiver")


def volunteers_for(actor: Person, *, text: str = "", register: str = "") -> QuerySet[Volunteer]:
    """The register as somebody of the desk may read it, with the confirmed minutes of each."""
    found = Volunteer.objects.all()
    if not actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        reach = inside(actor.regions(Role.DISTRICT_OFFICER), "region")
        members = TeamMember.objects.filter(team__host__in=actor.organisations(Role.LIAISON), left_on=None)
        found = found.filter(reach | Q(pk__in=members.values("volunteer")))
    if text.strip():
        found = found.filter(Q(number__contains=text.strip()) | Q(person__name__contains=text.strip()))
    if register in {"association", "registered"}:
        found = found.filter(**{f"is_{register}": True})
    counted = ServiceHours.objects.filter(volunteer=OuterRef("pk"), state=HoursState.CONFIRMED, counts=True)
    total = counted.order_by().values("volunteer").annotate(total=Sum("minutes")).values("total")
    return found.select_related("person", "region").annotate(minutes=Subquery(total)).order_by("number")


def volunteer_page(actor: Person, number: str) -> VolunteerPage | None:
    """One volunteer, or None where the desk does not reach."""
    found = volunteers_for(actor).filter(number=number).first()
    if found is None:
        return None
    hours = found.hours.select_related("project", "team", "shift")
    return VolunteerPage(found, tuple(hours[:_MOST]))


def applications_for(actor: Person) -> QuerySet[CertificateApplication]:
    """Applications that wait, of volunteers whom the desk reaches."""
    waiting = CertificateApplication.objects.filter(state=ApplicationState.APPLIED)
    if not actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        served = ServiceHours.objects.filter(team__host__in=actor.organisations(Role.LIAISON))
        reached = Q(volunteer__in=volunteers_for(actor).values("pk")) | Q(volunteer__in=served.values("volunteer"))
        waiting = waiting.filter(reached)  # who left the team asks the body that recorded all the same
    return waiting.select_related("volunteer__person").order_by("applied_at")


# --- anomalies ----------------------------------------------------------------------------------------------------


def anomalies(actor: Person) -> list[AnomalyRow]:
    """What looks strange among the hours that count or may count; nothing is decided by it."""
    if not may_open_desk(actor):
        return []
    teams = Team.objects.filter(_teams_seen_by(actor))
    hours = ServiceHours.objects.filter(state__in=_COUNTED, team__in=teams)
    hours = hours.select_related("volunteer", "project", "shift__slot", "shift__project", "team")
    return [*_same_minute(hours), *_no_project(hours), *_outside(hours), *_same_text(hours)]


def _same_minute(hours: QuerySet[ServiceHours]) -> list[AnomalyRow]:
    least = int(parameter("volunteers.anomaly_same_minute").value)
    by_code = hours.filter(origin="code").exclude(shift=None)
    crowded = list(
        by_code.annotate(minute=TruncMinute("starts_at"))
        .values("shift", "minute")
        .annotate(n=Count("pk"))
        .filter(n__gte=least)
        .order_by("-n", "shift", "minute")[:_MOST]
    )
    wanted = {(row["shift"], row["minute"]) for row in crowded}
    found: dict[tuple[int, object], list[ServiceHours]] = defaultdict(list)
    shifts = {row["shift"] for row in crowded}
    for one in by_code.filter(shift__in=shifts).annotate(minute=TruncMinute("starts_at")):
        if (one.shift_id, one.minute) in wanted:
            found[one.shift_id or 0, one.minute].append(one)
    return [AnomalyRow(Anomaly.SAME_MINUTE, len(rows), str(rows[0].shift), tuple(rows)) for rows in found.values()]


def _no_project(hours: QuerySet[ServiceHours]) -> list[AnomalyRow]:
    rows = tuple(hours.filter(project=None)[:_MOST])
    return [AnomalyRow(Anomaly.NO_PROJECT, len(rows), str(rows[0].team), rows)] if rows else []


def _outside(hours: QuerySet[ServiceHours]) -> list[AnomalyRow]:
    most = timedelta(minutes=int(parameter("volunteers.anomaly_outside_minutes").value))
    rows = tuple(
        one
        for one in hours.exclude(shift=None)
        if one.shift is not None
        and one.ends_at is not None
        and (one.starts_at < one.shift.starts_at - most or one.ends_at > one.shift.ends_at + most)
    )
    return [AnomalyRow(Anomaly.OUTSIDE, len(rows), str(rows[0].shift), rows[:_MOST])] if rows else []


def _same_text(hours: QuerySet[ServiceHours]) -> list[AnomalyRow]:
    least = int(parameter("volunteers.anomaly_same_text").value)
    texts = hours.exclude(text="").values("text").annotate(n=Count("pk")).filter(n__gte=least).order_by("-n", "text")
    return [
        AnomalyRow(Anomaly.SAME_TEXT, row["n"], row["text"], tuple(hours.filter(text=row["text"])[:_MOST]))
        for row in texts[:20]
    ]
