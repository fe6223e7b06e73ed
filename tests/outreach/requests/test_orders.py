"""Orders: asked, refused, sent back, approved, cancelled, counted as unmet."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing
from kepu.directory.privacy.services import erase_person
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import fixed, now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.requests.choices import OrderState, Unmet
from kepu.outreach.requests.errors import OfferMoved, OrderMoved, OrderTwice, OrderUnfit
from kepu.outreach.requests.models import Offer, Order
from kepu.outreach.requests.services import (
    accept_offer,
    approve_order,
    ask_again,
    ask_order,
    cancel_order,
    check_in_session,
    erase_contacts,
    expire_orders,
    mark_unmet,
    reopen_order,
    return_order,
)
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db


def test_a_school_asks_and_the_office_hears_of_it(world):
    order = world.ask()
    assert (order.state, order.seats, order.number[:1]) == (OrderState.ASKED, 46, "D")
    assert Todo.objects.filter(key=f"requests.check:{order.pk}", closed_on=None).count() == 1
    approve_order(order.pk, actor=world.office)
    order.refresh_from_db()
    assert order.state == OrderState.OPEN
    assert not Todo.objects.filter(key=f"requests.check:{order.pk}", closed_on=None).exists()
    assert [step.kind for step in order.steps.all()] == ["asked", "approved"]
    assert "审核通过" in Notice.objects.get(person=world.teacher).title


def test_who_asks_agrees_first(world):
    with pytest.raises(ConsentMissing):
        ask_order(world.words(), actor=world.teacher)


def test_the_office_asks_in_the_name_of_who_agreed_before_and_it_stays_their_order(world):
    with pytest.raises(ConsentMissing):  # the office does not agree for anybody, whatever text it read
        ask_order(world.words(), actor=world.office, asker=world.teacher, text_digest=text_digest())
    with pytest.raises(NotAllowed):
        ask_order(world.words(), actor=PersonFactory(), asker=world.teacher)
    world.ask(topic="台风预警怎么看")

    order = ask_order(world.words(), actor=world.office, asker=world.teacher)

    assert (order.asker, order.acted_by, order.channel) == (world.teacher, world.office, "portal")
    assert approve_order(order.pk, actor=world.office).state == OrderState.OPEN
    with pytest.raises(OrderTwice):
        ask_order(world.words(), actor=world.office, asker=world.teacher)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"earliest": day(-1)}, "earliest"),
        ({"latest": day(0)}, "latest"),
        ({"latest": day(400)}, "latest"),
        ({"people": 0}, "people"),
        ({"people": 1_000_000}, "people"),
        ({"accompanying": -1}, "people"),
        ({"visits": 9}, "visits"),
        ({"topic": "  "}, "topic"),
        ({"place": ""}, "place"),
        ({"form": ""}, "form"),
        ({"form": "séance"}, "form"),
        ({"language": "klingon"}, "language"),
        ({"half_days": ("9z",)}, "half_days"),
        ({"latest": day(1), "visits": 4}, "half_days"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(OrderUnfit) as refused:
        world.ask(**wrong)
    assert refused.value.data["field"] == field


def test_online_needs_no_place(world):
    assert world.ask(is_online=True, place="").place == ""


def test_the_same_is_not_asked_twice_by_a_phone_or_an_account(world):
    first = world.ask()
    with pytest.raises(OrderTwice) as twice:
        world.ask(topic="台风来了 怎么办？", contact_phone="")
    assert twice.value.order_id == first.pk
    with pytest.raises(OrderTwice):
        world.ask(PersonFactory())  # the same phone
    assert world.ask(PersonFactory(), contact_phone="13900000002").pk != first.pk
    cancel_order(first.pk, "不办了", actor=world.teacher)
    assert world.ask().pk != first.pk


def test_a_form_that_is_sent_twice_asks_once(world):
    key = uuid.uuid4()
    given = {"actor": world.teacher, "text_digest": text_digest(), "key": key}
    assert ask_order(world.words(), **given) == ask_order(world.words(), **given)


def test_an_operator_writes_down_who_calls(world):
    given = {"actor": world.office, "channel": "phone"}
    order = ask_order(world.words(body=None, body_name="示例村委会"), **given)
    assert (order.asker, order.acted_by, order.house) == (None, world.office, "示例村委会")
    with pytest.raises(NotAllowed):
        ask_order(world.words(), actor=PersonFactory(), channel="phone")
    with pytest.raises(OrderUnfit, match="联系电话"):
        ask_order(world.words(contact_phone=""), **given)
    with pytest.raises(OrderUnfit, match="哪个单位"):
        ask_order(world.words(body=None, contact_name="", contact_phone="13900000003"), **given)


def test_the_phone_is_not_readable_in_the_database(world):
    order = world.ask()
    with connection.cursor() as cursor:
        cursor.execute("select contact_phone, phone_digest from requests_order where id = %s", [order.pk])
        stored = b"".join(bytes(one) for one in cursor.fetchone())
    assert b"13900000001" not in stored
    assert Order.objects.get(pk=order.pk).contact_phone == "13900000001"


def test_sent_back_and_handed_in_again(world):
    order = world.ask()
    with pytest.raises(OrderUnfit, match="还缺什么"):
        return_order(order.pk, " ", actor=world.office)
    return_order(order.pk, "请写年级", actor=world.officer)
    with pytest.raises(OrderMoved):
        approve_order(order.pk, actor=world.office)
    with pytest.raises(NotAllowed):
        ask_again(order.pk, world.words(), actor=PersonFactory())
    again = ask_again(order.pk, replace(world.words(), level="四年级"), actor=world.teacher)
    assert (again.state, again.level) == (OrderState.ASKED, "四年级")
    approve_order(order.pk, actor=world.officer)
    with pytest.raises(OrderMoved, match="已经在办"):
        ask_again(order.pk, world.words(), actor=world.teacher)


def test_nobody_approves_the_own_order_or_that_of_another_district(world):
    own = world.ask(world.office)
    with pytest.raises(NotAllowed):
        approve_order(own.pk, actor=world.office)
    far = world.ask(PersonFactory(), region=world.elsewhere, contact_phone="13900000004")
    with pytest.raises(NotAllowed):
        approve_order(far.pk, actor=world.officer)


def test_unmet_is_counted_and_taken_up_again(world):
    order = world.order()
    mark_unmet(order.pk, Unmet.SUPPLY, actor=world.office)
    order.refresh_from_db()
    assert (order.state, order.unmet_rule) == (OrderState.UNMET, "supply")
    assert "没能安排" in Notice.objects.filter(person=world.teacher).latest("pk").title
    reopen_order(order.pk, actor=world.office)
    order.refresh_from_db()
    assert (order.state, order.unmet_rule, order.settled_at) == (OrderState.OPEN, "", None)


def test_days_that_ran_out_make_an_order_unmet(world):
    order, planned = world.order(), world.session(contact_phone="13900000009", topic="地震来了怎么办")
    Order.objects.update(earliest=day(-9), latest=day(-1))
    assert expire_orders() == 1
    assert set(Order.objects.values_list("pk", "state")) == {(order.pk, "unmet"), (planned.order_id, "planned")}


def test_contacts_go_after_their_time_and_with_the_person(world):
    order = world.ask(needs="需要手语")
    erase_contacts()
    assert Order.objects.get().contact_name
    cancel_order(order.pk, "不办了", actor=world.teacher)
    Order.objects.update(settled_at=now() - timedelta(days=181))
    assert erase_contacts() == 1
    kept = Order.objects.get()
    assert (kept.contact_name, kept.contact_phone, kept.phone_digest, kept.needs) == ("", None, None, "")

    other = world.ask(needs="轮椅")
    erase_person(world.teacher.pk, actor=world.teacher)
    other.refresh_from_db()
    assert (other.contact_name, other.contact_phone, other.phone_digest, other.needs) == ("", None, None, "")
    assert other.topic


def test_unmet_takes_the_waiting_offer_back(world):
    capacity, order = world.expert(), world.order()
    offer = world.offer(order, capacity)
    mark_unmet(order.pk, Unmet.OTHER, actor=world.office)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    with pytest.raises(OfferMoved):
        accept_offer(offer.pk, actor=capacity.person)
    reopen_order(order.pk, actor=world.office)
    assert not Offer.objects.filter(state="offered").exists()


def test_what_is_planned_or_was_given_is_never_unmet(world):
    session = world.session()
    with pytest.raises(OrderMoved, match="已有排上"):
        mark_unmet(session.order_id, Unmet.OTHER, actor=world.office)


def test_a_session_that_began_is_not_cancelled_with_its_order(world):
    session = world.session()
    with fixed(session.starts_at + timedelta(minutes=5)):
        with pytest.raises(OrderMoved, match="已经开始"):
            cancel_order(session.order_id, "不办了", actor=world.teacher)
        check_in_session(session.pk, people=9, actor=session.provider)
    assert Order.objects.get().state == OrderState.DONE


def test_half_served_orders_are_done_when_their_days_are_over(world):
    session = world.session(visits=2)
    with fixed(session.starts_at + timedelta(minutes=5)):
        check_in_session(session.pk, people=9, actor=session.provider)
    Order.objects.update(earliest=day(-9), latest=day(-1))
    assert expire_orders() == 1
    assert Order.objects.get().state == OrderState.DONE


def test_no_phone_is_kept_for_ever_whatever_became_of_the_order(world):
    world.ask()
    world.session(contact_phone="13900000008", topic="地震来了怎么办")
    Order.objects.update(earliest=day(-300), latest=day(-181))
    assert erase_contacts() == 2
    assert not Order.objects.filter(contact_phone__isnull=False).exists()
