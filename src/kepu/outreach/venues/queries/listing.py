"""Lists of venues at the desk: who sees which, what is overdue, the table to take away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Accreditation, Venue
from kepu.outreach.venues.queries.kinds import Kind, kind_of, kinds, level_labels
from kepu.outreach.venues.rules import content_due


@dataclass(frozen=True, slots=True)
class VenueFilter:
    """What a list is narrowed to; empty narrows nothing."""

    text: str = ""
    kind: str = ""
    district: str = ""
    state: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class VenueRow:
    """One line of the desk's list."""

    venue: Venue
    kind: str
    levels: tuple[str, ...]
    due_on: date | None

    @property
    def is_overdue(self) -> bool:
        """Whether its content should have been changed before today."""
        return self.due_on is not None and self.due_on < today()


def venues_visible_to(actor: Person) -> QuerySet[Venue]:
    """Published ones for everybody at the desk; drafts and closed ones for the office, auditors, reviewers and who keeps them."""
    venues = Venue.objects.select_related("keeper", "region__parent")
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR, Role.REVIEWER):
        return venues
    return venues.filter(Q(state=VenueState.PUBLISHED) | _own(actor))


def venues_kept_by(actor: Person) -> QuerySet[Venue]:
    """What the actor may change."""
    venues = Venue.objects.select_related("keeper", "region")
    return venues if actor.holds(Role.LEADING_OFFICE) else venues.filter(_own(actor, Role.LIAISON))


def _own(actor: Person, *roles: str) -> Q:
    bodies = actor.organisations(*(roles or BODY_ROLES))
    return Q(keeper__in=bodies) | inside(actor.regions(Role.DISTRICT_OFFICER), "region")


def narrowed(venues: QuerySet[Venue], wanted: VenueFilter) -> QuerySet[Venue]:
    """Narrow a list by everything that the database can tell."""
    for word in wanted.text.split()[:5]:
        venues = venues.filter(Q(name__icontains=word) | Q(address__icontains=word) | Q(keeper__name__icontains=word))
    if wanted.kind:
        venues = venues.filter(kind=wanted.kind)
    if wanted.state:
        venues = venues.filter(state=wanted.state)
    if wanted.district:
        region = Region.objects.filter(code=wanted.district).first()
        venues = venues.filter(region__path__startswith=region.path) if region else venues.none()
    if wanted.is_overdue:
        venues = venues.filter(pk__in=[venue.pk for venue, due in overdue_on(today(), venues) if due < today()])
    return venues


def desk_rows(venues: Iterable[Venue]) -> list[VenueRow]:
    """The lines of a page, in few queries whatever their number."""
    found = list(venues)
    known, levels = kinds(), level_labels()
    due = {venue.pk: day for venue, day in overdue_on(today(), found, known)}
    names: dict[int, list[str]] = {}
    for one in Accreditation.objects.filter(venue__in=found).order_by("valid_from"):
        if one.holds_on(today()):
            names.setdefault(one.venue_id, []).append(levels.get(one.level, one.level))
    return [
        VenueRow(one, kind_of(one.kind, known).label, tuple(dict.fromkeys(names.get(one.pk, ()))), due.get(one.pk))
        for one in found
    ]


def overdue_on(
    day: date, venues: "QuerySet[Venue] | Iterable[Venue]", known: dict[str, Kind] | None = None
) -> list[tuple[Venue, date]]:
    """Published venues whose content is changed in a cycle, each with the day it is due; a venue without a cycle is left out.

    The oldest of the panels that hang counts; where none was ever noted, the day on which the venue was published.
    """
    known = kinds() if known is None else known
    cycled = [
        (venue, cycle)
        for venue in venues
        if venue.state == VenueState.PUBLISHED
        and (cycle := venue.cycle_days or kind_of(venue.kind, known).cycle_days) is not None
    ]
    oldest = oldest_panels([venue.pk for venue, _cycle in cycled], until=day)
    return [
        (venue, content_due(oldest.get(venue.pk) or venue.published_on or venue.registered_on, cycle))
        for venue, cycle in cycled
    ]


def oldest_panels(keys: list[int], *, until: date) -> dict[int, date]:
    """For each venue the day since which its longest-hanging panel hangs."""
    from kepu.outreach.venues.models import Panel

    current = (
        Panel.objects.filter(venue__in=keys, changed_on__lte=until)
        .values("venue_id", "position")
        .annotate(last=Max("changed_on"))
        .order_by()
    )
    oldest: dict[int, date] = {}
    for one in current:
        oldest[one["venue_id"]] = min(one["last"], oldest.get(one["venue_id"], one["last"]))
    return oldest


def keepers_for(actor: Person) -> QuerySet[Organisation]:
    """Bodies for which the actor may register a venue."""
    bodies = Organisation.objects.filter(valid_to=None).order_by("sort_key", "name")
    if actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER):
        return bodies
    return bodies.filter(pk__in=actor.organisations(Role.LIAISON))


def export_sheet() -> Sheet:
    """The register as a table to take away."""
    text = ColumnKind.TEXT
    return Sheet(
        _("场馆登记表"),
        (
            Column("name", _("名称"), text),
            Column("kind", _("类型"), text),
            Column("keeper", _("管理单位"), text),
            Column("region", _("所在地区"), text),
            Column("address", _("地址"), text),
            Column("longitude", _("经度"), ColumnKind.NUMBER),
            Column("latitude", _("纬度"), ColumnKind.NUMBER),
            Column("source", _("坐标来源"), text),
            Column("capacity", _("同时容纳"), ColumnKind.INTEGER),
            Column("levels", _("命名级别"), text),
            Column("state", _("状态"), text),
            Column("due_on", _("内容应更换"), ColumnKind.DAY),
            Column("made_up", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def export_lines(rows: Iterable[VenueRow]) -> Iterator[dict[str, Any]]:
    """The lines of that table."""
    for row in rows:
        venue = row.venue
        yield {
            "name": venue.name,
            "kind": row.kind,
            "keeper": venue.keeper.name,
            "region": venue.region.name,
            "address": venue.address,
            "longitude": venue.longitude,
            "latitude": venue.latitude,
            "source": venue.get_coordinate_source_display(),
            "capacity": venue.capacity,
            "levels": "、".join(row.levels),
            "state": venue.get_state_display(),
            "due_on": row.due_on,
            "made_up": venue.is_demonstration,
        }
