"""Rooms that are lent: near, large enough, open and free; one visit at a time; their keepers are told."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from kepu.directory.todos.models import Todo
from kepu.foundation.errors import NotAllowed
from kepu.outreach.requests.choices import Unmet
from kepu.outreach.requests.errors import OfferUnfit, OrderUnfit, SessionUnfit
from kepu.outreach.requests.models import Offer, Order, RoundMatch, Session
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.services import (
    RoundTerms,
    accept_offer,
    apply_round,
    ask_order,
    cancel_session,
    check_in_session,
    decline_offer,
    move_session,
    open_round,
    run_round,
    send_round,
    solve_again,
    wish,
)
from kepu.outreach.venues.models import OpeningHours, OpeningTable
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import day
from tests.outreach.venues.factories import venue

pytestmark = pytest.mark.django_db


def room(world, name="示例社区活动室", *, seats=60, opens=time(8), closes=time(18), region=None, **more):
    made = venue(
        name=name, keeper=more.pop("keeper", None) or OrganisationFactory(name=f"{name}管理单位", region=world.district),
        region=region or world.district, address="示例路 1 号", capacity=seats, is_lent=True, **more,
    )  # fmt: skip
    table = OpeningTable.objects.create(venue=made, valid_from=day(-30))
    OpeningHours.objects.bulk_create(
        OpeningHours(table=table, weekday=weekday, opens=opens, closes=closes) for weekday in range(7)
    )
    return made


def homeless(world, number=1, **more):
    given = {"place": "", "needs_room": True, "topic": f"台风来了怎么办 {number}", "contact_phone": f"139{number:08d}"}
    return world.order(**(given | more))


def test_the_nearest_room_that_is_large_enough_and_open_is_named(world):
    town = RegionFactory(code="370202001", name="示例街道", parent=world.district)
    room(world, "远处的大厅", region=world.elsewhere)
    room(world, "坐不下的小屋", seats=20)
    room(world, "同区的大厅", seats=90)
    best = room(world, "同街道的大厅", seats=200, region=town)
    world.expert()
    bundle = rank_order(homeless(world, region=town)).bundles[0]
    assert bundle.room.id == best.pk
    assert "在同街道的大厅，坐得下 200 人" in bundle.reasons


@pytest.mark.parametrize(
    "more",
    [{"seats": 45}, {"opens": time(10)}, {"closes": time(10, 30)}, {"public": False}],
    ids=["46 into 45", "opens late", "shuts early", "not published"],
)
def test_who_cannot_be_housed_is_told_so(world, more):
    given = {"opens": time(8), "closes": time(12)} | more
    room(world, **given)
    world.expert()
    assert rank_order(homeless(world)).rule == Unmet.ROOM


def test_a_room_whose_hours_nobody_registered_is_not_lent(world):
    room(world)
    OpeningTable.objects.all().delete()
    world.expert()
    assert rank_order(homeless(world)).rule == Unmet.ROOM


def test_a_place_of_ones_own_asks_for_no_room(world):
    world.expert()
    bundle = rank_order(world.order()).bundles[0]
    assert bundle.room is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place": "示例礼堂", "needs_room": True}, "place"),
        ({"place": "", "needs_room": True, "is_online": True}, "needs_room"),
        ({"place": "", "needs_room": False}, "place"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(world, more, field):
    with pytest.raises(OrderUnfit) as refused:
        ask_order(world.words(**more), actor=world.teacher, text_digest=text_digest())
    assert refused.value.data["field"] == field


def test_one_room_holds_one_visit_a_half_day(world):
    only = room(world, closes=time(12))
    first, second = world.expert(), world.expert()
    one, other = homeless(world, 1), homeless(world, 2)
    offer = world.offer(one, first)
    assert offer.venue == only
    with pytest.raises(OfferUnfit, match="半天"):
        world.offer(other, second)
    assert world.offer(other, second, days=4).venue == only
    decline_offer(offer.pk, "那天出差", actor=first.person)
    assert Offer.objects.filter(state="offered", venue=only).count() == 2


def test_the_database_itself_lets_nobody_into_a_taken_room(world):
    room(world)
    session = accept_offer(world.offer(homeless(world), world.expert()).pk, actor=Offer.objects.get().capacity.person)
    twin = Session.objects.get(pk=session.pk)
    twin.pk, twin.provider, twin.uid = None, PersonFactory(), "6a1b52e6-7f0e-4f7e-9a51-9a7c3e1d2b41"
    with pytest.raises(IntegrityError, match="session_one_in_a_room"), transaction.atomic():
        twin.save()


def planned(world):
    expert = world.expert()
    offer = world.offer(homeless(world), expert)
    return accept_offer(offer.pk, actor=expert.person)


def test_the_keeper_is_told_and_can_call_it_off(world, client):
    hall = room(world)
    keeper = PersonFactory(role="liaison", organisation=hall.keeper)
    session = planned(world)
    assert (session.venue, session.place) == (hall, "示例社区活动室（示例路 1 号）")
    assert "借出场地：示例社区活动室" in Todo.objects.get(key=f"requests.room:{session.pk}").title
    client.force_login(keeper)
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert "取消这一场" in page
    assert "13900000001" not in page
    with pytest.raises(NotAllowed):
        check_in_session(session.pk, people=3, actor=keeper)
    cancel_session(session.pk, "那天停电", actor=keeper)
    assert not Todo.objects.filter(key=f"requests.room:{session.pk}", closed_on=None).exists()
    assert Order.objects.get().state == "open"


def test_moved_to_another_place_the_room_is_given_back(world):
    hall = room(world, closes=time(12))
    session = planned(world)
    starts = timezone.localtime(session.starts_at) + timedelta(hours=6)
    with pytest.raises(SessionUnfit, match="借的场地") as refused:
        move_session(session.pk, starts_at=starts, ends_at=starts + timedelta(hours=1), actor=world.office)
    assert refused.value.data["field"] == "starts_at"
    moved = move_session(
        session.pk, starts_at=session.starts_at + timedelta(days=1), ends_at=session.ends_at + timedelta(days=1),
        actor=world.office,
    )  # fmt: skip
    assert moved.venue == hall
    moved = move_session(
        session.pk, starts_at=starts, ends_at=starts + timedelta(hours=1), place="示例礼堂", actor=world.office
    )
    assert (moved.venue, moved.place) == (None, "示例礼堂")
    assert not Todo.objects.filter(key=f"requests.room:{session.pk}", closed_on=None).exists()


def test_in_a_round_the_last_room_goes_to_one_and_the_other_comes_another_day(world):
    hall = room(world, closes=time(12))
    for _ in range(4):
        world.expert(times=["1a"])
    mondays = [number for number in range(1, 22) if day(number).isoweekday() == 1]
    orders = [homeless(world, number) for number in range(1, 5)]
    made = open_round(day(1), day(21), RoundTerms(), actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    assert (made.state, made.result["served"]) == ("solved", len(mondays))
    taken = list(RoundMatch.objects.filter(round=made).values_list("venue", "day", "part"))
    assert len(taken) == len(set(taken)) == len(mondays)
    assert {venue_id for venue_id, _day, _part in taken} == {hall.pk}
    (missing,) = made.result["unserved"]
    assert (missing["missing"], missing["rule"]) == (1, Unmet.ROOM)
    assert made.result["gap"] == pytest.approx(0.25, abs=0.02)  # against what could be without the rule of rooms
    apply_round(made.pk, actor=world.office)
    send_round(made.pk, world.office.pk)
    assert Offer.objects.filter(venue=hall).count() == len(mondays) == len(orders) - 1


def test_who_is_pinned_keeps_the_room(world):
    room(world, closes=time(12))
    first, second = world.expert(), world.expert()
    window = {"earliest": day(3), "latest": day(3)}
    orders = [homeless(world, number, **window) for number in (1, 2)]
    made = open_round(day(1), day(7), RoundTerms(), actor=world.office)
    run_round(made.pk)
    wish(made.pk, orders[1].pk, second.pk, "pin", day=day(3), part="a", actor=world.office)
    wish(made.pk, orders[0].pk, first.pk, "forbid", actor=world.office)
    run_again(made, world)
    assert [one.order for one in made.matches.all()] == [orders[1]]


def run_again(made, world) -> None:
    solve_again(made.pk, actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()


def test_rooms_are_read_in_a_fixed_number_of_statements(world, django_assert_max_num_queries):
    world.expert()
    order = homeless(world)
    for number in range(12):
        room(world, f"示例活动室 {number:02d}")
    with django_assert_max_num_queries(40):
        assert rank_order(order).bundles
