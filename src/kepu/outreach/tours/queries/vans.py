"""Vans, their profiles and their logs of a year."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Left, Substr
from django.utils import timezone

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Person, Region
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import Session
from kepu.outreach.tours.choices import VAN, WishState
from kepu.outreach.tours.models import TourPlan, TourStop, TripLog, TripStop, VanProfile
from kepu.outreach.tours.rules import days_of_month, is_old, month_of, next_month
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries import venues_kept_by

_TOWNSHIP_DIGITS = 9
_IN_TOWN = Q(part__gte="100", part__lt="400")
"""GB/T 10114: in a township's code 001–099 is 街道, 100–199 镇, 200–399 乡."""
_NORM_DAYS, _NORM_KM, _YEARS, _MOST_KM = 120, 10_000, 10, 100_000


@dataclass(frozen=True, slots=True)
class Norms:
    """What a van is expected to do in a year, and when it may be replaced first."""

    days: int
    km: int
    replace_years: int
    replace_km: int


@dataclass(frozen=True, slots=True)
class VanLog:
    """A van over a year."""

    venue: Venue
    profile: VanProfile | None
    days_out: int
    km: Decimal
    stops: int
    town_stops: int
    """Of these in towns and townships (乡镇), not in streets of a city (街道)."""
    people: int
    total_km: Decimal | None
    is_old: bool
    may_keep: bool


def norms_in_force() -> Norms:
    """What the site's parameters say today."""
    said = values_in_force("tours.")
    return Norms(
        int(said.get("norm_days", _NORM_DAYS)),
        int(said.get("norm_km", _NORM_KM)),
        int(said.get("replace_years", _YEARS)),
        int(said.get("replace_km", _MOST_KM)),
    )


def vans() -> QuerySet[Venue]:
    """Published vans."""
    return Venue.objects.filter(kind=VAN, state=VenueState.PUBLISHED).select_related("keeper", "region")


def vans_kept_by(actor: Person) -> QuerySet[Venue]:
    """Published vans that somebody keeps."""
    kept = venues_kept_by(actor).filter(kind=VAN, state=VenueState.PUBLISHED)
    return kept.select_related("keeper", "region")


def profiles() -> QuerySet[VanProfile]:
    """Profiles of published vans, in the order of names."""
    found = VanProfile.objects.filter(venue__kind=VAN, venue__state=VenueState.PUBLISHED)
    return found.select_related("venue__keeper", "venue__region").order_by("venue__sort_key", "pk")


def _stops_of_year(year: int) -> QuerySet[TripStop]:
    found = TripStop.objects.filter(trip__struck_at=None, trip__day__year=year)
    return found.annotate(part=Substr("region__code", 7, 3))


def visits_by_township(year: int) -> list[int]:
    """How many stops of a year each township of the register had, those without any among them."""
    rows = (
        _stops_of_year(year)
        .filter(region__level__gte=RegionLevel.TOWNSHIP)
        .order_by()
        .values(town=Left("region__code", _TOWNSHIP_DIGITS))
    )
    counted = {row["town"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    codes = Region.objects.filter(level=RegionLevel.TOWNSHIP).values_list("code", flat=True)
    return [counted.get(code[:_TOWNSHIP_DIGITS], 0) for code in codes]


def logs_of_year(year: int, actor: Person) -> list[VanLog]:
    """What every van did in a year, in few statements whatever their number."""
    found = list(vans().select_related("van_profile").order_by("sort_key", "pk"))
    kept = set(vans_kept_by(actor).values_list("pk", flat=True))
    trips = TripLog.objects.filter(struck_at=None)
    of_year: dict[int, Mapping[str, Any]] = {
        row["van"]: row
        for row in trips.filter(day__year=year).order_by().values("van").annotate(days=Count("pk"), way=Sum("km"))
    }
    stops: dict[int, Mapping[str, Any]] = {
        row["trip__van"]: row
        for row in _stops_of_year(year)
        .order_by()
        .values("trip__van")
        .annotate(n=Count("pk"), towns=Count("pk", filter=_IN_TOWN), guests=Sum("people"))
    }
    since = trips.filter(Q(van__odometer_on=None) | Q(day__gt=F("van__odometer_on"))).order_by().values("van")
    further = {row["van"]: row["way"] for row in since.annotate(way=Sum("km"))}
    norms = norms_in_force()
    logs = []
    for venue in found:
        profile: VanProfile | None = getattr(venue, "van_profile", None)
        key = profile.pk if profile else 0
        total = None
        if profile is not None and profile.odometer_km is not None:
            total = profile.odometer_km + further.get(key, Decimal(0))
        logs.append(
            VanLog(
                venue,
                profile,
                of_year.get(key, {}).get("days", 0),
                of_year.get(key, {}).get("way") or Decimal(0),
                stops.get(key, {}).get("n", 0),
                stops.get(key, {}).get("towns", 0),
                stops.get(key, {}).get("guests", 0),
                total,
                is_old(
                    _year_of(venue), None if total is None else float(total), year=today().year,
                    years=norms.replace_years, most_km=norms.replace_km,
                ),
                venue.pk in kept,
            )
        )  # fmt: skip
    return logs


def _year_of(venue: Venue) -> int | None:
    said = str(venue.details.get("in_service_from", ""))
    return int(said) if said.isdigit() else None


def trips_of(profile: VanProfile) -> QuerySet[TripLog]:
    """The log of a van, the newest first."""
    return profile.trips.prefetch_related("stops__region").order_by("-day", "-pk")


def stops_planned(profile: VanProfile, day: date) -> list[TourStop]:
    """Where the plan that was in force sends a van on a day, without what was withdrawn or called off since."""
    plan = plan_in_force(day)
    found = TourStop.objects.filter(van=profile, day=day, plan=plan, wish__state=WishState.OPEN)
    found = found.exclude(session__state=SessionState.CANCELLED)
    return list(found.select_related("wish__region", "plan").order_by("sequence"))


def plans_in_force(month: date) -> dict[date, TourPlan]:
    """Day → the plan that vans follow on it: one that was made or published later says nothing of it."""
    public = list(TourPlan.objects.filter(month=month, published_at__isnull=False).order_by("published_at", "pk"))
    found: dict[date, TourPlan] = {}
    for day in days_of_month(month):
        for plan in public:
            asked, published = timezone.localdate(plan.asked_at), timezone.localdate(plan.published_at)
            if day not in found or (asked < day and published <= day):
                found[day] = plan
    return found


def plan_in_force(day: date) -> TourPlan | None:
    """The plan that vans follow on a day; None where none of its month is public."""
    return plans_in_force(month_of(day)).get(day)


def sessions_held(trip: TripLog) -> list[int]:
    """Sessions of orders that a trip held."""
    facts = {fact for stop in trip.stops.all() for fact in stop.facts}
    held = Session.objects.filter(tour_stop__van=trip.van, day=trip.day, state=SessionState.DONE)
    return [one.pk for one in held.order_by("pk") if facts & set(one.facts)]


def visits_made(month: date) -> dict[int, tuple[int, date]]:
    """How often vans stood at each wish in a month so far, and when they did last.

    By their logs; a day that nobody logged yet went as the plan that was in force says.
    """
    stops = TripStop.objects.filter(trip__struck_at=None, trip__day__gte=month, trip__day__lt=next_month(month))
    days = list(stops.exclude(wish=None).values_list("wish", "trip__day"))
    logged = set(TripLog.objects.filter(struck_at=None, day__gte=month).values_list("van", "day"))
    plans = plans_in_force(month)
    planned = TourStop.objects.filter(plan__in={one.pk for one in plans.values()}, day__lte=today())
    for stop in planned.select_related("session", "wish"):
        if plans[stop.day].pk == stop.plan_id and (stop.van_id, stop.day) not in logged:
            days += [] if stop.is_called_off else [(stop.wish_id, stop.day)]
    counts, last = Counter(wish for wish, _day in days), dict(sorted(days))
    return {wish: (count, last[wish]) for wish, count in counts.items()}
