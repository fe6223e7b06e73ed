"""Where something was recorded at all: the districts in which an indicator spoke during a stretch of days."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from kepu.foundation.clock import today
from kepu.ledger.models import Indicator
from kepu.ledger.queries.scopes import EvidenceFilter, Scopes, parts_of, scope_of, versions_of
from kepu.ledger.rules import month_after, month_of

_ASKED = """jsonb_to_recordset(%(asked)s::jsonb) as a (position integer, is_stock boolean, is_fine boolean,
    indicators integer[], districts bigint[], regions bigint[], audiences text[], tags text[], organisations bigint[])"""
_FINE = """(a.regions is null or region_id = any(a.regions)) and (a.tags is null or audience_tag = any(a.tags))
       and (a.organisations is null or organisation_id = any(a.organisations))
       and (a.audiences is null or audience = any(a.audiences))"""
_PLACE = "indicator_id = any(a.indicators) and district_id = any(a.districts)"
# Whole months from the roll-ups and what is not folded yet; levels from their own table. Bodies have a branch of their own,
# in which the index finds them.
_WHOLE = f"""
select distinct a.position, spoken.district_id from {_ASKED} cross join lateral (
    select cells.district_id from (
        select district_id, facts from ledger_page_rollup
         where not a.is_stock and not a.is_fine and {_PLACE} and audience = any(coalesce(a.audiences, '{{""}}'))
           and month between %(first_month)s and %(last_month)s
        union all
        select district_id, facts from ledger_rollup
         where not a.is_stock and organisation_id = any(a.organisations) and {_PLACE} and {_FINE}
           and month between %(first_month)s and %(last_month)s
        union all
        select district_id, facts from ledger_rollup
         where not a.is_stock and a.is_fine and a.organisations is null and {_PLACE} and {_FINE}
           and month between %(first_month)s and %(last_month)s
        union all
        select district_id, facts from ledger_delta
         where not a.is_stock and {_PLACE} and {_FINE} and month between %(first_month)s and %(last_month)s
    ) cells group by cells.district_id having sum(cells.facts) > 0
    union all
    select district_id from ledger_stock_value
     where a.is_stock and {_PLACE} and {_FINE} and occurred_on between %(since)s and %(until)s
) spoken
"""
# The days at both ends, read one by one, and only where the whole months said nothing.
_ENDS = f"""
select distinct a.position, spoken.district_id from {_ASKED} cross join lateral (
    select district_id from ledger_fact
     where {_PLACE} and {_FINE} and (occurred_on between %(since)s and %(head)s or occurred_on between %(tail)s and %(until)s)
     group by district_id having sum(case when reverses is null then 1 else -1 end) > 0
) spoken
"""


def districts_with_facts(
    filters: Sequence[EvidenceFilter],
    districts: Iterable[int],
    *,
    since: date,
    until: date,
    known: Mapping[str, list[Indicator]] | None = None,
) -> list[frozenset[int]]:
    """In which districts each filter has a fact of these days that nobody took back.

    Args:
        filters: which facts; a district outside a filter's own regions is not looked at.
        districts: ids of the districts asked for.
        since: first day.
        until: last day.
        known: versions of indicators that the caller loaded by `indicators_by_code`; the others are looked up.

    Returns:
        Ids of districts, in the order of the filters. Facts recorded for the whole city belong to none.
    """
    wanted = frozenset(districts)
    found: list[set[int]] = [set() for _filter in filters]
    asked = _questions(filters, wanted, known)
    if not asked:
        return [frozenset(places) for places in found]
    first = month_of(since) if since == month_of(since) else month_after(since)
    is_whole = until >= today() or until + timedelta(days=1) == month_after(until)
    last = month_of(until) if is_whole else month_of(month_of(until) - timedelta(days=1))
    days: dict[str, Any] = {
        "since": since,
        "until": until,
        "first_month": first,
        "last_month": last,
        "head": min(first - timedelta(days=1), until),
        "tail": max(month_after(last), since),
    }
    _collect(_WHOLE, asked, days, found)
    left = [
        question | {"districts": sorted(set(question["districts"]) - found[question["position"]])}
        for question in asked
        if not question["is_stock"]
    ]
    if left := [question for question in left if question["districts"]]:
        _collect(_ENDS, left, days, found)
    return [frozenset(places) for places in found]


def _questions(
    filters: Sequence[EvidenceFilter], wanted: frozenset[int], known: Mapping[str, list[Indicator]] | None
) -> list[dict[str, Any]]:
    versions = versions_of({one.indicator_code for one in filters}, known)
    scopes = Scopes(filters)
    asked = []
    for position, one in enumerate(filters):
        scope = scope_of(one, "sum", scopes)
        inside = scopes.places(one.regions)
        places = wanted if inside is None or scope["regions"] else wanted & set(inside)
        for code in parts_of(versions, one.indicator_code):
            indicators = versions[code]
            asked.append(
                scope
                | {
                    "position": position,
                    "is_stock": indicators[0].is_stock,
                    "is_fine": bool(scope["regions"] or scope["tags"] or scope["organisations"]),
                    "indicators": [indicator.pk for indicator in indicators],
                    "districts": sorted(places),
                }
            )
    return [question for question in asked if question["districts"]]


def _collect(sql: str, asked: list[dict[str, Any]], days: dict[str, Any], found: list[set[int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"asked": json.dumps(asked), **days})
        for position, district in cursor.fetchall():
            found[position].add(district)
