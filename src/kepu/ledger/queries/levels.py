"""Levels of stocks over time."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db import connection

from kepu.ledger.models import Indicator
from kepu.ledger.queries.scopes import EvidenceFilter, Scopes, scope_of
from kepu.ledger.rules import month_of, months_between, tidy

Bucket = Literal["month", "year"]


@dataclass(frozen=True, slots=True)
class Point:
    """One month or year of a series; `value` is None where nothing was reported (flow) or nothing yet (stock)."""

    since: date
    value: Decimal | None
    facts: int = 0
    is_demonstration: bool = False


def buckets_of(since: date, until: date, by: Bucket) -> list[date]:
    if by == "year":
        return [date(year, 1, 1) for year in range(since.year, until.year + 1)]
    return list(months_between(since, until))


def _bucket_of(day: date, by: Bucket) -> date:
    return date(day.year, 1, 1) if by == "year" else month_of(day)


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


def stock_series(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    method: str,
    buckets: list[date],
    until: date,
    by: Bucket,
) -> list[Point]:
    """The level at the end of every bucket. A level's changes add up over time, levels themselves do not."""
    scope = scope_of(filter, method, Scopes([filter]))
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
        points.append(Point(bucket, None if level is None else tidy(level), known, is_demonstration))
    return points
