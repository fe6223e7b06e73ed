"""What facts add up to: values, series, districts and cells of indicators, exact at commit.

Whole months come from the roll-ups and the deltas that are not folded yet, a part of a month from the facts themselves,
in one snapshot; so every answer equals what adding the facts one by one would give, as of any day.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db import connection

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Region
from kepu.directory.register.queries import city
from kepu.foundation.clock import today
from kepu.ledger.choices import Aggregation, Audience
from kepu.ledger.models import Indicator
from kepu.ledger.queries.indicators import indicators_by_code
from kepu.ledger.rules import (
    EARLIEST,
    LATEST,
    codes_in,
    compute,
    cut,
    month_of,
    months_between,
    period_of_persons,
)

Bucket = Literal["month", "year"]
Dimension = Literal["month", "year", "district", "audience", "organisation"]


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


@dataclass(frozen=True, slots=True)
class Question:
    """A filter and the days asked for; a stock is asked for its level on `until`."""

    filter: EvidenceFilter
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One answer.

    Attributes:
        value: None where no fact that was not taken back has ever spoken, which is not 0.
        people: 人次 of the same facts, where they were counted.
        facts: how many facts stand behind it (for a stock, how many cells).
        last_on: the newest day with a fact not after `until`, by which evidence ages.
        is_demonstration: whether any of the facts is made up for a demonstration.
    """

    value: Decimal | None
    people: Decimal | None = None
    facts: int = 0
    last_on: date | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One month or year of a series; `value` is None where nothing was reported (flow) or nothing yet (stock)."""

    since: date
    value: Decimal | None
    facts: int = 0
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class DistrictValue:
    """What one district adds up to."""

    region_id: int
    value: Decimal | None
    people: Decimal | None = None
    facts: int = 0
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table for a chart; what was not asked for is None."""

    since: date | None
    region_id: int | None
    audience: str | None
    organisation_id: int | None
    value: Decimal
    people: Decimal
    facts: int
    is_demonstration: bool


NOTHING = Value(None)


def value(filter: EvidenceFilter, *, since: date | None = None, until: date | None = None) -> Decimal | None:  # noqa: A002
    """One number: the flow from `since` to `until`, or the level on `until`; None where nothing was ever reported."""
    return values([Question(filter, since, until)])[0].value


def values(questions: Sequence[Question], *, known: Mapping[str, list[Indicator]] | None = None) -> list[Value]:
    """Answer many questions in one look at the database.

    Args:
        questions: `since` defaults to ever, `until` to today.
        known: versions of indicators that the caller loaded by `indicators_by_code`; the others are looked up.

    Returns:
        Answers in the order of the questions. A code that no indicator has answers nothing.
    """
    versions = _versions({question.filter.indicator_code for question in questions}, known)
    scopes = _Scopes(question.filter for question in questions)
    asked: list[dict[str, Any]] = []
    for question in questions:
        for code in _parts(versions, question.filter.indicator_code):
            asked.append(_asked(len(asked), replace(question.filter, indicator_code=code), question, versions, scopes))
    found = iter(_answers(asked))
    result = []
    for question in questions:
        code = question.filter.indicator_code
        parts = {part: next(found) for part in _parts(versions, code)}
        formula = versions[code][0].formula if code in versions else ""
        result.append(_derived(formula, parts) if formula else parts.get(code, NOTHING))
    return result


def last_evidence(filters: Sequence[EvidenceFilter], *, until: date | None = None) -> date | None:
    """The newest day on which any of the filters has a fact that nobody took back, not after `until`."""
    days = [answer.last_on for answer in values([Question(each, None, until) for each in filters])]
    return max((day for day in days if day is not None), default=None)


def series(
    filter: EvidenceFilter,  # noqa: A002
    *,
    by: Bucket = "month",
    since: date,
    until: date | None = None,
) -> list[Point]:
    """A value for every month or year from `since` to `until`, the last one as of `until`."""
    end = until or today()
    versions = _versions({filter.indicator_code})
    buckets = _buckets(since, end, by)
    code = filter.indicator_code
    if code not in versions:
        return [Point(bucket, None) for bucket in buckets]
    parts = {
        part: _plain_series(replace(filter, indicator_code=part), versions[part], buckets, since, end, by)
        for part in _parts(versions, code)
    }
    formula = versions[code][0].formula
    if not formula:
        return parts[code]
    return [
        Point(
            bucket,
            compute(formula, {part: points[place].value for part, points in parts.items()}),
            sum(points[place].facts for points in parts.values()),
            any(points[place].is_demonstration for points in parts.values()),
        )
        for place, bucket in enumerate(buckets)
    ]


def by_district(
    filter: EvidenceFilter,  # noqa: A002
    *,
    since: date | None = None,
    until: date | None = None,
) -> list[DistrictValue]:
    """The value of every district of the city, in code order; None where it never reported.

    A flow recorded for the whole city belongs to no district, so districts may add up to less than the city.
    """
    districts = list(Region.objects.filter(level=RegionLevel.DISTRICT).order_by("code").values_list("pk", flat=True))
    wanted = _Scopes([filter]).places(filter.regions)
    if wanted is not None:
        districts = [pk for pk in districts if pk in set(wanted)]
    questions = [Question(replace(filter, regions=(pk,)), since, until) for pk in districts]
    return [
        DistrictValue(pk, answer.value, answer.people, answer.facts, answer.is_demonstration)
        for pk, answer in zip(districts, values(questions), strict=True)
    ]


def cells(
    filter: EvidenceFilter,  # noqa: A002
    *,
    by: Sequence[Dimension],
    since: date,
    until: date | None = None,
) -> list[Cell]:
    """Flows as a table: one row for each combination of the dimensions that has facts; for charts and exports.

    Args:
        filter: which facts.
        by: any of month or year, district, audience, organisation.
        since: first day.
        until: last day; today where not given.

    Raises:
        ValueError: the indicator is a stock, is derived, or counts distinct persons; those are not added up.
    """
    versions = indicators_by_code({filter.indicator_code}).get(filter.indicator_code, [])
    if versions and (versions[0].is_stock or versions[0].is_derived or _method(versions[0]) == "persons"):
        raise ValueError(f"cells() adds flows; {filter.indicator_code} is not one")
    return _flow_cells(filter, versions, by, since, until or today())


# --- inside --------------------------------------------------------------------------------------------------------


class _Scopes:
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


def _versions(codes: set[str], known: Mapping[str, list[Indicator]] | None = None) -> dict[str, list[Indicator]]:
    """All versions of the named indicators and, for derived ones, of the parts of their formulas."""
    versions = {code: found for code, found in (known or {}).items() if code in codes}
    if missing := codes - versions.keys():
        versions |= indicators_by_code(missing)
    parts = {part for found in versions.values() if found[0].formula for part in codes_in(found[0].formula)}
    return versions | indicators_by_code(parts - codes) if parts - codes else versions


def _parts(versions: dict[str, list[Indicator]], code: str) -> tuple[str, ...]:
    if code not in versions:
        return ()
    formula = versions[code][0].formula
    return codes_in(formula) if formula else (code,)


def _method(indicator: Indicator) -> str:
    if indicator.is_stock:
        return "last" if indicator.aggregation == Aggregation.LAST else "stock"
    return {Aggregation.COUNT: "count", Aggregation.DISTINCT_PERSONS: "persons"}.get(
        Aggregation(indicator.aggregation), "sum"
    )


def _scope(filter: EvidenceFilter, method: str, scopes: _Scopes) -> dict[str, Any]:  # noqa: A002
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
        districts = None if method == "stock" else scopes.districts(filter.regions)  # levels are kept by region
        regions = scopes.places(filter.regions) if districts is None else None
    return {
        "districts": districts,
        "regions": regions,
        "audiences": audiences,
        "tags": tags,
        "organisations": scopes.bodies(filter.organisations),
    }


def _asked(
    position: int,
    filter: EvidenceFilter,  # noqa: A002
    question: Question,
    versions: dict[str, list[Indicator]],
    scopes: _Scopes,
) -> dict[str, Any]:
    found = versions.get(filter.indicator_code, [])
    method = _method(found[0]) if found else "sum"
    day = today()
    since, until = question.since or EARLIEST, min(question.until or day, LATEST)
    pieces = cut(since, until, today=day)
    scope = _scope(filter, method, scopes)
    period = None
    if method == "persons" and len(found) == 1 and not any(scope.values()):
        period = period_of_persons(since, until, today=day)
    return {
        "position": position,
        "method": method,
        "indicators": [indicator.pk for indicator in found],
        **scope,
        "first_month": pieces.first_month,
        "last_month": pieces.last_month,
        "edges": [{"from": edge.since, "to": edge.until, "sign": edge.sign} for edge in pieces.edges],
        "since": since,
        "until": until,
        "period": period,
    }


def _answers(asked: list[dict[str, Any]]) -> list[Value]:
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select place, total, heads, facts, demonstration, last_on from ledger_values(%s::jsonb) order by place",
            [json.dumps(asked, default=str)],
        )
        rows = cursor.fetchall()
    return [_answer(question["method"], row) for question, row in zip(asked, rows, strict=True)]


def _answer(method: str, row: tuple[Any, ...]) -> Value:
    _place, total, heads, facts, demonstration, last_on = row
    if last_on is None:
        return NOTHING
    if method == "count":
        total = facts
    found = Decimal(total if total is not None else 0)
    return Value(_tidy(found), None if heads is None else Decimal(heads), int(facts), last_on, demonstration > 0)


def _tidy(number: Decimal) -> Decimal:
    """Without needless zeros, and never in powers of ten."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def _derived(formula: str, parts: dict[str, Value]) -> Value:
    days = [part.last_on for part in parts.values() if part.last_on is not None]
    return Value(
        compute(formula, {code: part.value for code, part in parts.items()}),
        None,
        sum(part.facts for part in parts.values()),
        max(days, default=None),
        any(part.is_demonstration for part in parts.values()),
    )


def _buckets(since: date, until: date, by: Bucket) -> list[date]:
    if by == "year":
        return [date(year, 1, 1) for year in range(since.year, until.year + 1)]
    return list(months_between(since, until))


def _bucket_of(day: date, by: Bucket) -> date:
    return date(day.year, 1, 1) if by == "year" else month_of(day)


def _plain_series(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    buckets: list[date],
    since: date,
    until: date,
    by: Bucket,
) -> list[Point]:
    method = _method(versions[0])
    if method in {"stock", "last"}:
        return _stock_series(filter, versions, method, buckets, until, by)
    if method == "persons":
        ends = [*(_day_before(bucket) for bucket in buckets[1:]), until]
        starts = [max(since, bucket) for bucket in buckets]
        questions = [Question(filter, *span) for span in zip(starts, ends, strict=True)]
        answers = values(questions)
        return [
            Point(bucket, answer.value if answer.facts else None, answer.facts, answer.is_demonstration)
            for bucket, answer in zip(buckets, answers, strict=True)
        ]
    found = {cell.since: cell for cell in _flow_cells(filter, versions, (by,), since, until)}
    points = []
    for bucket in buckets:
        cell = found.get(bucket)
        if cell is None:
            points.append(Point(bucket, None))
        else:
            amount = Decimal(cell.facts) if method == "count" else cell.value
            points.append(Point(bucket, amount, cell.facts, cell.is_demonstration))
    return points


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


_STOCK_CHANGES = """
select day, sum(change), sum(cell), bool_or(is_demonstration) from (
    select occurred_on as day, is_demonstration,
           quantity - coalesce(lag(quantity) over cells, 0) as change,
           case when lag(quantity) over cells is null then 1 else 0 end as cell
      from ledger_stock_value
     where indicator_id = any(%(indicators)s) and occurred_on <= %(until)s
       and (%(districts)s::bigint[] is null or district_id = any(%(districts)s))
       and (%(regions)s::bigint[] is null or region_id = any(%(regions)s))
       and (%(audiences)s::text[] is null or audience = any(%(audiences)s))
       and (%(tags)s::text[] is null or audience_tag = any(%(tags)s))
       and (%(organisations)s::bigint[] is null or organisation_id = any(%(organisations)s))
    window cells as (partition by region_id, audience, audience_tag, organisation_id order by occurred_on)
) changes group by day order by day
"""
_LAST_VALUES = """
select distinct on (occurred_on) occurred_on, quantity, 1, is_demonstration from ledger_stock_value
 where indicator_id = any(%(indicators)s) and occurred_on <= %(until)s and region_id = any(%(regions)s)
   and audience = any(%(audiences)s) and audience_tag = any(%(tags)s)
   and (%(organisations)s::bigint[] is null or organisation_id = any(%(organisations)s))
 order by occurred_on, organisation_id
"""


def _stock_series(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    method: str,
    buckets: list[date],
    until: date,
    by: Bucket,
) -> list[Point]:
    """The level at the end of every bucket. A level's changes add up over time, levels themselves do not."""
    scope = _scope(filter, method, _Scopes([filter]))
    arguments = {"indicators": [indicator.pk for indicator in versions], "until": until, **scope}
    with connection.cursor() as cursor:
        cursor.execute(_LAST_VALUES if method == "last" else _STOCK_CHANGES, arguments)
        rows = cursor.fetchall()
    level: Decimal | None = None
    known = 0
    is_demonstration = False
    points, place = [], 0
    for bucket in buckets:
        while place < len(rows) and _bucket_of(rows[place][0], by) <= bucket:
            _day, change, cell, made_up = rows[place]
            level = change if method == "last" else (level or Decimal(0)) + change
            known = 1 if method == "last" else known + int(cell)
            is_demonstration = made_up or (is_demonstration and method != "last")
            place += 1
        points.append(Point(bucket, None if level is None else _tidy(level), known, is_demonstration))
    return points


_COLUMNS = {
    "month": "month",
    "year": "date_trunc('year', month)::date",
    "district": "district_id",
    "audience": "audience",
    "organisation": "organisation_id",
}
_WHERE = """ where indicator_id = any(%(indicators)s)
       and (%(districts)s::bigint[] is null or district_id = any(%(districts)s))
       and (%(regions)s::bigint[] is null or region_id = any(%(regions)s))
       and (%(audiences)s::text[] is null or audience = any(%(audiences)s))
       and (%(tags)s::text[] is null or audience_tag = any(%(tags)s))
       and (%(organisations)s::bigint[] is null or organisation_id = any(%(organisations)s))"""
_MONTHS = " and month between %(first_month)s and %(last_month)s"


def _flow_cells(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    by: Sequence[Dimension],
    since: date,
    until: date,
) -> list[Cell]:
    scope = _scope(filter, "sum", _Scopes([filter]))
    pieces = cut(since, until, today=today())
    arguments = {
        "indicators": [indicator.pk for indicator in versions],
        **scope,
        "first_month": pieces.first_month,
        "last_month": pieces.last_month,
        "page_districts": scope["districts"] or [0],
        "page_audiences": scope["audiences"] or [""],
    }
    is_fine = bool(scope["regions"] or scope["tags"] or scope["organisations"] or "organisation" in by)
    shown = "month, district_id, audience, organisation_id, quantity, people, facts, demonstration"
    if is_fine:
        base = f"select {shown} from ledger_rollup{_WHERE}{_MONTHS}"
    else:
        places = (
            "district_id <> 0"
            if "district" in by and not scope["districts"]
            else "district_id = any(%(page_districts)s)"
        )
        groups = (
            "audience <> ''" if "audience" in by and not scope["audiences"] else "audience = any(%(page_audiences)s)"
        )
        base = (
            f"select {shown.replace('organisation_id', '0::bigint as organisation_id')} from ledger_page_rollup"
            f" where indicator_id = any(%(indicators)s) and {places} and {groups}{_MONTHS}"
        )
    parts = [base, f"select {shown} from ledger_delta{_WHERE}{_MONTHS}"]
    for number, edge in enumerate(pieces.edges):
        arguments |= {f"from{number}": edge.since, f"to{number}": edge.until, f"sign{number}": edge.sign}
        parts.append(
            f"""select date_trunc('month', occurred_on)::date, district_id, audience, organisation_id,
                %(sign{number})s * quantity, %(sign{number})s * coalesce(people, 0),
                %(sign{number})s * case when reverses is null then 1 else -1 end,
                case when is_demonstration then %(sign{number})s * case when reverses is null then 1 else -1 end
                else 0 end
                from ledger_fact{_WHERE} and occurred_on between %(from{number})s and %(to{number})s"""
        )
    columns = [_COLUMNS[name] for name in by]
    group = f" group by {', '.join(str(place) for place in range(1, len(columns) + 1))}" if columns else ""
    sql = (
        f"select {''.join(f'{column}, ' for column in columns)}sum(quantity), sum(people), sum(facts), "
        f"sum(demonstration) from ({' union all '.join(parts)}) as cells{group}"
        f" having sum(facts) > 0{' order by ' + group.removeprefix(' group by ') if group else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        rows = cursor.fetchall()
    result = []
    for row in rows:
        keys = dict(zip(by, row, strict=False))
        quantity, people, facts, demonstration = row[len(by) :]
        result.append(
            Cell(
                keys.get("month") or keys.get("year"),
                keys.get("district"),
                keys.get("audience"),
                keys.get("organisation"),
                _tidy(quantity),
                people,
                int(facts),
                demonstration > 0,
            )
        )
    return result
