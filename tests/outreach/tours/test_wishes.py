"""Wishes: who adds one, what is refused in words, an order that becomes one, and one that is withdrawn."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.notices.models import Notice
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.outreach.tours.choices import WishState
from kepu.outreach.tours.errors import TourMoved, TourUnfit
from kepu.outreach.tours.models import TourWish
from kepu.outreach.tours.queries.wishes import listed_wishes, orders_for_vans, point_near, wishes_visible_to
from kepu.outreach.tours.services import add_wish, withdraw_wish
from kepu.outreach.venues.errors import VenueUnfit
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.venues.factories import point

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"longitude": None}, "longitude"), ({"latitude": None}, "longitude"), ({"place": " "}, "place"),
        ({"until": date(2024, 9, 1)}, "until"), ({"until": date(2024, 9, 19)}, "until"),
        ({"half_days": ["9z"]}, "half_days"), ({"service_minutes": 0}, "service_minutes"),
        ({"service_minutes": 241}, "service_minutes"), ({"at_most": 0}, "at_most"), ({"at_most": 23}, "at_most"),
        ({"at_least": 2}, "at_least"), ({"gap_days": 0}, "gap_days"), ({"people": -1}, "people"),
        ({"exhibits": ["长" * 41]}, "exhibits"),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_refused(world, given, field):
    with pytest.raises(TourUnfit) as refused:
        world.wish(**given)
    assert refused.value.data["field"] == field
    assert not TourWish.objects.exists()


def test_a_district_is_no_township(world):
    with pytest.raises(TourUnfit, match="选到镇街"):
        world.wish(region=world.district)


@pytest.mark.parametrize(
    ("place", "words"),
    [((36.3, 120.4), "填反"), ((2.3, 48.8), "不在国内"), ((123.5, 35.0), "可能在海里")],
)
def test_coordinates_in_the_sea_or_abroad_are_refused_in_words(world, place, words):
    point(120.40, 36.31, region=world.near)
    given: dict[str, Any] = dict(zip(("longitude", "latitude"), (Decimal(str(one)) for one in place), strict=True))
    with pytest.raises(VenueUnfit, match=words):
        world.wish(**given)


def test_who_may_add_and_withdraw(world):
    for actor in (world.office, world.officer, world.liaison):
        wish = world.wish(actor)
        assert withdraw_wish(wish.pk, "不办了", actor=actor).state == WishState.WITHDRAWN
    stranger = PersonFactory(role="liaison", organisation=OrganisationFactory(region=world.city))
    wish = world.wish()
    for actor in (stranger, world.auditor, PersonFactory()):
        with pytest.raises(NotAllowed):
            world.wish(actor)
        with pytest.raises(NotAllowed):
            withdraw_wish(wish.pk, "不办了", actor=actor)


def test_a_wish_is_withdrawn_once_and_says_why(world):
    wish = world.wish()
    with pytest.raises(TourUnfit):
        withdraw_wish(wish.pk, " ", actor=world.liaison)
    withdraw_wish(wish.pk, "不办了", actor=world.liaison)
    with pytest.raises(TourMoved):
        withdraw_wish(wish.pk, "不办了", actor=world.liaison)
    assert AuditEntry.objects.filter(action="tours.wish.withdrawn").count() == 1


def test_everybody_sees_the_own_wishes(world):
    wish, other = world.wish(), world.wish(world.office, body=None, place="示例村广场")
    assert set(wishes_visible_to(world.office)) == set(wishes_visible_to(world.auditor)) == {wish, other}
    assert set(wishes_visible_to(world.officer)) == {wish, other}
    assert set(wishes_visible_to(world.liaison)) == {wish}
    assert not wishes_visible_to(PersonFactory()).exists()
    assert list(listed_wishes(world.office, words="广场", state="open")) == [other]


def test_an_approved_order_becomes_a_wish_once_and_its_asker_is_told(world, village):
    order = village.order(form="experiment", visits=2)
    lecture, asked = village.order(topic="讲座一场"), village.ask(form="tour", topic="还没有审核")
    assert list(orders_for_vans(world.office)) == [order]
    assert not orders_for_vans(world.officer).exists()
    village_point = point(120.41, 36.32, 900, region=world.near)
    assert point_near(order) == village_point

    words = world.words(people=order.seats, at_most=order.visits)
    for wrong in (lecture, asked):
        with pytest.raises(TourUnfit, match="不能转成巡展需求"):
            add_wish(words, actor=world.office, order_id=wrong.pk)
    wish = add_wish(words, actor=world.office, order_id=order.pk)
    assert (wish.order, wish.asker) == (order, village.teacher)
    with pytest.raises(TourUnfit, match="只能转一次"):
        add_wish(words, actor=world.office, order_id=order.pk)
    world.published()
    assert Notice.objects.filter(person=village.teacher, kind="tours.visit").count() == 1


def test_the_database_holds_what_a_wish_may_be(world):
    wish = world.wish()
    wrong: list[dict[str, Any]] = [
        {"until": date(2024, 9, 1)}, {"at_most": 0}, {"at_least": 5}, {"gap_days": 0}, {"service_minutes": 300},
        {"latitude": 95}, {"state": WishState.WITHDRAWN}, {"reason": "没有撤回"},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            TourWish.objects.filter(pk=wish.pk).update(**values)
