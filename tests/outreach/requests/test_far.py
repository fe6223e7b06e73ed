"""Nobody is sent to two places on one day that are too far apart: in a ranking, in an offer, at the yes, in a round."""

from datetime import timedelta

import pytest

from kepu.foundation.codes.models import Parameter
from kepu.outreach.requests.choices import OfferState, RoundState, Unmet
from kepu.outreach.requests.errors import OfferUnfit
from kepu.outreach.requests.models import Offer, Session
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.services import (
    RoundTerms,
    accept_offer,
    move_session,
    open_round,
    run_round,
    solve_again,
    wish,
)
from kepu.outreach.venues.queries.centres import region_centres
from tests.factories import RegionFactory
from tests.outreach.requests.worlds import ANY_TIME, day
from tests.outreach.venues.factories import at, point, venue

pytestmark = pytest.mark.django_db

NEAR, FAR = (120.39, 36.06), (120.53, 36.89)
"""Ninety kilometres apart."""


@pytest.fixture
def apart(world):
    """The two districts of the world, each with a village."""
    point(*NEAR, region=world.district)
    point(*FAR, region=world.elsewhere)
    return world


def most_km(value):
    found = Parameter.objects.filter(name="requests.most_km_a_day")
    assert found.update(override=value, is_overridden=True)


def there(world, number=2, **more):
    """Wanted in the other district, on the third day."""
    given = {"earliest": day(3), "latest": day(3), "region": world.elsewhere, "contact_phone": f"1390000{number:04d}"}
    return world.order(topic=f"台风来了怎么办 {number}", **(given | more))


def session(world, capacity, days=3, **more):
    offer = world.offer(world.order(**more), capacity, days=days)
    return accept_offer(offer.pk, actor=capacity.person)


def test_on_a_day_on_which_somebody_goes_far_away_nothing_is_proposed(apart):
    capacity = apart.expert()
    session(apart, capacity)
    assert rank_order(there(apart)).rule == Unmet.TIME
    later = rank_order(there(apart, 3, latest=day(4))).bundles[0]
    assert (later.day, later.capacity) == (day(4), capacity)


def test_nor_is_it_offered(apart):
    capacity = apart.expert()
    session(apart, capacity)
    with pytest.raises(OfferUnfit, match="相距超过 60 公里") as refused:
        apart.offer(there(apart), capacity, part="p")
    assert refused.value.data["rule"] == Unmet.TIME


def test_an_offer_that_waits_counts_as_a_trip(apart):
    capacity = apart.expert()
    apart.offer(apart.order(), capacity)
    assert rank_order(there(apart)).rule == Unmet.TIME


def test_near_places_and_what_is_held_online_are_not_far(apart):
    capacity = apart.expert()
    session(apart, capacity)
    near = there(apart, 3, region=apart.district)
    assert rank_order(near).bundles[0].part == "p"
    online = there(apart, 4, is_online=True, place="")
    assert rank_order(online).bundles[0].part == "p"


def test_what_is_held_online_sends_nobody_anywhere(apart):
    capacity = apart.expert()
    session(apart, capacity, is_online=True, place="")
    assert rank_order(there(apart)).bundles[0].day == day(3)


def test_the_city_sets_the_limit_or_none(apart):
    capacity = apart.expert()
    session(apart, capacity)
    order = there(apart)
    most_km(100)
    assert rank_order(order).bundles
    most_km(60)
    assert not rank_order(order).bundles
    most_km(None)
    assert rank_order(order).bundles


def test_of_a_place_without_coordinates_nothing_is_said(world):
    point(*NEAR, region=world.district)
    capacity = world.expert()
    session(world, capacity)
    assert rank_order(there(world)).bundles[0].day == day(3)


def test_a_town_without_a_point_lies_where_its_district_lies_and_never_far_within_it(apart):
    near_town = RegionFactory(code="370202001", name="示例街道", parent=apart.district)
    far_town = RegionFactory(code="370211001", name="示例镇", parent=apart.elsewhere)
    capacity = apart.expert()
    session(apart, capacity, region=near_town)
    assert rank_order(there(apart, region=far_town)).rule == Unmet.TIME
    assert rank_order(there(apart, 3, region=apart.district)).bundles


def test_the_whole_city_is_nowhere(apart):
    capacity = apart.expert()
    session(apart, capacity, region=apart.city)
    assert rank_order(there(apart)).bundles[0].day == day(3)


def test_at_the_yes_it_is_looked_at_once_more(apart):
    capacity = apart.expert()
    other = session(apart, capacity, earliest=day(5), latest=day(5), days=5)
    offer = apart.offer(there(apart), capacity)
    back = day(3) - day(5) + timedelta(hours=5)
    move_session(other.pk, starts_at=other.starts_at + back, ends_at=other.ends_at + back, actor=apart.office)
    with pytest.raises(OfferUnfit, match="一天去不了两处"):
        accept_offer(offer.pk, actor=capacity.person)
    assert Offer.objects.get(pk=offer.pk).state == OfferState.OFFERED
    most_km(None)
    assert accept_offer(offer.pk, actor=capacity.person).day == day(3)


def solved(world):
    made = open_round(day(3), day(3), RoundTerms(), actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    return made


def test_a_round_sends_nobody_to_both_ends_of_the_city_on_one_day(apart):
    apart.expert()
    here = there(apart, 1, region=apart.district, half_days=ANY_TIME)
    far = there(apart, 2, half_days=ANY_TIME)
    made = solved(apart)
    assert (made.state, made.result["served"]) == (RoundState.SOLVED, 1)
    assert [row["rule"] for row in made.result["unserved"]] == [Unmet.TIME]
    assert "travel" in {row["setting"] for row in made.result["prices"]}
    apart.expert()
    made = solved(apart)
    people = dict(made.matches.values_list("order", "capacity"))
    assert made.result["served"] == 2
    assert people[here.pk] != people[far.pk]


def test_a_round_sees_what_is_planned_already_and_refuses_a_pin_against_it(apart):
    away, free = apart.expert(), apart.expert()
    session(apart, away)
    order = there(apart)
    made = solved(apart)
    assert [one.capacity for one in made.matches.all()] == [free]
    wish(made.pk, order.pk, away.pk, "pin", day=day(3), part="p", actor=apart.office)
    solve_again(made.pk, actor=apart.office)
    run_round(made.pk)
    made.refresh_from_db()
    assert (made.state, Session.objects.count()) == (RoundState.FAILED, 1)


def test_without_a_limit_a_round_does_not_look(apart):
    apart.expert()
    there(apart, 1, region=apart.district, half_days=ANY_TIME)
    there(apart, 2, half_days=ANY_TIME)
    most_km(None)
    assert solved(apart).result["served"] == 2


def test_the_middle_of_a_region_is_where_its_people_live_and_else_where_its_venues_stand(world):
    town = RegionFactory(code="370202001", name="示例街道", parent=world.district)
    point(120.0, 36.0, people=3000, region=town)
    point(120.4, 36.0, people=1000, region=world.district)
    venue(region=world.district, **at(119.0, 35.0))
    venue(region=world.elsewhere, **at(120.2, 35.9))
    paths = [world.district.path, town.path, world.elsewhere.path, world.city.path + "9/"]
    found = region_centres(paths)
    assert found == {
        world.district.path: pytest.approx((120.1, 36.0)), town.path: pytest.approx((120.0, 36.0)),
        world.elsewhere.path: pytest.approx((120.2, 35.9)),
    }  # fmt: skip


def test_centres_are_read_in_two_statements_however_many(world, django_assert_num_queries):
    point(*NEAR, region=world.district)
    towns = [RegionFactory(code=f"37020200{n}", name=f"示例{n}街道", parent=world.district) for n in range(1, 6)]
    paths = [world.district.path, world.elsewhere.path, *(one.path for one in towns)]
    with django_assert_num_queries(2):
        assert list(region_centres(paths)) == [world.district.path]
