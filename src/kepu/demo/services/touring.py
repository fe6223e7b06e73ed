"""Tell the example's vans: where they are asked to come, and a month that was planned, published and driven so far."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.services.volunteering import instant
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person, Region
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.errors import SolversMissing
from kepu.outreach.tours.models import TourPlan, TourWish, VanProfile
from kepu.outreach.tours.queries.vans import vans
from kepu.outreach.tours.services import (
    StopWords,
    TourTerms,
    VanWords,
    WishWords,
    add_wish,
    ask_plan,
    keep_van,
    log_trip,
    publish_plan,
    run_plan,
)
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.services import VenueWords, change_venue

_ASKED_BEFORE, _PLANNED_BEFORE = timedelta(days=20), timedelta(days=6)
"""How long before the month wishes came in, and it was planned."""
_WISHED_FOR = timedelta(days=120)
_EVENING = time(18)


@transaction.atomic
def load_tours(given: Mapping[str, Any]) -> int:
    """Load the made-up tours of an example; a site that has any is left as it is.

    Args:
        given: the file `tours.toml`.

    Returns:
        How many wishes were written down.
    """
    if not settings.KEPU_IS_DEMONSTRATION or TourWish.objects.exists() or VanProfile.objects.exists():
        return 0
    office, today = demonstration_person(Role.LEADING_OFFICE), clock.today()
    month = today.replace(day=1)
    with clock.fixed(month - _ASKED_BEFORE):
        known = list(vans().filter(is_demonstration=True).order_by("pk"))
        profiles = [_van(venue, row, office) for venue, row in zip(known, given["van"], strict=False)]
        for row in given["wish"]:
            _wish(row, month)
    if profiles:
        try:
            with transaction.atomic():
                plan = _plan(given, profiles, month, office)
        except (SolversMissing, CalendarUnknown):
            return len(given["wish"])
        _drive(plan, Random(given["seed"]), today, office)  # noqa: S311 a demonstration is not a secret
    return len(given["wish"])


def _van(venue: Venue, row: Mapping[str, Any], office: Person) -> VanProfile:
    said = VenueWords(**{one.name: getattr(venue, one.name) for one in fields(VenueWords)})
    longitude, latitude = (Decimal(str(one)) for one in row["at"])
    home = replace(
        said, longitude=longitude, latitude=latitude, coordinate_source="made_up", access=tuple(said.access),
        details={**said.details, "in_service_from": row["in_service_from"]},
    )  # fmt: skip
    change_venue(venue.pk, home, actor=office, is_checked=True)
    words = VanWords(
        time(8), time(18), [1, 2, 3, 4, 5], exhibits=row["exhibits"], most_exhibits=row["most_exhibits"],
        odometer_km=row["odometer_km"], odometer_on=clock.today(),
    )  # fmt: skip
    return keep_van(venue.pk, words, actor=office)


def _wish(row: Mapping[str, Any], month: date) -> TourWish:
    region = Region.objects.select_related("parent").get(code=row["region"])
    longitude, latitude = (Decimal(str(one)) for one in row["at"])
    words = WishWords(
        place=row["place"], region=region, longitude=longitude, latitude=latitude, since=month,
        until=month + _WISHED_FOR, half_days=row.get("half_days", ()), at_least=row.get("at_least", 0),
        at_most=row.get("at_most", 1), exhibits=row.get("exhibits", ()), people=row["people"], is_checked=True,
    )  # fmt: skip
    return add_wish(words, actor=demonstration_person(Role.DISTRICT_OFFICER, region=region.parent))


def _plan(given: Mapping[str, Any], profiles: list[VanProfile], month: date, office: Person) -> TourPlan:
    terms = TourTerms(iterations=given["iterations"], rounds=given["rounds"], seed=given["seed"] % 1000)
    with clock.fixed(month - _PLANNED_BEFORE):
        plan = ask_plan(month, [one.pk for one in profiles], terms, actor=office)
        run_plan(plan.pk)
        return publish_plan(plan.pk, actor=office)


def _drive(plan: TourPlan, chance: Random, today: date, office: Person) -> None:
    """Log the days of the plan that are over; about as many come as were announced, and the way is a little longer."""
    plan.refresh_from_db()
    stops = plan.stops.filter(day__lt=today).select_related("wish__region", "van").order_by("day", "van", "sequence")
    metres = {(row["van"], row["day"]): row["metres"] for row in plan.result["days"]}
    for (day, van), group in groupby(stops, key=lambda stop: (stop.day, stop.van_id)):
        words = [
            StopWords(
                stop.wish.region, stop.wish.place, round(stop.wish.people * chance.uniform(0.7, 1.3)), stop.wish_id
            )
            for stop in group
        ]
        km = Decimal(metres[van, day.isoformat()]) / 1000 * Decimal(str(round(chance.uniform(1, 1.15), 2)))
        with clock.fixed(instant(day, _EVENING)):
            log_trip(van, day, km.quantize(Decimal("0.1")), words, exhibits=chance.randrange(2, 5), actor=office)
