"""A round as the office looks at it before it is sent out."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.outreach.requests.choices import Unmet
from kepu.outreach.requests.models import Order, Round, RoundMatch, RoundWish
from kepu.outreach.requests.permissions import may_run_rounds

PERCENT = 100
_MOST = 300


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What one setting costs: the figures as set, and without it."""

    name: str
    served: int
    served_without: int
    fit: float
    fit_without: float
    worst_percent: int
    worst_percent_without: int


@dataclass(frozen=True, slots=True)
class YardstickRow:
    """The same round decided in another way."""

    name: str
    served: int
    fit: float
    worst_percent: int
    best_percent: int


@dataclass(frozen=True, slots=True)
class UnservedRow:
    """An order that a round does not serve as often as asked for, and by which rule."""

    order: Order
    missing: int
    rule: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """An order that could not be offered any more when the round was sent out, and why."""

    order: Order
    why: str


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A round with everything that its page says."""

    round: Round
    matches: tuple[RoundMatch, ...]
    count: int
    wishes: tuple[RoundWish, ...]
    unserved: tuple[UnservedRow, ...]
    refused: tuple[RefusedRow, ...]
    prices: tuple[PriceRow, ...]
    yardsticks: tuple[YardstickRow, ...]
    pinned: frozenset[tuple[int, int]]

    @property
    def gap_percent(self) -> float | None:
        """By how much another plan could at most be better; None where nothing is proven."""
        gap = self.round.result.get("gap")
        return None if gap is None else PERCENT * gap

    @property
    def emptied_by(self) -> str:
        """The rule that left nobody at all, in words; empty where somebody is left."""
        rule = self.round.result.get("emptied_by")
        return str(Unmet(rule).label) if rule else ""


def rounds_visible_to(actor: Person) -> QuerySet[Round]:
    """All rounds, for the office; none for others."""
    found = Round.objects.select_related("progress", "opened_by")
    return found if may_run_rounds(actor) else found.none()


def round_page(round_id: int, actor: Person) -> RoundPage | None:
    """A round, or None for who does not run rounds."""
    found = rounds_visible_to(actor).filter(pk=round_id).first()
    if found is None:
        return None
    related = ("order__region", "order__body", "capacity__person", "capacity__organisation", "material__resource")
    matches = found.matches.select_related(*related)
    wishes = tuple(found.wishes.select_related("order", "capacity__person"))
    result = found.result
    rows, refused = result.get("unserved", []), result.get("refused", [])
    orders = Order.objects.select_related("region", "body").in_bulk(
        [row["order"] for row in rows] + [one for one, _w in refused]
    )
    return RoundPage(
        found,
        tuple(matches[:_MOST]),
        matches.count(),
        wishes,
        tuple(
            UnservedRow(orders[row["order"]], row["missing"], str(Unmet(row["rule"]).label))
            for row in rows
            if row["order"] in orders
        ),
        tuple(RefusedRow(orders[number], why) for number, why in refused if number in orders),
        tuple(_price(row) for row in result.get("prices", [])),
        _yardsticks(result),
        frozenset((one.order_id, one.capacity_id) for one in wishes if one.wish == "pin"),
    )


def _names() -> dict[str, str]:
    return {
        "equity": _("先照顾得到得少的区市"), "floors": _("每个区市的下限"), "distance": _("少走路"),
        "evenness": _("大家分着讲"), "staying": _("少改动上一次的排法"), "pins": _("定下的派法"),
        "forbids": _("不要的派法"), "repeat": _("几次由谁来"), "is_whole": _("要么全有要么全无"), "travel": _("同一天不去太远的两处"),
    }  # fmt: skip


def _price(row: dict[str, Any]) -> PriceRow:
    having, without = row["with_it"], row["without"]
    return PriceRow(
        _names().get(row["setting"], row["setting"]),
        having["served"],
        without["served"],
        round(having["fit"], 1),
        round(without["fit"], 1),
        round(PERCENT * having["worst_fill"]),
        round(PERCENT * without["worst_fill"]),
    )


def _yardsticks(result: dict[str, Any]) -> tuple[YardstickRow, ...]:
    if not result.get("figures"):
        return ()
    others = result.get("yardsticks", {})
    named = (
        (_("这一轮"), result["figures"]),
        (_("谁合适先派谁"), others.get("greedy")),
        (_("先来先派"), others.get("first_come")),
    )
    return tuple(
        YardstickRow(
            name,
            one["served"],
            round(one["fit"], 1),
            round(PERCENT * one["worst_fill"]),
            round(PERCENT * one["best_fill"]),
        )
        for name, one in named
        if one
    )
