"""Where people live and where venues stand, as arrays' worth of plain rows for the engine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience, RegionLevel, Role
from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import inside
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import PeoplePoint, SitingRun, TravelTable, Venue
from kepu.outreach.venues.queries.kinds import kinds
from kepu.outreach.venues.queries.listing import venues_kept_by
from kepu.outreach.venues.queries.public import DotMap, dot_map

GROUPS = (Audience.PUBLIC, *(one for one in Audience if one != Audience.PUBLIC))


@dataclass(frozen=True, slots=True)
class Road:
    """How people travel, and how far counts as reached."""

    detour: float
    speed_kmh: float
    minutes: int
    decay_minutes: int | None


def road_in_force() -> Road:
    """What the site's parameters say today."""
    said = values_in_force("venues.")
    decay = said.get("decay_minutes")
    return Road(
        float(said.get("detour", Decimal("1.3"))),
        float(said.get("speed_kmh", Decimal(25))),
        int(said.get("reach_minutes", 30)),
        None if decay is None else int(decay),
    )


def travel_in_force() -> TravelTable | None:
    """The newest travel table without its columns, or None."""
    return TravelTable.objects.defer("origins", "destinations", "minutes").first()


def travel_sheet() -> Sheet:
    """The columns of a travel table."""
    return Sheet(
        _("路程表"),
        (
            Column(
                "origin", _("从"), is_required=True, longest=48, example="point:370202001", help=_("起讫点清单里的代码")
            ),
            Column(
                "destination", _("到"), is_required=True, longest=48, example="venue:12", help=_("起讫点清单里的代码")
            ),
            Column("minutes", _("分钟"), ColumnKind.NUMBER, is_required=True, least=0),
        ),
    )


def places_sheet() -> Sheet:
    """The columns of the list of places between which travel is computed."""
    return Sheet(
        _("起讫点清单"),
        (
            Column("code", _("代码")),
            Column("name", _("名称")),
            Column("longitude", _("经度"), ColumnKind.NUMBER),
            Column("latitude", _("纬度"), ColumnKind.NUMBER),
        ),
    )


def places_rows() -> Iterator[dict[str, Any]]:
    """Every place between which somebody may travel: people points, then venues that have coordinates, published or not."""
    for point in people_points():
        yield {"code": point_key(point), "name": point.name, "longitude": point.longitude, "latitude": point.latitude}
    venues = Venue.objects.exclude(state=VenueState.CLOSED).filter(longitude__isnull=False, kind__in=fixed_kinds())
    for venue in venues.order_by("pk"):
        yield {
            "code": venue_key(venue), "name": venue.name, "longitude": venue.longitude, "latitude": venue.latitude,
        }  # fmt: skip


def point_key(point: PeoplePoint) -> str:
    """How travel tables and questions of siting name a people point."""
    return f"point:{point.code}"


def venue_key(venue: Venue) -> str:
    """How travel tables and questions of siting name a venue."""
    return f"venue:{venue.pk}"


def fixed_kinds() -> list[str]:
    """Kinds that stand at one place."""
    return [code for code, one in kinds().items() if not one.is_online and not one.moves]


def placed_venues(kind: str = "") -> list[Venue]:
    """Published venues that stand somewhere and have coordinates, of one kind where named."""
    venues = Venue.objects.filter(state=VenueState.PUBLISHED, longitude__isnull=False, kind__in=fixed_kinds())
    return list((venues.filter(kind=kind) if kind else venues).order_by("pk"))


def people_points() -> list[PeoplePoint]:
    """Where people live, in the order of codes."""
    return list(PeoplePoint.objects.select_related("region").order_by("code"))


class InRegion(Protocol):
    """Something that lies in a region."""

    @property
    def region(self) -> Any:
        """Which."""


def places_above(points: Sequence[InRegion], level: RegionLevel) -> tuple[list[Region], list[int]]:
    """The districts or townships of some points: which there are, and which each point lies in.

    A point whose region lies above that level belongs to its own region.
    """
    wanted: dict[str, int] = {}
    order: list[str] = []
    depth = int(level)
    codes = []
    for point in points:
        parts = [part for part in point.region.path.split("/") if part]
        back = point.region.level - depth
        code = parts[-1 - back] if 0 < back < len(parts) else parts[-1]
        if code not in wanted:
            wanted[code] = len(order)
            order.append(code)
        codes.append(code)
    found = {region.code: region for region in Region.objects.filter(code__in=order)}
    regions = sorted((found[code] for code in order), key=lambda region: region.code)
    number = {region.code: place for place, region in enumerate(regions)}
    return regions, [number[code] for code in codes]


def points_sheet() -> Sheet:
    """The columns of a list of people points."""
    people = ColumnKind.INTEGER
    groups = tuple(
        Column(one.value, str(one.label), people, least=0, unit=_("人")) for one in GROUPS if one != Audience.PUBLIC
    )
    return Sheet(
        _("人口点"),
        (
            Column("code", _("代码"), is_required=True, longest=40, help=_("统计用区划代码，或本表内不重复的编号")),
            Column("name", _("名称"), is_required=True, longest=80),
            Column("region", _("所在镇街或区市代码"), is_required=True, longest=12),
            Column("longitude", _("经度"), ColumnKind.NUMBER, is_required=True),
            Column("latitude", _("纬度"), ColumnKind.NUMBER, is_required=True),
            Column("people", _("人口"), people, is_required=True, least=0, unit=_("人")),
            *groups,
            Column("source", _("来源"), is_required=True, longest=200),
            Column("counted_on", _("统计日期"), ColumnKind.DAY, is_required=True),
        ),
    )


@dataclass(frozen=True, slots=True)
class SitedPlace:
    """One place of an answer."""

    name: str
    district: str
    adds: int
    alone: int


@dataclass(frozen=True, slots=True)
class SitingPage:
    """One question with its answer."""

    run: SitingRun
    group: str
    places: tuple[SitedPlace, ...]
    map: DotMap | None
    is_demonstration: bool

    @property
    def gap_percent(self) -> float:
        """How far the plan may be from the best, in percent."""
        return 100 * float(self.run.result.get("gap", 0))


def siting_page(run: SitingRun) -> SitingPage:
    """Lay an answer out: table and map."""
    result: dict[str, Any] = run.result
    places = tuple(
        SitedPlace(one["name"], one["district"], one["adds"], one["alone"]) for one in result.get("places", ())
    )
    dots = [((lon, lat), label, css) for lon, lat, label, css in result.get("dots", ())]
    group = str(Audience(run.group).label) if run.group != Audience.PUBLIC else _("全体居民")
    return SitingPage(run, group, places, dot_map(dots), bool(result.get("is_demonstration")))


def candidates_for(actor: Person, *, most: int = 400) -> list[tuple[str, str]]:
    """What may be ticked: drafts with coordinates, then villages, the most people first, inside the actor's districts."""
    drafts = venues_kept_by(actor).filter(state=VenueState.DRAFT, longitude__isnull=False)[:most]
    points = PeoplePoint.objects.select_related("region").order_by("-people", "code")
    if not actor.is_office:
        points = points.filter(inside(actor.regions(Role.DISTRICT_OFFICER), "region"))
    found = [(f"venue:{one.pk}", _("%(name)s（草稿）") % {"name": one.name}) for one in drafts]
    return found + [(f"point:{one.code}", f"{one.name}（{one.region.label}，{one.people}）") for one in points[:most]]


def runs_visible_to(actor: Person) -> QuerySet[SitingRun]:
    """All for the office; one's own for others."""
    runs = SitingRun.objects.select_related("progress", "travel")
    runs = runs.defer("travel__origins", "travel__destinations", "travel__minutes")
    return runs if actor.is_office else runs.filter(asked_by=actor.pk)
