"""An order that a van serves: its session is planned, moved, called off, held by the log, and given back by it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.notices.models import Notice
from kepu.foundation.audit.models import AuditEntry
from kepu.ledger.services import load_indicators
from kepu.outreach.requests.errors import SessionUnfit
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.services import (
    cancel_order,
    cancel_session,
    check_in_session,
    move_session,
    rate_session,
)
from kepu.outreach.tours.choices import WishState
from kepu.outreach.tours.models import TourStop, TourWish
from kepu.outreach.tours.queries.vans import stops_planned
from kepu.outreach.tours.services import StopWords, log_trip, strike_trip, withdraw_wish
from tests.outreach.tours.worlds import seat

pytestmark = pytest.mark.django_db


def test_a_stop_for_an_order_is_its_session_and_the_log_holds_it(world, order, settings):
    load_indicators(actor=None)
    plan = world.published()
    order.refresh_from_db()
    session = order.sessions.get()
    stop = plan.stops.get()
    assert (order.state, stop.session, session.provider, session.body) == ("planned", session, None, world.keeper)
    settings.KEPU_DEMONSTRATION_DAY = stop.day
    words = StopWords(world.near, "示例小学操场", 88, stop.wish_id)
    trip = log_trip(world.van.pk, stop.day, Decimal(30), [words], actor=world.office)
    session.refresh_from_db()
    order.refresh_from_db()
    assert (order.state, session.state, session.came) == ("done", "done", 88)
    assert session.facts == trip.stops.get().facts


def test_a_session_stays_where_the_plan_stays_and_goes_with_the_wish(world, order):
    world.published()
    session = order.sessions.get()
    again = world.published()
    assert again.stops.get().session == session
    withdraw_wish(order.tour_wish.pk, "车坏了", actor=world.office)
    session.refresh_from_db()
    order.refresh_from_db()
    assert (order.state, session.state) == ("open", "cancelled")


def held(world, order, settings, people=88):
    """The trip that holds the order's session, on its day."""
    stop = TourStop.objects.get(session__in=order.sessions.all())
    settings.KEPU_DEMONSTRATION_DAY = stop.day
    words = [StopWords(world.near, "示例小学操场", people, stop.wish_id)]
    return log_trip(world.van.pk, stop.day, Decimal(30), words, actor=world.office)


def test_who_asked_checks_no_van_in_and_nobody_moves_it(world, village, order, settings):
    world.published()
    session = order.sessions.get()
    settings.KEPU_DEMONSTRATION_DAY = session.day
    for person in (village.teacher, world.office):
        page = seat(person).get(reverse("requests:session", args=[session.pk])).content.decode()
        assert "session" in page
        assert "来了，签到" not in page
        assert "改到这个时间" not in page
    with pytest.raises(SessionUnfit, match="不用签到"):
        check_in_session(session.pk, people=20, code="000000", actor=village.teacher)
    times = {"starts_at": session.starts_at + timedelta(days=1), "ends_at": session.ends_at + timedelta(days=1)}
    with pytest.raises(SessionUnfit, match="重排"):
        move_session(session.pk, **times, actor=world.office)


def test_a_struck_trip_gives_the_session_back_and_the_next_entry_holds_it(world, village, order, settings):
    load_indicators(actor=None)
    world.published()
    trip, session = held(world, order, settings), order.sessions.get()
    rate_session(session.pk, mark="good", actor=village.teacher)
    order.refresh_from_db()
    assert (order.state, order.settled_at is None) == ("rated", False)

    strike_trip(trip.pk, "人数记错了", actor=world.office)
    session.refresh_from_db()
    order.refresh_from_db()
    assert (session.state, session.came, session.check_in, session.facts) == ("planned", None, "", [])
    assert (order.state, order.settled_at) == ("planned", None)
    assert order.steps.last().get_kind_display() == "冲正"
    assert AuditEntry.objects.filter(action="requests.session.taken_back").count() == 1

    again = held(world, order, settings, people=66)
    session.refresh_from_db()
    order.refresh_from_db()
    assert (session.state, session.came, session.facts) == ("done", 66, again.stops.get().facts)
    assert (order.state, session.ratings.count()) == ("rated", 1)  # what was said stays


def test_a_struck_trip_of_an_order_that_is_over_leaves_it_over(world, village, order, settings):
    load_indicators(actor=None)
    Order.objects.filter(pk=order.pk).update(visits=2)
    world.published()
    trip = held(world, order, settings)
    cancel_order(order.pk, "够了", actor=village.teacher)
    strike_trip(trip.pk, "没有去", actor=world.office)
    order.refresh_from_db()
    session = order.sessions.get()
    assert (order.state, session.state, session.reason) == ("cancelled", "cancelled", "没有去")


def test_planning_again_moves_the_session_and_tells_once(world, village, order):
    world.published()
    session, wish = order.sessions.get(), order.tour_wish
    before = (session.starts_at, session.sequence)
    TourWish.objects.filter(pk=wish.pk).update(half_days=["4p"])
    notices = Notice.objects.filter(person=village.teacher)
    known = set(notices.values_list("pk", flat=True))
    plan = world.published()
    session.refresh_from_db()
    assert (order.sessions.get(), plan.stops.get().session, session.state) == (session, session, "planned")
    assert (session.starts_at, session.sequence) != before
    assert session.starts_at.isoweekday() == 4
    assert list(notices.exclude(pk__in=known).values_list("kind", flat=True)) == ["tours.visit"]

    TourWish.objects.filter(pk=wish.pk).update(exhibits=["没有的展品"])
    known = set(notices.values_list("pk", flat=True))
    world.published()
    session.refresh_from_db()
    order.refresh_from_db()
    assert (session.state, order.state) == ("cancelled", "open")
    (told,) = notices.exclude(pk__in=known)
    assert told.title == "大篷车 2024-10 不来示例小学操场"


def test_a_session_called_off_is_no_stop_any_more(world, order, settings):
    load_indicators(actor=None)
    plan = world.published()
    session = order.sessions.get()
    cancel_session(session.pk, "台风", actor=world.office)
    assert "取消了" in Client().get(reverse("tours:public")).content.decode()
    assert stops_planned(world.van, plan.stops.get().day) == []


def test_a_liaison_withdraws_what_became_of_an_order(world, village, order):
    world.published()
    withdraw_wish(order.tour_wish.pk, "不办了", actor=world.liaison)
    order.refresh_from_db()
    assert (order.sessions.get().state, order.state) == ("cancelled", "open")
    assert Notice.objects.filter(person=village.teacher, title__startswith="取消了").count() == 1


def test_a_day_is_logged_by_the_plan_that_was_in_force(world, order, settings):
    load_indicators(actor=None)
    world.wish(place="示例村", at_most=3)
    plan = world.published()
    stop = plan.stops.get(session__in=order.sessions.all())
    settings.KEPU_DEMONSTRATION_DAY = stop.day + timedelta(days=1)
    newer = world.published()
    assert not newer.stops.filter(day__lte=stop.day).exists()
    assert not newer.stops.filter(wish=stop.wish).exists()  # nobody logged it yet, but the van was there
    assert [one.plan for one in stops_planned(world.van, stop.day) if one == stop] == [plan]
    words = [StopWords(world.near, "示例小学操场", 40, stop.wish_id)]
    log_trip(world.van.pk, stop.day, Decimal(30), words, actor=world.office)
    assert order.sessions.get(pk=stop.session_id).state == "done"


def test_an_order_that_is_called_off_takes_its_wish_along(world, village, order):
    world.published()
    cancel_order(order.pk, "不办了", actor=village.teacher)
    wish = TourWish.objects.get(order=order)
    assert (wish.state, order.sessions.get().state) == (WishState.WITHDRAWN, "cancelled")
