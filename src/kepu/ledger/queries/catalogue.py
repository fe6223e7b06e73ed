"""The public catalogue: what every indicator means, who feeds it, what it adds up to by year, month and district."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.queries import city, districts
from kepu.foundation.clock import today
from kepu.ledger.choices import Aggregation
from kepu.ledger.models import Fact, Indicator
from kepu.ledger.queries.evidence import DistrictValue, Question, Value, by_district, series, values
from kepu.ledger.queries.indicators import indicator_named, indicators_by_code, indicators_visible_to
from kepu.ledger.queries.levels import Bucket, Point
from kepu.ledger.queries.listing import evidence_facts
from kepu.ledger.queries.pages import method_in_words
from kepu.ledger.queries.scopes import EvidenceFilter
from kepu.ledger.rules import codes_in, month_after

SHOWN_BODIES = 3
NEWEST = 10
MEASURED = 200

_SUMMARY = """
select i.code, sum(m.facts), sum(m.demonstration), min(m.month) filter (where m.facts > 0),
       max(m.month) filter (where m.facts > 0)
  from (select indicator_id, month, sum(facts) as facts, sum(demonstration) as demonstration
          from (select indicator_id, month, facts, demonstration from ledger_page_rollup
                 where district_id = 0 and audience = '' and (%(all)s or indicator_id = any(%(indicators)s))
                 union all
                select indicator_id, month, facts, demonstration from ledger_delta
                 where %(all)s or indicator_id = any(%(indicators)s)) c
         group by indicator_id, month) m
  join ledger_indicator i on i.id = m.indicator_id
 group by i.code
"""
# Which bodies feed which indicator: one step along the index for each pair, however many cells a pair has.
_FEEDERS = """
with recursive pair as (
    (select indicator_id, organisation_id from ledger_rollup order by 1, 2 limit 1)
    union all
    select n.indicator_id, n.organisation_id from pair p cross join lateral (
        select r.indicator_id, r.organisation_id from ledger_rollup r
         where (r.indicator_id, r.organisation_id) > (p.indicator_id, p.organisation_id) order by 1, 2 limit 1) n
)
select distinct i.code, p.organisation_id
  from (select * from pair union all select indicator_id, organisation_id from ledger_delta) p
  join ledger_indicator i on i.id = p.indicator_id
"""
_FEEDERS_OF = """
select i.code, organisation_id, sum(facts) from (
    select indicator_id, organisation_id, facts from ledger_rollup where indicator_id = any(%(indicators)s)
    union all
    select indicator_id, organisation_id, facts from ledger_delta where indicator_id = any(%(indicators)s)) c
  join ledger_indicator i on i.id = c.indicator_id
 group by i.code, organisation_id having sum(facts) > 0 order by 3 desc, 2
"""


@dataclass(frozen=True, slots=True)
class Feeder:
    """A body and how many facts it recorded."""

    name: str
    facts: int


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One indicator in the list.

    Attributes:
        facts: how many facts are counted; for a derived one, those of its parts.
        since: the first month with a fact.
        until: the last month with a fact.
        bodies: names of up to three bodies that feed it.
        body_count: how many feed it.
        formula: how a derived one is computed, in words.
    """

    indicator: Indicator
    facts: int = 0
    since: date | None = None
    until: date | None = None
    is_demonstration: bool = False
    bodies: tuple[str, ...] = ()
    body_count: int = 0
    formula: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether its figures are measured one by one and never joined by a line or carried over."""
        return self.indicator.aggregation == Aggregation.LAST


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured level with its method."""

    fact: Fact
    method: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district's part in one year."""

    region: Region
    value: DistrictValue


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """Everything that the public page of an indicator shows.

    Attributes:
        years: those that can be chosen for the table of districts, newest first.
        elsewhere: what was recorded for the city as a whole and belongs to no district.
        feeders: all bodies that recorded facts, the busiest first.
        measured: the newest estimates with their methods.
        newest: the newest facts.
    """

    entry: CatalogueEntry
    by: Bucket
    points: tuple[Point, ...]
    years: tuple[int, ...]
    year: int | None
    whole: Value | None
    districts: tuple[DistrictRow, ...]
    elsewhere: Decimal | None
    feeders: tuple[Feeder, ...]
    measured: tuple[Measured, ...]
    newest: tuple[Fact, ...]
    reversed_ids: frozenset[Any]

    @property
    def indicator(self) -> Indicator:
        """The indicator itself."""
        return self.entry.indicator

    @property
    def is_made_up(self) -> bool:
        """Whether all of the newest facts are made up, so that one mark says it."""
        return bool(self.newest) and all(fact.is_demonstration for fact in self.newest)

    @property
    def chart(self) -> dict[str, Any]:
        """The series for the browser: [period, value or null]."""
        form = "%Y" if self.by == "year" else "%Y-%m"
        numbers = [None if point.value is None else float(point.value) for point in self.points]
        return {
            "rows": [[format(point.since, form), number] for point, number in zip(self.points, numbers, strict=True)],
            "unit": self.indicator.unit_label,
            "isLevel": self.indicator.is_stock,
            "isJoined": not self.entry.is_estimate,
        }


def catalogue(actor: Person | None) -> list[CatalogueEntry]:
    """Every indicator that the reader may see, in order, with how much stands behind it."""
    indicators = list(indicators_visible_to(actor).order_by("sort_order", "code"))
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, {"all": True, "indicators": []})
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_FEEDERS)
        feeders: dict[str, list[int]] = {}
        for code, body in sorted(cursor.fetchall()):
            feeders.setdefault(code, []).append(body)
    names = _body_labels(body for found in feeders.values() for body in found[:SHOWN_BODIES])
    labels = {one.code: one.label for one in indicators}
    return [_entry(one, counts, feeders, names, labels) for one in indicators]


def by_theme(entries: Iterable[CatalogueEntry]) -> dict[str, list[CatalogueEntry]]:
    """Entries under their themes, in the reader's language and in order."""
    found: dict[str, list[CatalogueEntry]] = {}
    for entry in entries:
        found.setdefault(_(entry.indicator.theme) if entry.indicator.theme else _("其他"), []).append(entry)
    return found


def catalogue_entry(code: str, actor: Person | None) -> tuple[CatalogueEntry, tuple[Feeder, ...]]:
    """One entry of the catalogue, and every body that feeds it.

    Raises:
        IndicatorUnknown: there is none that the reader may see.
    """
    indicator = indicator_named(code, actor=actor)
    versions = indicators_by_code(set(_parts(indicator)))
    ids = [one.pk for found in versions.values() for one in found]
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, {"all": False, "indicators": ids})
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_FEEDERS_OF, {"indicators": ids})
        rows = cursor.fetchall()
    feeders: dict[str, list[int]] = {}
    for part, body, _facts in rows:
        feeders.setdefault(part, []).append(body)
    names = _body_labels(row[1] for row in rows)
    labels = {part: found[0].label for part, found in versions.items()}
    busy = tuple(Feeder(names[body], int(facts)) for _part, body, facts in rows if body in names)
    return _entry(indicator, counts, feeders, names, labels), busy


def _parts(indicator: Indicator) -> tuple[str, ...]:
    return codes_in(indicator.formula) if indicator.formula else (indicator.code,)


def _body_labels(ids: Iterable[int]) -> dict[int, str]:
    return {body.pk: body.label for body in Organisation.objects.filter(pk__in=set(ids))}


def _entry(
    indicator: Indicator,
    counts: dict[str, tuple[Any, ...]],
    feeders: dict[str, list[int]],
    names: dict[int, str],
    labels: dict[str, str],
) -> CatalogueEntry:
    codes = _parts(indicator)
    known = [counts[code] for code in codes if code in counts]
    bodies = list(dict.fromkeys(body for code in codes for body in feeders.get(code, [])))
    return CatalogueEntry(
        indicator=indicator,
        facts=sum(int(row[0]) for row in known),
        since=min((row[2] for row in known if row[2]), default=None),
        until=max((row[3] for row in known if row[3]), default=None),
        is_demonstration=any(row[1] > 0 for row in known),
        bodies=tuple(names[body] for body in bodies[:SHOWN_BODIES] if body in names),
        body_count=len(bodies),
        formula=_formula_in_words(indicator.formula, labels) if indicator.formula else "",
    )


def _formula_in_words(formula: str, labels: dict[str, str]) -> str:
    """A formula with names for codes: `a / b` is 讲座人次 ÷ 讲座场次."""
    words = formula.replace("*", "×").replace("/", "÷")
    return re.sub(r"[a-z][a-z0-9_]*", lambda match: labels.get(match[0], match[0]), words)


def indicator_page(code: str, *, actor: Person | None, by: Bucket = "year", year: int | None = None) -> IndicatorPage:
    """What the page of an indicator shows.

    Args:
        code: the indicator.
        actor: the reader; None for the public.
        by: whether the series goes by year or by month.
        year: for the table of districts; the newest year with facts where none is named.

    Raises:
        IndicatorUnknown: there is none that the reader may see.
    """
    entry, feeders = catalogue_entry(code, actor)
    points = tuple(points_of(entry, by=by))
    spoken = {point.since.year for point in points if point.value is not None}
    years = tuple(sorted(spoken, reverse=True))
    chosen = year if year in spoken else (years[0] if years else None)
    whole, rows, elsewhere = _districts(entry.indicator, chosen)
    newest = evidence_facts(EvidenceFilter(code), limit=NEWEST)
    return IndicatorPage(
        entry, by, points, years, chosen, whole, rows, elsewhere, feeders, tuple(_measured(entry)),
        newest.rows, newest.reversed_ids,
    )  # fmt: skip


def points_of(entry: CatalogueEntry, *, by: Bucket, asked: EvidenceFilter | None = None) -> list[Point]:
    """The series from the first month with a fact to the last one.

    A level is not drawn on after its last report, and an estimate is shown where it was measured and nowhere between.
    """
    if entry.since is None or entry.until is None:
        return []
    asked = asked or EvidenceFilter(entry.indicator.code)
    end = date(entry.until.year, 12, 31) if by == "year" else date.fromordinal(month_after(entry.until).toordinal() - 1)
    points = series(asked, by=by, since=entry.since, until=min(today(), end))
    if not entry.is_estimate:
        return points
    days = {fact.occurred_on for fact in _live(asked, is_exact=True)}
    measured = {date(day.year, 1, 1) if by == "year" else day.replace(day=1) for day in days}
    return [point if point.since in measured else replace(point, value=None, facts=0) for point in points]


def _districts(indicator: Indicator, year: int | None) -> tuple[Value | None, tuple[DistrictRow, ...], Decimal | None]:
    if year is None:
        return None, (), None
    asked = EvidenceFilter(indicator.code)
    since, until = date(year, 1, 1), min(date(year, 12, 31), today())
    whole = values([Question(asked, since, until)])[0]
    regions = {region.pk: region for region in districts()}
    found = [value for value in by_district(asked, since=since, until=until) if value.region_id in regions]
    rows = tuple(DistrictRow(regions[value.region_id], value) for value in found)
    if indicator.formula or indicator.aggregation not in {Aggregation.SUM, Aggregation.COUNT} or whole.value is None:
        return whole, rows, None
    rest = whole.value - sum((value.value for value in found if value.value is not None), Decimal(0))
    return whole, rows, rest or None


def _measured(entry: CatalogueEntry) -> list[Measured]:
    if not entry.indicator.requires_method:
        return []
    facts = _live(EvidenceFilter(entry.indicator.code), is_exact=entry.is_estimate)[:NEWEST]
    return [Measured(fact, method_in_words(fact)) for fact in facts]


def _live(asked: EvidenceFilter, *, is_exact: bool) -> list[Fact]:
    """Facts that nobody took back, newest first; `is_exact`: of the named region (else the city) itself only."""
    page = evidence_facts(asked, limit=MEASURED)
    live = [fact for fact in page.rows if fact.reverses is None and fact.pk not in page.reversed_ids]
    top = city()
    place = asked.regions[0] if asked.regions else top and top.pk
    return [fact for fact in live if fact.region_id == place] if is_exact else live
