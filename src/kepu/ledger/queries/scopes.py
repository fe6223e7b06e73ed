"""Which facts a filter means: versions of an indicator, regions and bodies with everything below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city
from kepu.ledger.choices import Aggregation, Audience
from kepu.ledger.models import Indicator
from kepu.ledger.queries.indicators import indicators_by_code
from kepu.ledger.rules import codes_in


@dataclass(frozen=True, slots=True)
class EvidenceFilter:
    """Which facts speak: an indicator, and where, for whom and by whom.

    Args:
        indicator_code: the indicator.
        regions: ids; each stands for itself and everything inside it. Empty: everywhere.
        audiences: codes of `Audience`. Empty: everyone.
        organisations: ids; each stands for itself and every body below it, and no fact counts twice. Empty: all.
        audience_tags: codes of finer groups. Empty: all.
    """

    indicator_code: str
    regions: tuple[int, ...] = ()
    audiences: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    audience_tags: tuple[str, ...] = ()


class Scopes:
    """What regions and bodies in filters stand for: everything inside them, looked up once for many filters."""

    def __init__(self, filters: Iterable[EvidenceFilter]) -> None:
        given = list(filters)
        self._regions = _subtrees(Region, {pk for each in given for pk in each.regions})
        self._bodies = _subtrees(Organisation, {pk for each in given for pk in each.organisations})
        self._top: Region | None = None

    def places(self, regions: tuple[int, ...]) -> list[int] | None:
        """Ids of all regions meant; None for everywhere."""
        if not regions:
            return None
        return sorted({pk for region in regions for pk, _level in self._regions.get(region, [])})

    def districts(self, regions: tuple[int, ...]) -> list[int] | None:
        """The meant regions down to districts; None where a region finer than a district is meant."""
        found = [self._regions.get(region, []) for region in regions]
        if any(tree and tree[0][1] > RegionLevel.DISTRICT for tree in found):
            return None
        return sorted({pk for tree in found for pk, level in tree if level <= RegionLevel.DISTRICT})

    def bodies(self, organisations: tuple[int, ...]) -> list[int] | None:
        """Ids of all bodies meant, each once; None for all."""
        if not organisations:
            return None
        return sorted({pk for body in organisations for pk, _level in self._bodies.get(body, [])})

    def exact(self, regions: tuple[int, ...]) -> list[int]:
        """For values that are never added: the named region itself, the city where none is named."""
        if not regions and self._top is None:
            self._top = city()
        return list(regions) or ([self._top.pk] if self._top else [])


def _subtrees(model: type[Region] | type[Organisation], ids: set[int]) -> dict[int, list[tuple[int, int]]]:
    """Id → (id, level) of itself and everything below, itself first."""
    if not ids:
        return {}
    table = model._meta.db_table  # noqa: SLF001 (Django documents _meta)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select id, id, level from {table} where id = any(%(ids)s)
                union all
                select top.id, below.id, below.level from {table} top
                  join {table} below on below.path ~>=~ top.path and below.path ~<~ (top.path || '~')
                       and below.id <> top.id
                 where top.id = any(%(ids)s) and top.path <> ''""",  # noqa: S608 names of tables only
            {"ids": sorted(ids)},
        )
        found: dict[int, list[tuple[int, int]]] = {}
        for top, below, level in cursor.fetchall():
            found.setdefault(top, []).append((below, level))
    return found


def versions_of(codes: set[str], known: Mapping[str, list[Indicator]] | None = None) -> dict[str, list[Indicator]]:
    """All versions of the named indicators and, for derived ones, of the parts of their formulas."""
    versions = {code: found for code, found in (known or {}).items() if code in codes}
    if missing := codes - versions.keys():
        versions |= indicators_by_code(missing)
    parts = {part for found in versions.values() if found[0].formula for part in codes_in(found[0].formula)}
    return versions | indicators_by_code(parts - codes) if parts - codes else versions


def parts_of(versions: dict[str, list[Indicator]], code: str) -> tuple[str, ...]:
    if code not in versions:
        return ()
    formula = versions[code][0].formula
    return codes_in(formula) if formula else (code,)


def method_of(indicator: Indicator) -> str:
    if indicator.is_stock:
        return "last" if indicator.aggregation == Aggregation.LAST else "stock"
    return {Aggregation.COUNT: "count", Aggregation.DISTINCT_PERSONS: "persons"}.get(
        Aggregation(indicator.aggregation), "sum"
    )


def scope_of(filter: EvidenceFilter, method: str, scopes: Scopes) -> dict[str, Any]:  # noqa: A002
    """The filter as lists of ids; null lists mean all."""
    tags = list(filter.audience_tags) or None
    audiences = list(filter.audiences) or None
    if method == "last":
        return {
            "districts": None,
            "regions": scopes.exact(filter.regions),
            "audiences": audiences or [Audience.PUBLIC.value],
            "tags": tags or [""],
            "organisations": scopes.bodies(filter.organisations),
        }
    districts = regions = None
    if filter.regions:
        districts = scopes.districts(filter.regions)
        regions = scopes.places(filter.regions) if districts is None else None
    return {
        "districts": districts,
        "regions": regions,
        "audiences": audiences,
        "tags": tags,
        "organisations": scopes.bodies(filter.organisations),
    }
