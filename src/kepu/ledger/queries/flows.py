"""Flows as tables: whole months from roll-ups and deltas, parts of a month from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db import connection

from kepu.foundation.clock import today
from kepu.ledger.models import Indicator
from kepu.ledger.queries.scopes import EvidenceFilter, Scopes, scope_of
from kepu.ledger.rules import cut, tidy

Dimension = Literal["month", "year", "district", "audience", "organisation"]


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


def flow_cells(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    by: Sequence[Dimension],
    since: date,
    until: date,
) -> list[Cell]:
    scope = scope_of(filter, "sum", Scopes([filter]))
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
                tidy(quantity),
                people,
                int(facts),
                demonstration > 0,
            )
        )
    return result
