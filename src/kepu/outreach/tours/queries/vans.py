"""Vans, their profiles and their logs of a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.tours.choices import VAN
from kepu.outreach.tours.models import TourStop, TripLog, TripStop, VanProfile
from kepu.outreach.tours.rules import is_old
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries import venues_kept_by

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
        for row in TripStop.objects.filter(trip__struck_at=None, trip__day__year=year)
        .order_by()
        .values("trip__van")
        .annotate(n=Count("pk"), guests=Sum("people"))
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
    """Where the published plan sends a van on a day, without what was withdrawn since."""
    found = TourStop.objects.filter(van=profile, day=day, plan__state="published", wish__state="open")
    return list(found.select_related("wish__region", "plan").order_by("sequence"))
