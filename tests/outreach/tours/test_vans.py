"""Vans: their profile, their log as facts, their year against the norm, and which is old."""

import uuid
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from kepu.foundation.errors import NotAllowed
from kepu.ledger.models import Fact
from kepu.ledger.services import load_indicators
from kepu.outreach.tours.errors import TourMoved, TourUnfit
from kepu.outreach.tours.models import TripLog, TripStop, VanProfile
from kepu.outreach.tours.services import StopWords, VanWords, keep_van, log_trip, strike_trip, use_of_year
from kepu.outreach.venues.models import Venue
from tests.factories import PersonFactory, RegionFactory
from tests.outreach.tours.worlds import DAY
from tests.outreach.venues.factories import venue

pytestmark = pytest.mark.django_db
PLAIN = VanWords(time(8), time(18), [1, 2, 3, 4, 5])


@pytest.fixture(autouse=True)
def _indicators():
    load_indicators(actor=None)


def log(world, *, day=DAY, km="80", people=(120, 60), actor=None, **more) -> TripLog:
    stops = [StopWords(world.near, f"示例村 {number}", count) for number, count in enumerate(people)]
    return log_trip(world.van.pk, day, Decimal(km), stops, actor=actor or world.office, **more)


def total(code: str) -> int:
    return int(Fact.objects.filter(indicator__code=code).aggregate(n=Sum("quantity"))["n"] or 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends": time(7)}, "ends"), ({"weekdays": []}, "weekdays"), ({"weekdays": [8]}, "weekdays"),
        ({"most_exhibits": 0}, "most_exhibits"), ({"odometer_km": 5}, "odometer_on"),
        ({"odometer_km": 5, "odometer_on": DAY + timedelta(days=1)}, "odometer_on"),
        ({"exhibits": [str(number) for number in range(61)]}, "exhibits"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_is_refused(world, given, field):
    plain: dict[str, Any] = {"starts": time(8), "ends": time(18), "weekdays": [1]}
    with pytest.raises(TourUnfit) as refused:
        keep_van(world.van.venue_id, VanWords(**(plain | given)), actor=world.office)
    assert refused.value.data["field"] == field


def test_a_van_without_coordinates_or_that_is_no_van_gets_no_profile(world):
    nowhere = venue("van", keeper=world.keeper, actor=world.office, region=world.district)
    with pytest.raises(TourUnfit, match="还没有坐标"):
        keep_van(nowhere.pk, PLAIN, actor=world.office)
    museum = venue("museum", keeper=world.keeper, actor=world.office, region=world.district)
    with pytest.raises(Venue.DoesNotExist):
        keep_van(museum.pk, PLAIN, actor=world.office)


def test_only_who_keeps_a_van_keeps_its_profile_and_log(world):
    keeper = PersonFactory(role="liaison", organisation=world.keeper)
    for actor in (world.office, world.officer, keeper):
        keep_van(world.van.venue_id, PLAIN, actor=actor)
        strike_trip(log(world, actor=actor).pk, "记错了", actor=actor)
    trip = log(world)
    for actor in (world.liaison, world.auditor, PersonFactory()):
        with pytest.raises(NotAllowed):
            keep_van(world.van.venue_id, PLAIN, actor=actor)
        with pytest.raises(NotAllowed):
            log(world, day=DAY - timedelta(days=1), actor=actor)
        with pytest.raises(NotAllowed):
            strike_trip(trip.pk, "记错了", actor=actor)


def test_every_stop_and_who_came_are_facts_once(world):
    key = uuid.uuid4()
    trip = log(world, key=key)
    assert log(world, key=key) == trip  # the same form again
    assert (total("van_trips"), total("van_visits")) == (2, 180)
    assert set(Fact.objects.values_list("organisation", "region", "occurred_on")) == {
        (world.keeper.pk, world.near.pk, DAY)
    }
    with pytest.raises(TourUnfit, match="已经登记过"):
        log(world)
    assert (TripLog.objects.count(), Fact.objects.count()) == (1, 4)


def test_a_struck_trip_is_reversed_and_can_be_logged_again(world):
    trip = log(world)
    strike_trip(trip.pk, "人数记错了", actor=world.office)
    assert (total("van_trips"), total("van_visits")) == (0, 0)
    with pytest.raises(TourMoved):
        strike_trip(trip.pk, "人数记错了", actor=world.office)
    log(world, people=(30,))
    assert (total("van_trips"), total("van_visits")) == (1, 30)
    with pytest.raises(TourUnfit):
        strike_trip(TripLog.objects.get(struck_at=None).pk, " ", actor=world.office)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": DAY + timedelta(days=1)}, "day"), ({"km": "0"}, "km"), ({"km": "2001"}, "km"), ({"people": ()}, "people"),
        ({"people": (0,)}, "people"), ({"exhibits": -1}, "exhibits"),
    ],
)  # fmt: skip
def test_a_trip_that_cannot_be_is_refused(world, given, field):
    with pytest.raises(TourUnfit) as refused:
        log(world, **given)
    assert refused.value.data["field"] == field
    assert not Fact.objects.exists()


def test_a_year_is_held_against_the_norm_by_the_better_of_days_and_kilometres(world):
    idle = world.another_van("示例大篷车 2 号")
    for number in range(3):
        log(world, day=DAY - timedelta(days=number), km="400")
    use = use_of_year(2024, actor=world.office)
    assert use.span_days == 260
    by_van = {one.log.venue.pk: one for one in use.vans}
    mine = by_van[world.van.venue_id]
    assert (mine.log.days_out, mine.log.km, mine.log.stops, mine.log.people) == (3, 1200, 6, 540)
    assert mine.percent == round(100 * 1200 / (10_000 * 260 / 365))
    assert by_van[idle.venue_id].percent == 0


def test_a_year_says_which_share_is_in_towns_and_how_fairly_townships_are_served(world):
    idle = world.another_van("示例大篷车 2 号")
    assert use_of_year(2024, actor=world.office).gini is None
    town = RegionFactory(code="370214101", name="示例镇", parent=world.district)
    village = RegionFactory(code="370214101201", name="示例村", parent=town)
    assert world.far
    stops = [StopWords(where, "示例", 30) for where in (world.near, town, village, world.district)]
    log_trip(world.van.pk, DAY, Decimal(80), stops, actor=world.office)
    strike_trip(log(world, day=DAY - timedelta(days=1)).pk, "没有去", actor=world.office)
    use = use_of_year(2024, actor=world.office)
    shares = {one.log.venue.pk: one.town_percent for one in use.vans}
    assert shares == {world.van.venue_id: 50, idle.venue_id: None}
    assert (use.townships, use.reached) == (3, 2)
    assert use.gini == pytest.approx(4 / 9)  # 0, 1 and 2 visits


@pytest.mark.parametrize(
    ("year", "km", "old"),
    [(2014, 0, False), (2013, 0, True), (None, 99_899, False), (None, 99_900, True)],
)
def test_a_van_may_be_replaced_after_more_than_ten_years_or_at_100_000_km(world, year, km, old):
    words = VanWords(time(8), time(18), [1], odometer_km=km, odometer_on=DAY - timedelta(days=2))
    keep_van(world.van.venue_id, words, actor=world.office)
    Venue.objects.filter(pk=world.van.venue_id).update(details={"in_service_from": year} if year else {})
    log(world, km="100", day=DAY)
    log(world, km="500", day=DAY - timedelta(days=2))  # the odometer knows of it
    (van,) = use_of_year(2024, actor=world.office).vans
    assert van.log.total_km == km + 100
    assert van.log.is_old is old


def test_the_database_holds_what_vans_and_trips_may_be(world):
    trip = log(world)
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (VanProfile, {"ends": time(7)}), (VanProfile, {"weekdays": []}), (VanProfile, {"weekdays": [8]}),
        (VanProfile, {"odometer_km": 5}), (TripLog, {"km": -1}), (TripStop, {"people": 0}),
    ]  # fmt: skip
    for model, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**values)
    with pytest.raises(IntegrityError, match="trip_once_a_day"), transaction.atomic():
        TripLog.objects.create(van=trip.van, day=date(2024, 9, 16), km=1, recorded_by=world.office)
