"""How the demonstration draws its facts: seeded, shared out over places by their weight, the same on every machine."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from kepu.ledger.rules import FactDraft, month_after, month_of

QUARTER = 3
SUMMER = (7, 8)
SUMMER_SHARE = 0.6
MARK = "演示数据"


@dataclass(frozen=True, slots=True)
class Place:
    """A region with what decides how much happens there."""

    code: str
    weight: int


def drawn_facts(story: Mapping[str, Any], places: Sequence[Place]) -> Iterator[FactDraft]:
    """Draw every made-up fact of a story.

    Args:
        story: the example's story file: seed, days, streams of flows, levels.
        places: where things happen, with weights.

    Yields:
        Drafts with keys of their own, so that loading them twice adds nothing.
    """
    chance = Random(story["seed"])  # noqa: S311 a demonstration is not a secret
    for number, flow in enumerate(story.get("flow", ())):
        yield from _flow(flow, f"flow{number}", story, places, chance)
    for number, stock in enumerate(story.get("stock", ())):
        yield from _stock(stock, f"stock{number}", story, places)


def published_facts(story: Mapping[str, Any], city_code: str) -> Iterator[FactDraft]:
    """The published figures of a story, which nobody made up.

    Args:
        story: the example's story file.
        city_code: the region that they speak of.
    """
    for figure in story.get("published", ()):
        yield _published(figure, city_code)


def _flow(
    flow: Mapping[str, Any], name: str, story: Mapping[str, Any], places: Sequence[Place], chance: Random
) -> Iterator[FactDraft]:
    since, until = flow.get("since", story["since"]), flow.get("until", story["until"])
    low, high = flow["quantity"]
    month, number = month_of(since), 0
    while month <= until:
        share = SUMMER_SHARE if flow.get("seasonal", True) and month.month in SUMMER else 1.0
        for _again in range(max(1, round(flow["per_month"] * share))):
            day = month + timedelta(days=chance.randrange(calendar.monthrange(month.year, month.month)[1]))
            place = chance.choices(places, [place.weight for place in places])[0]
            quantity = chance.randint(low, high)
            number += 1
            if since <= day <= until:
                yield FactDraft(
                    indicator=flow["indicator"],
                    occurred_on=day,
                    region=place.code,
                    organisation=flow["organisation"],
                    quantity=Decimal(quantity),
                    audience=flow["audience"],
                    key=f"{name}.{number}",
                    source_ref="story",
                    note=MARK,
                )
        month = month_after(month)


def _quarter_ends(since: date, until: date) -> list[date]:
    days, month = [], month_of(since)
    while month <= until:
        following = month_after(month)
        last = following - timedelta(days=1)
        if month.month % QUARTER == 0 and since <= last < until:
            days.append(last)
        month = following
    return [*days, until]


def shared_out(total: int, places: Sequence[Place]) -> list[int]:
    """Share a whole number out by weight, largest remainders first; the shares add up to it exactly.

    Examples:
        >>> shared_out(10, [Place("a", 1), Place("b", 1), Place("c", 1)])
        [4, 3, 3]
    """
    weights = sum(place.weight for place in places)
    exact = [(total * place.weight) / weights for place in places]
    shares = [int(value) for value in exact]
    rest = sorted(range(len(places)), key=lambda i: (shares[i] - exact[i], i))
    for position in rest[: total - sum(shares)]:
        shares[position] += 1
    return shares


def _stock(
    stock: Mapping[str, Any], name: str, story: Mapping[str, Any], places: Sequence[Place]
) -> Iterator[FactDraft]:
    since, until = stock.get("since", story["since"]), stock.get("until", story["until"])
    days = _quarter_ends(since, until)
    for step, day in enumerate(days):
        way = step / (len(days) - 1) if len(days) > 1 else 1.0
        total = round(stock["first"] + (stock["last"] - stock["first"]) * way)
        for place, share in zip(places, shared_out(total, places), strict=True):
            yield FactDraft(
                indicator=stock["indicator"],
                occurred_on=day,
                region=place.code,
                organisation=stock["organisation"],
                quantity=Decimal(share),
                audience=stock["audience"],
                method=stock.get("method"),
                key=f"{name}.{day.isoformat()}.{place.code}",
                source_ref="story",
                note=MARK,
            )


def _published(figure: Mapping[str, Any], city_code: str) -> FactDraft:
    return FactDraft(
        indicator=figure["indicator"],
        occurred_on=date(figure["year"], 12, 31),
        region=city_code,
        organisation=figure["organisation"],
        quantity=Decimal(figure["value"]),
        method={"instrument": "中国科协公民科学素质抽样调查", "cut": "70", "version": str(figure["year"])},
        key=f"published.{figure['indicator']}.{figure['year']}",
        source_ref=figure["source"],
    )
