"""What somebody may record: indicators, places, bodies and audiences, for forms and the lists of a template."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import OrganisationKind, RegionLevel, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city, inside
from kepu.foundation.clock import today
from kepu.ledger.models import Indicator
from kepu.ledger.queries.indicators import AudienceOption, audience_options, indicators_visible_to

Group = tuple[str, tuple[tuple[str, str], ...]]
MOST_BODIES = 2000


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """What one person may choose from.

    Attributes:
        indicators: newest versions that take facts today.
        regions: groups of (code, name): the city, then every district with its townships.
        bodies: full names, at most 2,000; others are found by being typed.
        audiences: with their finer groups.
        own_body: the one body that the person speaks for, where it is one.
        own_region: the code of the one region that the person looks after, where it is one.
    """

    indicators: tuple[Indicator, ...]
    regions: tuple[Group, ...]
    bodies: tuple[str, ...]
    audiences: tuple[AudienceOption, ...]
    own_body: str = ""
    own_region: str = ""

    @property
    def themes(self) -> dict[str, list[Indicator]]:
        """Indicators under their themes, in order."""
        found: dict[str, list[Indicator]] = {}
        for indicator in self.indicators:
            found.setdefault(indicator.theme, []).append(indicator)
        return found

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """All (code, name), each name once: a name that several places bear has its code behind it."""
        every = [place for _group, places in self.regions for place in places]
        names = Counter(name for _code, name in every)
        return tuple((code, name if names[name] == 1 else f"{name}（{code}）") for code, name in every)


def recordable_indicators(actor: Person) -> QuerySet[Indicator]:
    """Indicators that take facts of this year."""
    year = today().year
    in_force = Q(valid_to=None) | Q(valid_to__gte=year)
    return (
        indicators_visible_to(actor).filter(in_force, formula="", valid_from__lte=year).order_by("sort_order", "code")
    )


def recording_options(actor: Person) -> RecordingOptions:
    """What a person may choose from when recording, by the roles of today."""
    bodies = bodies_recorded_by(actor)
    own = [role.organisation.name for role in actor.roles_on(today()) if role.organisation is not None]
    mine = [role.region.code for role in actor.roles_on(today()) if role.region is not None]
    return RecordingOptions(
        indicators=tuple(recordable_indicators(actor)),
        regions=_grouped(regions_recorded_by(actor)),
        bodies=tuple(bodies.order_by("sort_key", "name").values_list("name", flat=True)[:MOST_BODIES]),
        audiences=tuple(audience_options()),
        own_body=own[0] if len(own) == 1 else "",
        own_region=mine[0] if len(mine) == 1 else "",
    )


def bodies_recorded_by(actor: Person) -> QuerySet[Organisation]:
    """Bodies in force that may do something; a liaison's own and those below, for everyone else who records all."""
    found = Organisation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    found = found.exclude(kind=OrganisationKind.COLLECTIVE)
    if actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER):
        return found
    return found.filter(pk__in=actor.organisations(Role.LIAISON))


def regions_recorded_by(actor: Person) -> QuerySet[Region]:
    """Regions in force from the city to the township; inside the own ones for a district officer."""
    levels = (RegionLevel.CITY, RegionLevel.DISTRICT, RegionLevel.TOWNSHIP)
    found = Region.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today()), level__in=levels).order_by("path")
    if actor.holds(Role.LEADING_OFFICE, Role.LIAISON):
        return found
    return found.filter(inside(actor.regions(Role.DISTRICT_OFFICER)))


def _grouped(regions: QuerySet[Region]) -> tuple[Group, ...]:
    groups: dict[str, list[tuple[str, str]]] = {}
    above: Region | None = None
    top = city()
    for region in regions:
        if region.level <= RegionLevel.DISTRICT:
            above = region
        is_whole = top is not None and region.pk == top.pk
        title = _("全市") if is_whole or above is None else above.name
        groups.setdefault(title, []).append((region.code, region.name))
    return tuple((title, tuple(places)) for title, places in groups.items())
