"""What the public sees: venues to find, on a list and as dots, and one venue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet

from kepu.directory.register.models import Region
from kepu.directory.register.queries import districts
from kepu.foundation.clock import today
from kepu.foundation.search.queries import search
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Accreditation, Panel, Photo, Stay, Venue
from kepu.outreach.venues.queries.kinds import Kind, access_labels, kind_of, kinds, level_labels
from kepu.outreach.venues.queries.opening import OpenState, Schedule, next_days, open_now, schedule_of, schedules_of
from kepu.outreach.venues.rules import DayPlan

ON_A_PAGE = 30
MOST_FOUND = 500
SEARCHED = "venues.venue"
_SHEET = 640.0
_EDGE = 20.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor looks for; empty narrows nothing."""

    text: str = ""
    kind: str = ""
    district: str = ""
    day: date | None = None
    access: tuple[str, ...] = ()
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class FoundVenue:
    """One venue on the list."""

    venue: Venue
    kind: str
    plan: DayPlan
    levels: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One venue on the map, in units of the drawing."""

    x: float
    y: float
    label: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class DotMap:
    """Dots of a map without a ground: where they lie to one another, north up, true in the middle."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    km_bar: int = 0
    bar: float = 0.0


@dataclass(frozen=True, slots=True)
class FindPage:
    """The page on which venues are found."""

    page: Page[Any]
    rows: tuple[FoundVenue, ...]
    total: int
    map: DotMap | None
    unplaced: int
    is_demonstration: bool


def published() -> QuerySet[Venue]:
    """What the public may find."""
    return Venue.objects.filter(state=VenueState.PUBLISHED).select_related("keeper", "region")


def published_named(name: str) -> list[Venue]:
    """Published venues of exactly this name."""
    return list(published().filter(name=name))


def find_page(wanted: Wanted, *, number: str | None = None) -> FindPage:
    """Find venues.

    Args:
        wanted: by what.
        number: of the page.
    """
    day = wanted.day or today()
    reasons: dict[int, str] = {}
    venues = _narrowed(published(), wanted)
    if wanted.text.strip():
        hits = search(wanted.text, actor=None, kinds=[SEARCHED], limit=MOST_FOUND)
        reasons = {int(hit.subject_id): hit.reason for hit in hits}
        by_key = {venue.pk: venue for venue in venues.filter(pk__in=reasons)}
        found = [by_key[key] for key in reasons if key in by_key]
    else:
        found = list(venues)
    if wanted.day is not None or wanted.is_free:
        schedules = schedules_of(found)
        found = [venue for venue in found if _fits(venue, schedules[venue.pk], wanted, day)]
    page = Paginator(found, ON_A_PAGE).get_page(number)
    rows = _rows(list(page.object_list), day, reasons)
    placed = [venue for venue in found if venue.point is not None]
    drawn = dot_map([(venue.point or (0.0, 0.0), venue.name, "") for venue in placed])
    return FindPage(
        page, rows, len(found), drawn, len(found) - len(placed), any(venue.is_demonstration for venue in found)
    )


def _narrowed(venues: QuerySet[Venue], wanted: Wanted) -> QuerySet[Venue]:
    if wanted.kind:
        venues = venues.filter(kind=wanted.kind)
    if wanted.access:
        venues = venues.filter(access__contains=list(wanted.access))
    if wanted.district:
        region = Region.objects.filter(code=wanted.district).first()
        venues = venues.filter(region__path__startswith=region.path) if region else venues.none()
    return venues


def _fits(venue: Venue, schedule: Schedule, wanted: Wanted, day: date) -> bool:
    plan = schedule.on(day)
    if wanted.day is not None and not plan.is_open:
        return False
    return not wanted.is_free or venue.is_free or plan.is_free_day


def _rows(venues: Sequence[Venue], day: date, reasons: dict[int, str]) -> tuple[FoundVenue, ...]:
    known, levels, schedules = kinds(), level_labels(), schedules_of(venues)
    names: dict[int, list[str]] = {}
    for one in Accreditation.objects.filter(venue__in=[venue.pk for venue in venues]).order_by("pk"):
        if one.holds_on(today()):
            names.setdefault(one.venue_id, []).append(levels.get(one.level, one.level))
    return tuple(
        FoundVenue(
            venue,
            kind_of(venue.kind, known).label,
            schedules[venue.pk].on(day),
            tuple(dict.fromkeys(names.get(venue.pk, ()))),
            reasons.get(venue.pk, ""),
        )
        for venue in venues
    )


def dot_map(points: Sequence[tuple[tuple[float, float], str, str]]) -> DotMap | None:
    """Lay points out for an SVG, with a bar that says how long some kilometres are; None where there are none.

    Args:
        points: longitude and latitude, what a point is called, its class in the drawing.
    """
    if not points:
        return None
    middle = (min(p[0][1] for p in points) + max(p[0][1] for p in points)) / 2
    flat = [(lon * cos(radians(middle)), -lat) for (lon, lat), _label, _css in points]
    west, north = min(x for x, _y in flat), min(y for _x, y in flat)
    span = max(max(x for x, _y in flat) - west, max(y for _x, y in flat) - north, 0.02)
    scale = (_SHEET - 2 * _EDGE) / span
    dots = [
        Dot(round(_EDGE + (x - west) * scale, 1), round(_EDGE + (y - north) * scale, 1), label, css)
        for (x, y), (_point, label, css) in zip(flat, points, strict=True)
    ]
    km = scale / 111.195
    bar = next((length for length in (50, 20, 10, 5, 2, 1) if length * km <= _SHEET / 3), 1)
    width = max(_SHEET / 2, max(dot.x for dot in dots) + _EDGE)
    return DotMap(round(width), round(max(dot.y for dot in dots) + 2 * _EDGE), tuple(dots), bar, round(bar * km, 1))


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of the venue's kind, as it is read."""

    label: str
    value: Any
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class VenuePublic:
    """One venue for everybody."""

    venue: Venue
    kind: Kind
    now: OpenState
    days: tuple[DayPlan, ...]
    note: str
    accreditations: tuple[tuple[Accreditation, str], ...]
    access: tuple[str, ...]
    missing_access: bool
    details: tuple[Detail, ...]
    panels: tuple[Panel, ...]
    photos: tuple[Photo, ...]
    stays: tuple[Stay, ...]
    map: DotMap | None


def venue_public(pk: int) -> VenuePublic | None:
    """A published or closed venue, or None."""
    venue = Venue.objects.exclude(state=VenueState.DRAFT).select_related("keeper", "region__parent").filter(pk=pk)
    found = venue.prefetch_related(
        Prefetch("photos", Photo.objects.select_related("file")), "accreditations", "tables"
    ).first()
    if found is None:
        return None
    kind, levels, schedule, labels = kind_of(found.kind), level_labels(), schedule_of(found), access_labels()
    holding = [one for one in found.accreditations.all() if one.holds_on(today())]
    tables = [table for table in found.tables.all() if table.valid_from <= today()]
    point = found.point
    return VenuePublic(
        venue=found,
        kind=kind,
        now=open_now(schedule),
        days=tuple(next_days(schedule)),
        note=tables[0].note if tables else "",
        accreditations=tuple((one, levels.get(one.level, one.level)) for one in holding),
        access=tuple(label for code, label in labels.items() if code in found.access),
        missing_access=not found.access and not found.access_note,
        details=details_of(found, kind),
        panels=current_panels(found),
        photos=tuple(found.photos.all()),
        stays=tuple(found.stays.filter(until__gte=today()).select_related("region")) if kind.moves else (),
        map=dot_map([(point, found.name, "here")]) if point is not None else None,
    )


def details_of(venue: Venue, kind: Kind) -> tuple[Detail, ...]:
    """What the venue's kind asks for and somebody filled in."""
    return tuple(
        Detail(one.label, venue.details[one.name], one.unit, one.kind)
        for one in kind.fields
        if one.name in venue.details
    )


def current_panels(venue: Venue) -> tuple[Panel, ...]:
    """What hangs today, by place."""
    newest: dict[int, Panel] = {}
    for panel in Panel.objects.filter(venue=venue, changed_on__lte=today()).order_by("position", "changed_on"):
        newest[panel.position] = panel
    return tuple(newest.values())


def district_choices() -> list[tuple[str, str]]:
    """Districts to narrow a list to."""
    return [(region.code, region.label) for region in districts()]
