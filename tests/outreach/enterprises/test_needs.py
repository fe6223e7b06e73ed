"""Needs: posted, refused, checked, sent back, ordered for, served, unmet, closed, taken back; contacts that go."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing, NumberUnreadable
from kepu.directory.privacy.models import Consent
from kepu.directory.privacy.services import erase_person
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed, now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import _subscribers
from kepu.outreach.enterprises.choices import NeedState
from kepu.outreach.enterprises.errors import NeedMoved, NeedUnfit
from kepu.outreach.enterprises.events import NeedServed, NeedUnmet
from kepu.outreach.enterprises.models import Need, NeedOrder, NeedStep
from kepu.outreach.enterprises.permissions import needs_visible_to
from kepu.outreach.enterprises.services import (
    change_need,
    check_need,
    close_need,
    erase_contacts,
    mark_need_unmet,
    order_for_need,
    post_need,
    return_need,
    withdraw_need,
)
from kepu.outreach.requests.choices import OrderState, Unmet
from kepu.outreach.requests.errors import OrderTwice, OrderUnfit
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.services import cancel_order, mark_unmet, reopen_order
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """The events of this room that were published."""
    found: list[object] = []
    kinds = (NeedServed, NeedUnmet)
    for kind in kinds:
        _subscribers[kind].append(found.append)
    yield found
    for kind in kinds:
        _subscribers[kind].remove(found.append)


def state_of(need: Need) -> str:
    return Need.objects.get(pk=need.pk).state


def trail(need: Need) -> list[str]:
    return [step.kind for step in need.steps.all()]


def test_a_factory_posts_and_the_office_hears_of_it(world):
    need = world.post()

    assert (need.state, need.number[:1], need.house) == (NeedState.POSTED, "X", "示例机械厂")
    assert need.is_public is False
    assert Todo.objects.filter(key=f"enterprises.check:{need.pk}", closed_on=None).count() == 1
    assert AuditEntry.objects.filter(action="enterprises.need.posted").exists()
    check_need(need.pk, actor=world.officer)
    assert state_of(need) == NeedState.CHECKED
    assert not Todo.objects.filter(key=f"enterprises.check:{need.pk}", closed_on=None).exists()
    assert trail(need) == ["posted", "checked"]
    assert "核实了" in Notice.objects.get(person=world.poster).title


def test_who_posts_agrees_first_and_a_form_sent_twice_posts_once(world):
    with pytest.raises(ConsentMissing):
        post_need(world.need_words(), actor=world.poster)

    given = {"actor": world.poster, "text_digest": text_digest(), "key": uuid.uuid4()}
    assert post_need(world.need_words(), **given) == post_need(world.need_words(), **given)
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": None}, "body"),
        ({"workers": 0}, "workers"),
        ({"workers": 1_000_000}, "workers"),
        ({"wanted_by": day(-1)}, "wanted_by"),
        ({"kind": "magic"}, "kind"),
        ({"subject": "999"}, "subject"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world, wrong, field):
    with pytest.raises(NeedUnfit) as refused:
        world.post(**wrong)
    assert refused.value.data["field"] == field


def test_a_phone_must_be_one(world):
    with pytest.raises(NumberUnreadable):
        world.post(contact_phone="12")


def test_sent_back_made_complete_and_checked(world):
    need = world.post()
    with pytest.raises(NeedUnfit):
        return_need(need.pk, " ", actor=world.office)
    return_need(need.pk, "请写明材料", actor=world.office)

    change_need(need.pk, world.need_words(words="Q345 钢。", contact_phone=""), actor=world.liaison)

    need.refresh_from_db()
    assert (need.state, need.words, need.contact_phone) == (NeedState.POSTED, "Q345 钢。", "13900000002")
    check_need(need.pk, actor=world.office)
    with pytest.raises(NeedMoved):
        change_need(need.pk, world.need_words(), actor=world.poster)
    assert trail(need) == ["posted", "returned", "changed", "checked"]


def test_strangers_other_districts_and_posters_themselves_handle_nothing(world):
    need = world.post()
    elsewhere = PersonFactory(role="district_officer", region=world.elsewhere)
    for actor in (PersonFactory(), elsewhere, world.poster, world.liaison):
        with pytest.raises(NotAllowed):
            check_need(need.pk, actor=actor)
    for actor in (PersonFactory(), world.office):
        with pytest.raises(NotAllowed):
            change_need(need.pk, world.need_words(), actor=actor)
        with pytest.raises(NotAllowed):
            withdraw_need(need.pk, "不要了", actor=actor)
    own = world.post(world.office)
    with pytest.raises(NotAllowed):
        check_need(own.pk, actor=world.office)
    assert list(needs_visible_to(elsewhere)) == []
    assert set(needs_visible_to(world.officer)) == {need, own}


# Orders of a need


def test_a_visit_is_ordered_in_the_posters_name_and_can_be_offered_at_once(world):
    need = world.checked(partner="示例市")
    with pytest.raises(NotAllowed):
        order_for_need(need.pk, "visit", world.terms(), actor=world.poster)

    key = uuid.uuid4()
    made = order_for_need(need.pk, "visit", world.terms(), actor=world.office, key=key)

    order = made.order
    order.refresh_from_db()
    assert (order.asker, order.acted_by, order.body) == (world.poster, world.office, world.factory)
    assert (order.audience, order.state, order.people) == ("workers", OrderState.OPEN, 30)
    assert (order.contact_phone, order.partner) == ("13900000002", "示例市")
    assert trail(need) == ["posted", "checked", "ordered"]
    assert order_for_need(need.pk, "visit", world.terms(), actor=world.office, key=key) == made
    with pytest.raises(OrderTwice):
        world.ordered(need)
    assert world.ordered(need, "class", topic="焊工一班").order.form == "lecture"


def test_only_a_checked_need_is_ordered_for_and_only_in_its_forms(world):
    with pytest.raises(NeedMoved):
        world.ordered(world.post())
    need = world.checked(PersonFactory())
    for wrong in ({"kind": "visit", "form": "lecture"}, {"kind": "class", "form": "advice"}, {"kind": "party"}):
        with pytest.raises(NeedUnfit):
            world.ordered(need, **wrong)
    with pytest.raises(OrderUnfit):
        world.ordered(need, latest=day(-1))
    assert not NeedOrder.objects.exists()


def test_nothing_is_ordered_for_who_no_longer_agrees(world):
    need = world.checked()
    Consent.objects.filter(person=world.poster).delete()
    with pytest.raises(NeedUnfit, match="不再同意"):
        world.ordered(need)


def test_served_when_one_of_its_orders_is_held_then_closed(world, heard):
    need = world.checked()
    with pytest.raises(NeedMoved):
        close_need(need.pk, "好了", actor=world.office)
    visit = world.ordered(need)
    course = world.ordered(need, "class", topic="焊工一班")

    world.held(visit)

    assert state_of(need) == NeedState.SERVED
    assert heard == [NeedServed(need.pk)]
    assert NeedStep.objects.get(need=need, kind="served").words == "28 人"
    with pytest.raises(NeedMoved, match="没办完"):
        close_need(need.pk, "好了", actor=world.office)
    mark_unmet(course.order.pk, Unmet.TIME, actor=world.office)
    assert state_of(need) == NeedState.SERVED
    with pytest.raises(NeedUnfit):
        close_need(need.pk, "", actor=world.office)
    close_need(need.pk, "气孔没有了。", actor=world.office)
    need.refresh_from_db()
    assert (need.state, need.settled_at is not None) == (NeedState.CLOSED, True)
    assert trail(need)[-3:] == ["served", "missed", "closed"]


def test_a_second_class_does_not_serve_a_need_twice(world, heard):
    need = world.checked()
    world.held(world.ordered(need))
    other = world.ordered(need, "class", topic=f"{need.title}二班")

    world.held(other, person=PersonFactory())

    assert heard == [NeedServed(need.pk)]
    assert trail(need).count("served") == 2


def test_unmet_when_all_orders_are_and_taken_up_again_with_one(world, heard):
    need = world.checked()
    visit = world.ordered(need)
    course = world.ordered(need, "class", topic="焊工一班")

    mark_unmet(visit.order.pk, Unmet.SUPPLY, actor=world.office)
    assert (state_of(need), heard) == (NeedState.CHECKED, [])
    cancel_order(course.order.pk, "人凑不齐", actor=world.poster)

    need.refresh_from_db()
    assert (need.state, need.unmet_reason) == (NeedState.UNMET, "没有人讲这个题目")
    assert heard == [NeedUnmet(need.pk)]
    reopen_order(visit.order.pk, actor=world.office)
    need.refresh_from_db()
    assert (need.state, need.unmet_reason, need.settled_at) == (NeedState.CHECKED, "", None)
    world.held(visit)
    assert state_of(need) == NeedState.SERVED


def test_cancelled_orders_alone_make_no_unmet_need(world):
    need = world.checked()
    cancel_order(world.ordered(need).order.pk, "换个时间", actor=world.poster)
    assert state_of(need) == NeedState.CHECKED


def test_orders_of_everybody_else_move_no_need(world):
    need = world.checked()
    mark_unmet(world.order().pk, Unmet.SUPPLY, actor=world.office)
    world.held(NeedOrder(order=world.order(topic="焊缝老有气孔怎么办", form="advice")))
    assert trail(need) == ["posted", "checked"]


def test_the_desk_says_unmet_with_a_reason_and_a_new_order_takes_it_up(world):
    need = world.checked()
    with pytest.raises(NeedUnfit):
        mark_need_unmet(need.pk, "", actor=world.office)
    made = world.ordered(need)
    with pytest.raises(NeedMoved):
        mark_need_unmet(need.pk, "没有人懂这台机器", actor=world.office)
    cancel_order(made.order.pk, "先不办", actor=world.poster)
    mark_need_unmet(need.pk, "没有人懂这台机器", actor=world.office)
    assert Need.objects.get().unmet_reason == "没有人懂这台机器"

    world.ordered(need)

    assert state_of(need) == NeedState.CHECKED
    assert trail(need)[-2:] == ["reopened", "ordered"]


def test_taken_back_with_its_orders(world):
    need = world.checked()
    made = world.ordered(need)
    with pytest.raises(NeedUnfit):
        withdraw_need(need.pk, "", actor=world.liaison)

    withdraw_need(need.pk, "自己解决了", actor=world.liaison)

    assert state_of(need) == NeedState.WITHDRAWN
    assert Order.objects.get(pk=made.order.pk).state == OrderState.CANCELLED
    assert trail(need)[-1] == "withdrawn"
    with pytest.raises(NeedMoved):
        withdraw_need(need.pk, "再撤一次", actor=world.poster)
    with pytest.raises(NeedMoved):
        world.ordered(need)


# What goes


def test_contacts_go_as_long_after_as_those_of_orders_and_at_once_with_the_person(world):
    need = world.post()
    assert erase_contacts() == 0
    withdraw_need(need.pk, "不要了", actor=world.poster)
    Need.objects.update(settled_at=now() - timedelta(days=179))
    assert erase_contacts() == 0
    Need.objects.update(settled_at=now() - timedelta(days=181))
    assert erase_contacts() == 1
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone) == ("", None)

    world.post()
    with fixed(now() + timedelta(days=202)):  # 21 days to go and 180 more: nobody ever settled it
        assert erase_contacts() == 1

    other = world.post()
    erase_person(world.poster.pk, actor=world.poster)
    other.refresh_from_db()
    assert (other.contact_name, other.contact_phone, other.title) == ("", None, need.title)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("need_state_known", {"state": "lost"}),
        ("need_has_enterprise", {"body": None, "body_name": ""}),
        ("need_has_workers", {"workers": 0}),
        ("need_unmet_says_why", {"state": "unmet"}),
        ("need_unmet_says_why", {"unmet_reason": "没有人"}),
    ],
)
def test_the_database_refuses_what_can_not_be(world, name, wrong):
    need = world.post()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(**wrong)


def test_the_database_knows_the_steps_and_the_kinds_of_orders(world):
    need = world.checked()
    made = world.ordered(need)
    with pytest.raises(IntegrityError, match="need_step_known"), transaction.atomic():
        NeedStep.objects.update(kind="lost")
    with pytest.raises(IntegrityError, match="need_order_kind_known"), transaction.atomic():
        NeedOrder.objects.update(kind="party")
    with pytest.raises(IntegrityError, match="order_id"), transaction.atomic():
        NeedOrder.objects.create(need=need, order=made.order, kind="class")
