"""What facts add up to: values, series, districts and cells of indicators, exact at commit.

Whole months come from the roll-ups and the deltas that are not folded yet, a part of a month from the facts themselves,
in one snapshot; so every answer equals what adding the facts one by one would give, as of any day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.foundation.clock import today
from kepu.ledger.models import Indicator
from kepu.ledger.queries.flows import Cell, Dimension, flow_cells
from kepu.ledger.queries.indicators import indicators_by_code
from kepu.ledger.queries.levels import Bucket, Point, buckets_of, stock_series
from kepu.ledger.queries.scopes import EvidenceFilter, Scopes, method_of, parts_of, scope_of, versions_of
from kepu.ledger.rules import EARLIEST, LATEST, compute, cut, period_of_persons, tidy


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
class DistrictValue:
    """What one district adds up to."""

    region_id: int
    value: Decimal | None
    people: Decimal | None = None
    facts: int = 0
    is_demonstration: bool = False


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
    versions = versions_of({question.filter.indicator_code for question in questions}, known)
    scopes = Scopes(question.filter for question in questions)
    asked: list[dict[str, Any]] = []
    for question in questions:
        for code in parts_of(versions, question.filter.indicator_code):
            asked.append(_asked(len(asked), replace(question.filter, indicator_code=code), question, versions, scopes))
    found = iter(_answers(asked))
    result = []
    for question in questions:
        code = question.filter.indicator_code
        parts = {part: next(found) for part in parts_of(versions, code)}
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
    known: Mapping[str, list[Indicator]] | None = None,
) -> list[Point]:
    """A value for every month or year from `since` to `until`, the last one as of `until`; `known` as for `values`."""
    end = until or today()
    versions = versions_of({filter.indicator_code}, known)
    buckets = buckets_of(since, end, by)
    code = filter.indicator_code
    if code not in versions:
        return [Point(bucket, None) for bucket in buckets]
    parts = {
        part: _plain_series(replace(filter, indicator_code=part), versions[part], buckets, since, end, by)
        for part in parts_of(versions, code)
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
    wanted = Scopes([filter]).places(filter.regions)
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
    if versions and (versions[0].is_stock or versions[0].is_derived or method_of(versions[0]) == "persons"):
        raise ValueError(f"cells() adds flows; {filter.indicator_code} is not one")
    return flow_cells(filter, versions, by, since, until or today())


def _asked(
    position: int,
    filter: EvidenceFilter,  # noqa: A002
    question: Question,
    versions: dict[str, list[Indicator]],
    scopes: Scopes,
) -> dict[str, Any]:
    found = versions.get(filter.indicator_code, [])
    method = method_of(found[0]) if found else "sum"
    day = today()
    since, until = question.since or EARLIEST, min(question.until or day, LATEST)
    pieces = cut(since, until, today=day)
    scope = scope_of(filter, method, scopes)
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
    return Value(tidy(found), None if heads is None else Decimal(heads), int(facts), last_on, demonstration > 0)


def _derived(formula: str, parts: dict[str, Value]) -> Value:
    days = [part.last_on for part in parts.values() if part.last_on is not None]
    return Value(
        compute(formula, {code: part.value for code, part in parts.items()}),
        None,
        sum(part.facts for part in parts.values()),
        max(days, default=None),
        any(part.is_demonstration for part in parts.values()),
    )


def _plain_series(
    filter: EvidenceFilter,  # noqa: A002
    versions: list[Indicator],
    buckets: list[date],
    since: date,
    until: date,
    by: Bucket,
) -> list[Point]:
    method = method_of(versions[0])
    if method in {"stock", "last"}:
        return stock_series(filter, versions, method, buckets, until, by)
    if method == "persons":
        ends = [*(_day_before(bucket) for bucket in buckets[1:]), until]
        starts = [max(since, bucket) for bucket in buckets]
        questions = [Question(filter, *span) for span in zip(starts, ends, strict=True)]
        answers = values(questions)
        return [
            Point(bucket, answer.value if answer.facts else None, answer.facts, answer.is_demonstration)
            for bucket, answer in zip(buckets, answers, strict=True)
        ]
    found = {cell.since: cell for cell in flow_cells(filter, versions, (by,), since, until)}
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
