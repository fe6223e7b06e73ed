"""Standing offers: registered, shown, ordered within what they say, given by whom they name."""

from datetime import time
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from kepu.directory.privacy.queries import consent_text
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings.services import CONSENT
from kepu.outreach.requests.choices import StandingKind, Unmet
from kepu.outreach.requests.errors import OfferUnfit, OrderUnfit, StandingUnfit
from kepu.outreach.requests.models import Offer, Order, RoundMatch, StandingClass, StandingOffer
from kepu.outreach.requests.queries.standing import standing_page
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.services import (
    RoundTerms,
    StandingWords,
    accept_offer,
    approve_order,
    ask_again,
    ask_order,
    cancel_order,
    change_standing,
    decline_offer,
    offer_order,
    open_round,
    register_standing,
    run_round,
    show_standing,
    withdraw_standing,
)
from kepu.outreach.venues.models import OpeningHours, OpeningTable
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import World, day
from tests.outreach.venues.factories import venue

pytestmark = pytest.mark.django_db


def written(world, **more) -> StandingWords:
    given = {
        "kind": StandingKind.TALK, "title": "老科学家讲航天", "host": world.institute, "form": "lecture", "minutes": 90,
        "most_people": 50, "first_day": day(1), "last_day": day(120), "audience": "youth",
    }  # fmt: skip
    if "givers" not in more:
        more["givers"] = (world.expert("火箭怎样上天").number,)
    return StandingWords(**(given | more))


def offered(world, **more) -> StandingOffer:
    return show_standing(register_standing(written(world, **more), actor=world.office).pk, actor=world.office)


def agreement(world, **more) -> StandingOffer:
    given = {
        "kind": StandingKind.AGREEMENT, "title": "海洋馆和示例小学", "school": world.school, "lessons": 2,
        "lessons_a_class": 4, "classes": (("三年级 1 班", 42), ("三年级 2 班", 40)),
    }  # fmt: skip
    return offered(world, **(given | more))


def order_of(world, offer, **more) -> Order:
    given = {"topic": offer.title, "standing": offer}
    return approve_order(world.ask(**(given | more)).pk, actor=world.office)


def test_who_gives_it_is_asked_and_nobody_else_whatever_the_topic(world):
    mine, other = world.expert("火箭怎样上天"), world.expert("火箭怎样上天")
    offer = offered(world, givers=(mine.number,), title="名字里一个词也不一样")
    ranking = rank_order(order_of(world, offer))
    assert [bundle.capacity for bundle in ranking.bundles] == [mine]
    assert ranking.bundles[0].reasons[0] == "对方点的就是这个常设项目"
    assert other.number != mine.number


def test_a_no_goes_to_the_next_who_gives_it_and_then_to_the_office(world):
    first, second = world.expert(), world.expert()
    world.expert()  # speaks of the same, but gives it not
    order = order_of(world, offered(world, givers=(first.number, second.number)))
    offer = world.offer(order, first)
    decline_offer(offer.pk, "那天出差", actor=first.person)
    following = Offer.objects.get(state="offered")
    assert following.capacity == second
    decline_offer(following.pk, "也不行", actor=second.person)
    assert not Offer.objects.filter(state="offered").exists()


def test_a_docent_who_is_sent_to_no_order_gives_a_standing_offer(world):
    docent = world.expert("展厅讲解", kind="post")
    assert rank_order(world.order(topic="展厅讲解")).rule == Unmet.SUPPLY
    order = order_of(world, offered(world, givers=(docent.number,)), contact_phone="13900000002")
    session = accept_offer(world.offer(order, docent).pk, actor=docent.person)
    assert (session.ends_at - session.starts_at).seconds == 90 * 60
    assert rank_order(world.order(topic="请讲展厅讲解", contact_phone="13900000003")).rule == Unmet.SUPPLY


def test_in_a_round_it_goes_to_whom_it_names(world):
    giver = world.expert("别的题目", kind="post")
    world.expert()
    order = order_of(world, offered(world, givers=(giver.number,)))
    plain = world.order(contact_phone="13900000005")
    made = open_round(day(1), day(14), RoundTerms(), actor=world.office)
    run_round(made.pk)
    matched = {one.order_id: one.capacity_id for one in RoundMatch.objects.filter(round=made)}
    assert matched[order.pk] == giver.pk
    assert matched[plain.pk] != giver.pk


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"people": 46, "accompanying": 5}, "people"),
        ({"latest": day(121), "earliest": day(100)}, "latest"),
        ({"half_days": ("2a",)}, "half_days"),
    ],
)
def test_what_goes_beyond_the_offer_is_refused_at_its_field(world, more, field):
    offer = offered(world, half_days=("1a", "3a"))
    with pytest.raises(OrderUnfit) as refused:
        order_of(world, offer, **more)
    assert refused.value.data["field"] == field


def test_its_half_days_hold_where_none_was_chosen(world):
    order = order_of(world, offered(world, half_days=("1a", "3a")))
    assert order.half_days == ["1a", "3a"]


def test_withdrawn_it_cannot_be_ordered_and_what_was_ordered_stays(world):
    offer = offered(world)
    order = order_of(world, offer)
    withdraw_standing(offer.pk, actor=world.office)
    offer.refresh_from_db()
    with pytest.raises(OrderUnfit, match="不能点"):
        order_of(world, offer, contact_phone="13900000009", topic="再来一次")
    assert rank_order(order).bundles


def test_a_class_has_its_lessons_and_no_more(world):
    offer = agreement(world)
    one, other = offer.classes.order_by("name")
    order_of(world, offer, standing_class=one, visits=2)
    with pytest.raises(OrderUnfit, match="还剩 0 课时") as refused:
        order_of(world, offer, standing_class=one, topic="再来一次")
    assert refused.value.data["field"] == "visits"
    second = order_of(world, offer, standing_class=other, topic="二班的", visits=2)
    cancel_order(second.pk, "改在别处办", actor=world.teacher)
    order_of(world, offer, standing_class=other, topic="二班再约")
    rows = {row.one.name: (row.used, row.left) for row in standing_page(offer.pk).classes}
    assert rows == {"三年级 1 班": (4, 0), "三年级 2 班": (2, 2)}


def test_an_order_that_is_changed_does_not_count_twice(world):
    offer = agreement(world)
    one = offer.classes.order_by("name")[0]
    words = world.words(topic=offer.title, standing=offer, standing_class=one, visits=2)
    order = ask_order(words, actor=world.teacher, text_digest=text_digest())
    assert ask_again(order.pk, words, actor=world.teacher).visits == 2


@pytest.mark.parametrize("what", ["other school", "no class", "class of another"])
def test_an_agreement_is_for_its_school_and_its_classes(world, what):
    offer = agreement(world)
    one = offer.classes.order_by("name")[0]
    foreign = StandingClass.objects.create(offer=offered(world), name="三年级 1 班", people=40)
    more = {
        "other school": {"standing_class": one, "body": OrganisationFactory(name="示例中学", region=world.district)},
        "no class": {},
        "class of another": {"standing_class": foreign},
    }[what]
    with pytest.raises(OrderUnfit) as refused:
        order_of(world, offer, **more)
    assert refused.value.data["field"] == ("body" if what == "other school" else "standing_class")


def opened(hall, weekdays) -> None:
    table = OpeningTable.objects.create(venue=hall, valid_from=day(-30))
    OpeningHours.objects.bulk_create(
        OpeningHours(table=table, weekday=weekday, opens=time(9), closes=time(17)) for weekday in weekdays
    )


def route(world, **more) -> StandingOffer:
    sea, lab = (venue(name=name, region=world.district) for name in ("示例海洋馆", "示例开放实验室"))
    opened(sea, range(7))
    opened(lab, [2])
    given = {
        "kind": StandingKind.ROUTE,
        "title": "从海边到实验室",
        "stops": (("示例海洋馆", 90), ("示例开放实验室", 60)),
    }
    return offered(world, **(given | more))


def test_a_route_is_walked_when_all_its_stops_are_open(world):
    order = order_of(world, route(world), place="")
    assert order.place == "示例海洋馆 → 示例开放实验室"
    bundle = rank_order(order).bundles[0]
    assert {half[0].weekday() for half in ((bundle.day, bundle.part), *bundle.others)} == {2}
    wrong = next(day(n) for n in range(1, 9) if day(n).weekday() == 3)
    with pytest.raises(OfferUnfit, match="半天"):
        offer_order(order.pk, bundle.capacity.pk, day=wrong, part="a", actor=world.office)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"title": " "}, "title"),
        ({"form": "dance"}, "form"),
        ({"last_day": day(0)}, "last_day"),
        ({"minutes": 0}, "minutes"),
        ({"most_people": 0}, "most_people"),
        ({"half_days": ("9z",)}, "half_days"),
        ({"givers": ()}, "givers"),
        ({"givers": ("ZJ99999",)}, "givers"),
        ({"kind": "agreement"}, "school"),
        ({"kind": "route", "stops": (("示例海洋馆", 90),)}, "stops"),
        ({"kind": "route", "stops": (("没有的馆", 90), ("也没有的馆", 90))}, "stops"),
    ],
)
def test_what_is_missing_or_unknown_is_named(world, more, field):
    with pytest.raises(StandingUnfit) as refused:
        register_standing(written(world, **more), actor=world.office)
    assert refused.value.data["field"] == field


def test_only_the_office_and_the_hosts_liaison_keep_it(world):
    liaison = PersonFactory(role="liaison", organisation=world.institute)
    offer = register_standing(written(world), actor=liaison)
    show_standing(offer.pk, actor=liaison)
    stranger = PersonFactory(role="liaison", organisation=world.school)
    for act in (show_standing, withdraw_standing):
        with pytest.raises(NotAllowed):
            act(offer.pk, actor=stranger)
    with pytest.raises(NotAllowed):
        change_standing(offer.pk, written(world, givers=(offer.givers.get().number,)), actor=stranger)
    with pytest.raises(NotAllowed):
        register_standing(written(world), actor=stranger)


def test_a_class_that_ordered_is_not_dropped(world):
    offer = agreement(world)
    order_of(world, offer, standing_class=offer.classes.order_by("name")[0])
    keeps = {"kind": StandingKind.AGREEMENT, "school": world.school, "lessons_a_class": 4, "lessons": 2}
    numbers = tuple(offer.givers.values_list("number", flat=True))
    with pytest.raises(StandingUnfit, match="三年级 1 班"):
        change_standing(
            offer.pk, written(world, **keeps, givers=numbers, classes=(("三年级 2 班", 40),)), actor=world.office
        )
    change_standing(
        offer.pk, written(world, **keeps, givers=numbers, classes=(("三年级 1 班", 43),)), actor=world.office
    )
    assert list(offer.classes.values_list("name", "people")) == [("三年级 1 班", 43)]


def test_the_database_knows_what_an_agreement_is(world):
    offer = offered(world)
    offer.school = world.school
    with pytest.raises(IntegrityError, match="standing_agreement_has_school"), transaction.atomic():
        offer.save()
    order = order_of(world, offered(world, title="另一个"))
    order.standing, order.standing_class = None, StandingClass.objects.create(offer=offer, name="一班", people=3)
    with pytest.raises(IntegrityError, match="order_class_of_its_standing"), transaction.atomic():
        order.save()


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_class_do_not_take_the_same_lessons():
    world = World()
    offer = agreement(world)
    one = offer.classes.order_by("name")[0]
    said: list[str] = []

    def ask(number: int) -> None:
        words = world.words(
            topic=f"第 {number} 次", standing=offer, standing_class=one, visits=2, contact_phone=f"1390000000{number}"
        )
        try:
            ask_order(words, actor=PersonFactory(), text_digest=text_digest())
            said.append("ok")
        except OrderUnfit as problem:
            said.append(str(problem.data["field"]))
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["ok", "visits", "visits"]


def test_everybody_finds_it_and_orders_it_by_one_page(world, client):
    offer = agreement(world)
    register_standing(written(world, title="还没有公布的"), actor=world.office)
    listed = client.get(reverse("requests:standing"), {"q": "示例小学"}).content.decode()
    assert offer.title in listed
    assert "还没有公布的" not in client.get(reverse("requests:standing")).content.decode()
    assert "没有找到常设项目" in client.get(reverse("requests:standing"), {"kind": "route"}).content.decode()
    assert "三年级 1 班" in client.get(reverse("requests:standing_one", args=[offer.pk])).content.decode()
    client.force_login(world.teacher)
    page = client.get(reverse("requests:ask"), {"standing": offer.pk})
    form = page.context["form"]
    assert form["topic"].value() == offer.title
    assert "三年级 2 班（40）" in page.content.decode()
    data = {
        "standing": offer.pk, "standing_class": offer.classes.order_by("name")[0].pk, "topic": offer.title,
        "form": "lecture", "audience": "youth", "people": 42, "accompanying": 2, "region": world.district.pk,
        "place": "示例小学操场", "earliest": day(3), "latest": day(20), "visits": 2, "body": world.school.name,
        "contact_name": "示例老师", "contact_phone": "13900000001", "key": "6a1b52e6-7f0e-4f7e-9a51-9a7c3e1d2b49",
        "text_digest": consent_text(CONSENT).digest,
    }  # fmt: skip
    client.post(reverse("requests:ask"), data)
    order = Order.objects.get()
    assert (order.standing, order.standing_class.name) == (offer, "三年级 1 班")
    again = client.post(
        reverse("requests:ask"), data | {"topic": "再来", "key": "6a1b52e6-7f0e-4f7e-9a51-9a7c3e1d2b50"}
    )
    assert again.status_code == 409
    assert "还剩 0 课时" in again.content.decode()


@pytest.mark.parametrize("number", ["x", "0", str(1 << 70)])
def test_an_address_that_names_none_is_an_order_like_any(world, client, number):
    client.force_login(world.teacher)
    page = client.get(reverse("requests:ask"), {"standing": number})
    assert page.status_code == 200
    assert "点的是常设项目" not in page.content.decode()


def test_the_desk_registers_shows_and_withdraws(world, client):
    client.force_login(world.office)
    giver = world.expert()
    assert "还没有常设项目" in client.get(reverse("requests:standing_desk")).content.decode()
    data = {
        "kind": "agreement", "title": "海洋馆和示例小学", "host": world.institute.name, "givers": giver.number,
        "form": "lecture", "audience": "youth", "minutes": 40, "most_people": 50, "first_day": day(1),
        "last_day": day(100), "school": world.school.name, "lessons": 1, "lessons_a_class": 4, "classes": "三年级 1 班，没写",
    }  # fmt: skip
    wrong = client.post(reverse("requests:standing_new"), data)
    assert "读不懂" in wrong.content.decode()
    client.post(reverse("requests:standing_new"), data | {"classes": "三年级 1 班，42"})
    offer = StandingOffer.objects.get()
    for what, state in (("show", "shown"), ("withdraw", "withdrawn")):
        client.post(reverse("requests:standing_act", args=[offer.pk, what]))
        offer.refresh_from_db()
        assert offer.state == state
    page = client.get(reverse("requests:standing_change", args=[offer.pk])).content.decode()
    assert "三年级 1 班，42" in page
    assert client.post(reverse("requests:standing_act", args=[offer.pk, "eat"])).status_code == 404


def test_lists_ask_no_more_for_more(world, client, django_assert_max_num_queries):
    for number in range(12):
        offered(world, title=f"项目 {number}")
    with django_assert_max_num_queries(12):
        client.get(reverse("requests:standing"))
    client.force_login(world.office)
    with django_assert_max_num_queries(20):
        client.get(reverse("requests:standing_desk"))
