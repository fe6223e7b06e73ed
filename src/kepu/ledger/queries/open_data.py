"""Series of indicators as open data: one table, one JSON document, the same for the page and the API."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.directory.register.queries import city, districts
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.ledger.models import Indicator
from kepu.ledger.queries.catalogue import CatalogueEntry, catalogue_entry, points_of
from kepu.ledger.queries.levels import Bucket, Point
from kepu.ledger.queries.scopes import EvidenceFilter


@dataclass(frozen=True, slots=True)
class OpenSeries:
    """A series of one place and audience, by year or month; `region` is None for the whole city."""

    by: Bucket
    region: Region | None
    audience: str
    points: tuple[Point, ...]

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is made up."""
        return any(point.is_demonstration for point in self.points)


@dataclass(frozen=True, slots=True)
class OpenData:
    """An indicator and series of it."""

    entry: CatalogueEntry
    series: tuple[OpenSeries, ...]

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is made up."""
        return any(one.is_demonstration for one in self.series)

    @property
    def mark(self) -> str:
        """What stands above a table that holds made-up figures."""
        return _("演示数据，不代表实际进展。") if self.is_demonstration else ""


def open_data(
    code: str,
    *,
    actor: Person | None = None,
    by: Bucket = "year",
    places: Sequence[Region | None] | None = None,
    audience: str = "",
    since: date | None = None,
) -> OpenData:
    """Series of an indicator.

    Args:
        code: the indicator.
        actor: the reader; None for the public.
        by: year or month.
        places: one series for each, None meaning the whole city; the city and every district where not given.
        audience: code of one audience; all where empty.
        since: periods that end before are left out.

    Raises:
        IndicatorUnknown: there is none that the reader may see.
    """
    entry, _feeders = catalogue_entry(code, actor)
    found = []
    for region in (None, *districts()) if places is None else places:
        asked = EvidenceFilter(code, (region.pk,) if region else (), (audience,) if audience else ())
        points = points_of(entry, by=by, asked=asked)
        found.append(OpenSeries(by, region, audience, tuple(p for p in points if _is_wanted(p, by, since))))
    return OpenData(entry, tuple(found))


def _is_wanted(point: Point, by: Bucket, since: date | None) -> bool:
    if since is None:
        return True
    return point.since.year >= since.year if by == "year" else point.since >= since.replace(day=1)


def period_of(point: Point, by: Bucket) -> str:
    """A period as a value: 2024 or 2024-03."""
    return f"{point.since:%Y}" if by == "year" else f"{point.since:%Y-%m}"


def series_sheet(indicator: Indicator) -> Sheet:
    """Series as a table."""
    return Sheet(
        indicator.label,
        (
            Column("period", _("时期")),
            Column("region_code", _("行政区划代码")),
            Column("region", _("地区")),
            Column("value", _("数值"), ColumnKind.NUMBER),
            Column("unit", _("计量单位")),
            Column("facts", _("事实数"), ColumnKind.INTEGER),
            Column("is_demonstration", _("演示数据"), ColumnKind.BOOLEAN),
        ),
    )


def series_rows(data: OpenData) -> Iterator[dict[str, Any]]:
    """Rows of `series_sheet`; a period without any report is there, with nothing as its value."""
    top = city()
    for one in data.series:
        place = one.region or top
        for point in one.points:
            yield {
                "period": period_of(point, one.by),
                "region_code": place.code if place else "",
                "region": place.name if place else "",
                "value": point.value,
                "unit": data.entry.indicator.unit_label,
                "facts": point.facts,
                "is_demonstration": point.is_demonstration,
            }


def indicator_document(entry: CatalogueEntry) -> dict[str, Any]:
    """An indicator as open data."""
    one = entry.indicator
    return {
        "code": one.code,
        "version": one.version,
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "unit_en": one.unit_en,
        "definition": one.description,
        "kind": one.kind,
        "aggregation": one.aggregation,
        "formula": one.formula,
        "theme": one.theme,
        "source": one.source,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "facts": entry.facts,
        "first_month": f"{entry.since:%Y-%m}" if entry.since else None,
        "last_month": f"{entry.until:%Y-%m}" if entry.until else None,
        "bodies": entry.body_count,
        "is_demonstration": entry.is_demonstration,
    }


def series_documents(data: OpenData) -> Iterable[dict[str, Any]]:
    """Series as open data; numbers are exact decimals written as text."""
    top = city()
    for one in data.series:
        place = one.region or top
        yield {
            "by": one.by,
            "region_code": place.code if place else None,
            "region": place.name if place else None,
            "audience": one.audience or None,
            "points": [
                {
                    "period": period_of(point, one.by),
                    "value": None if point.value is None else str(point.value),
                    "facts": point.facts,
                    "is_demonstration": point.is_demonstration,
                }
                for point in one.points
            ],
        }


def document(data: OpenData) -> dict[str, Any]:
    """An indicator with its series as one JSON document."""
    return {
        "indicator": indicator_document(data.entry),
        "notice": data.mark,
        "series": list(series_documents(data)),
    }
