"""Plans of a month as the desk and the public see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kepu.directory.register.models import Person, Region
from kepu.outreach.tours.choices import PlanState, Unserved
from kepu.outreach.tours.models import TourPlan, TourStop, TourWish, VanProfile
from kepu.outreach.tours.permissions import may_open_tours

PERCENT = 100


@dataclass(frozen=True, slots=True)
class DayRow:
    """One van on one day."""

    day: date
    van: VanProfile
    stops: tuple[TourStop, ...]
    leaves: str
    returns: str
    km: float
    exhibits: tuple[str, ...]
    night: str
    """Where it stays overnight; empty where it comes home."""


@dataclass(frozen=True, slots=True)
class TownshipRow:
    """How much of what a township asks for it gets."""

    region: Region
    wanted: int
    visits: int
    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class VanRow:
    """One van over the month."""

    van: VanProfile
    days_out: int
    nights: int
    km: float
    stops: int
    people: int
    percent: int
    """Of the norm for a month."""


@dataclass(frozen=True, slots=True)
class UnservedRow:
    """A wish that does not get all it asked for, and why."""

    wish: TourWish
    missing: int
    required: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with everything that its page says."""

    plan: TourPlan
    days: tuple[DayRow, ...]
    townships: tuple[TownshipRow, ...]
    vans: tuple[VanRow, ...]
    unserved: tuple[UnservedRow, ...]
    is_demonstration: bool

    @property
    def km(self) -> float:
        """Kilometres of all vans."""
        return float(self.plan.result.get("metres", 0)) / 1000


def plans_visible_to(actor: Person) -> QuerySet[TourPlan]:
    """All for the desk; none for others."""
    found = TourPlan.objects.select_related("progress", "asked_by", "published_by")
    return found if may_open_tours(actor) else found.none()


def plan_page(plan: TourPlan) -> PlanPage:
    """Lay a plan out; some statements whatever its size."""
    result: dict[str, Any] = plan.result
    stops = list(
        plan.stops.select_related("wish__region__parent", "wish__body", "session").order_by("day", "van", "sequence")
    )
    vans = {one.pk: one for one in plan.vans.select_related("venue__keeper")}
    unserved = result.get("unserved", [])
    known = {one.wish_id: one.wish for one in stops}
    missing = {row["wish"] for row in unserved} | {row["night"] for row in result.get("days", []) if row["night"]}
    wanted = TourWish.objects.filter(pk__in=missing - set(known)).select_related("region__parent", "body")
    wishes = known | {one.pk: one for one in wanted}
    codes = [row["code"] for row in result.get("townships", [])]
    regions = {one.code: one for one in Region.objects.filter(code__in=codes).select_related("parent")}
    return PlanPage(
        plan,
        tuple(_days(result, vans, stops, wishes)),
        tuple(
            TownshipRow(
                regions[row["code"]], row["wanted"], row["visits"], row["people"], round(PERCENT * row["share"])
            )
            for row in result.get("townships", [])
            if row["code"] in regions
        ),
        tuple(
            VanRow(
                vans[row["van"]], row["days_out"], row["nights"], row["metres"] / 1000, row["stops"], row["people"],
                round(PERCENT * row["utilisation"]),
            )
            for row in result.get("vans", [])
            if row["van"] in vans
        ),
        tuple(
            UnservedRow(wishes[row["wish"]], row["missing"], row["required"], str(Unserved(row["reason"]).label))
            for row in unserved
            if row["wish"] in wishes
        ),
        any(one.wish.is_demonstration for one in stops) or any(one.venue.is_demonstration for one in vans.values()),
    )  # fmt: skip


def _days(
    result: Mapping[str, Any], vans: Mapping[int, VanProfile], stops: Iterable[TourStop], wishes: Mapping[int, TourWish]
) -> list[DayRow]:
    by_day: dict[tuple[int, date], list[TourStop]] = {}
    for stop in stops:
        by_day.setdefault((stop.van_id, stop.day), []).append(stop)
    rows = []
    for row in result.get("days", []):
        day = date.fromisoformat(row["day"])
        night = wishes.get(row["night"]) if row["night"] else None
        rows.append(
            DayRow(
                day, vans[row["van"]], tuple(by_day.get((row["van"], day), ())), row["leaves"], row["returns"],
                row["metres"] / 1000, tuple(row["exhibits"]), night.place if night else "",
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """Where the vans come in a month, as everybody may read it."""

    plan: TourPlan | None
    coming: tuple[tuple[date, tuple[TourStop, ...]], ...]
    past: tuple[tuple[date, tuple[TourStop, ...]], ...]
    townships: int
    months: tuple[date, ...]
    """Other months on offer."""
    is_demonstration: bool


def public_month(month: date | None, *, today: date) -> PublicMonth:
    """The published plan of a month; of this month, or the nearest that is published, where none is named."""
    published = TourPlan.objects.filter(state=PlanState.PUBLISHED).order_by("month")
    months = list(published.values_list("month", flat=True))
    wanted = month or next((one for one in months if one >= today.replace(day=1)), months[-1] if months else None)
    plan = published.filter(month=wanted).first() if wanted else None
    if plan is None:
        return PublicMonth(None, (), (), 0, tuple(months), is_demonstration=False)
    stops = plan.stops.select_related("wish__region__parent", "van__venue", "session").order_by("day", "starts", "van")
    days: dict[date, list[TourStop]] = {}
    for stop in stops:
        days.setdefault(stop.day, []).append(stop)
    shown = [stop for rows in days.values() for stop in rows]
    return PublicMonth(
        plan,
        tuple((day, tuple(rows)) for day, rows in days.items() if day >= today),
        tuple((day, tuple(rows)) for day, rows in days.items() if day < today),
        len({stop.wish.region_id for stop in shown}),
        tuple(one for one in months if one != plan.month),
        is_demonstration=any(stop.wish.is_demonstration or stop.van.venue.is_demonstration for stop in shown),
    )
