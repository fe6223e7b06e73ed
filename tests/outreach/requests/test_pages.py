"""The pages: asking, following, changing, calling off; the desk; an offer; a session as each side sees it."""

import re
import uuid

import pytest
from django.urls import reverse

from kepu.foundation.clock import fixed, now
from kepu.outreach.bookings.rules import entry_code
from kepu.outreach.requests.models import Offer, Order, Rating, Session
from kepu.outreach.requests.services import check_in_session, decline_offer, mark_unmet, return_order
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db

PHONE = "13900000001"


def words(response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def errors_of(response) -> dict[str, list[str]]:
    return response.context["form"].errors


def url(name: str, *args) -> str:
    return reverse(f"requests:{name}", args=args)


def typed(world, **more):
    """What a school types."""
    return {
        "topic": "台风来了怎么办", "audience": "youth", "people": 42, "accompanying": 4, "form": "lecture",
        "region": world.district.pk, "place": "示例小学报告厅", "earliest": f"{day(1):%Y-%m-%d}",
        "latest": f"{day(21):%Y-%m-%d}", "visits": 1, "repeat": "any", "body": world.school.name,
        "contact_name": "示例老师", "contact_phone": PHONE, "text_digest": text_digest(), "key": uuid.uuid4(), **more,
    }  # fmt: skip


@pytest.fixture
def enter(client):
    """Sign somebody in, instead of whoever was."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def at_the_session(session):
    return fixed(session.starts_at)


# What everybody sees


def test_everybody_reads_how_much_was_asked_and_what_could_not_be_met(client, world):
    for number in range(2):
        unmet = world.order(topic=f"台风避险 {number}", who=PersonFactory(), contact_phone="")
        mark_unmet(unmet.pk, "supply", actor=world.office)
    world.order(topic="海带怎么养")
    world.ask(topic="还没有审核的题目", contact_phone="")

    page = words(client.get(url("home")))

    assert "一共点了 3 单，2 单没有满足" in page
    assert "市南区 3 2" in page
    assert "没有人讲这个题目" in page
    assert "台风" in page
    assert "海带" not in page
    assert str(world.teacher) not in page
    assert PHONE not in page


# Asking


def test_who_asks_agrees_to_the_text_or_nothing_is_asked(enter, world):
    client = enter(world.teacher)
    assert "告知书" in words(client.get(url("ask")))

    refused = client.post(url("ask"), typed(world, text_digest=""))
    assert refused.status_code != 302
    assert "同意" in words(refused)
    assert not Order.objects.exists()

    response = client.post(url("ask"), typed(world))
    order = Order.objects.get()
    assert response.url == url("own", order.pk)
    assert (order.asker, order.body, order.state, str(order.contact_phone)) == (
        world.teacher, world.school, "asked", PHONE,
    )  # fmt: skip
    assert "告知书" not in words(client.get(url("ask")))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("topic", "", "必填"),
        ("topic", "  ", "必填"),
        ("people", 0, "1"),
        ("people", 1_000_000, "人数从 1 到"),
        ("people", "许多", "整数"),
        ("place", "", "什么地方"),
        ("form", "", "必填"),
        ("form", "dance", "dance"),
        ("region", "", "必填"),
        ("earliest", "2001-01-01", "已经过去"),
        ("earliest", "明天", "日期"),
        ("latest", "2001-01-01", "早于最早那天"),
        ("latest", "2999-01-01", "最多 120 天"),
        ("visits", 9, "8"),
        ("half_days", ["9z"], "9z"),
        ("contact_phone", "12", "手机号"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(enter, world, field, value, said):
    given = typed(world, **{field: value})
    if field == "latest" and value.startswith("2001"):
        given["earliest"] = f"{day(1):%Y-%m-%d}"

    response = enter(world.teacher).post(url("ask"), given)

    assert response.status_code == 422 or response.status_code == response.context["form"].refusal.status
    assert list(errors_of(response)) == [field]
    assert said in " ".join(errors_of(response)[field])
    assert 'value="示例老师"' in response.content.decode()
    assert not Order.objects.exists()


def test_too_few_half_days_for_the_visits_are_told_at_the_half_days(enter, world):
    given = typed(world, visits=3, latest=f"{day(2):%Y-%m-%d}", half_days=[f"{day(1).isoweekday()}a"])

    response = enter(world.teacher).post(url("ask"), given)

    assert list(errors_of(response)) == ["half_days"]
    assert "只有 1 个半天，不够 3 次" in words(response)


def test_asking_twice_names_the_order_that_stands(enter, world):
    order = world.ask()

    response = enter(world.teacher).post(url("ask"), typed(world))

    assert order.number in " ".join(errors_of(response)["topic"])
    assert Order.objects.count() == 1


def test_a_form_sent_twice_asks_once(enter, world):
    client, given = enter(world.teacher), typed(world)

    assert client.post(url("ask"), given).url == client.post(url("ask"), given).url
    assert Order.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(client, world):
    order = world.ask()
    for page in (url("ask"), url("mine"), url("own", order.pk), url("desk"), url("desk_order", order.pk)):
        assert client.get(page).status_code == 302


# One's own


def test_own_page_says_how_far_it_is_and_is_nobody_elses(enter, world):
    order = world.ask()

    page = words(enter(world.teacher).get(url("own", order.pk)))
    for said in (order.number, "已点单，待审核", "台风来了怎么办", "42 人，另有 4 位大人陪同", "示例小学", "改一改"):
        assert said in page
    assert url("own", order.pk) in enter(world.teacher).get(url("mine")).content.decode()
    assert enter(PersonFactory()).get(url("own", order.pk)).status_code == 404
    assert enter(world.office).get(url("own", order.pk)).status_code == 404  # the desk has a page of its own


def test_the_liaison_of_the_asking_school_follows_the_order(enter, world):
    order = world.ask()
    client = enter(PersonFactory(role="liaison", organisation=world.school))

    assert client.get(url("own", order.pk)).status_code == 200
    assert order.number in words(client.get(url("mine")))


def test_who_asked_does_not_read_who_said_no_and_why(enter, world):
    first, second = world.expert(), world.expert("台风路径怎么预报")
    order = world.order()
    decline_offer(world.offer(order, first).pk, "身体不好", actor=first.person)

    own = words(enter(world.teacher).get(url("own", order.pk)))
    desk = words(enter(world.office).get(url("desk_order", order.pk)))

    assert "拒单" in own
    for said in (str(first.person), str(second.person), "身体不好"):
        assert said not in own
        assert said in desk


def test_an_order_that_was_sent_back_is_completed_and_keeps_its_phone(enter, world):
    order = world.ask()
    return_order(order.pk, "请写几年级", actor=world.office)
    client = enter(world.teacher)
    assert "请写几年级" in words(client.get(url("own", order.pk)))
    form = client.get(url("own_change", order.pk)).context["form"]
    assert form["topic"].value() == order.topic
    assert PHONE not in client.get(url("own_change", order.pk)).content.decode()

    wrong = client.post(url("own_change", order.pk), typed(world, people=0))
    assert (wrong.status_code, list(errors_of(wrong))) == (422, ["people"])

    response = client.post(url("own_change", order.pk), typed(world, level="四年级", contact_phone=""))

    order.refresh_from_db()
    assert response.url == url("own", order.pk)
    assert (order.state, order.level, str(order.contact_phone)) == ("asked", "四年级", PHONE)
    assert "补充后再交" in words(client.get(url("own", order.pk)))


def test_an_approved_order_is_not_changed_any_more(enter, world):
    order = world.order()

    response = enter(world.teacher).post(url("own_change", order.pk), typed(world, level="四年级"))

    assert "已经在办" in words(response)
    order.refresh_from_db()
    assert order.level == ""


def test_calling_off_needs_a_reason_and_tells_who_was_asked(enter, world):
    order = world.order()
    offer = world.offer(order, world.expert())
    client = enter(world.teacher)

    assert "请写为什么取消" in words(client.post(url("own_cancel", order.pk), {"reason": " "}))
    client.post(url("own_cancel", order.pk), {"reason": "停课了"})

    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.state, offer.state) == ("cancelled", "withdrawn")
    assert "不办了，取消" not in words(client.get(url("own", order.pk)))


def test_unmet_is_told_with_its_rule(enter, world):
    order = world.order()
    mark_unmet(order.pk, "language", actor=world.office)

    assert "没有会这种语言的人" in words(enter(world.teacher).get(url("own", order.pk)))


def test_my_page_asks_the_same_number_of_questions_for_few_and_for_many(enter, world, django_assert_max_num_queries):
    def fill(number):
        order = world.order(topic=f"第 {number} 种海藻")
        capacity = world.expert("海藻", person=None if number == 1 else PersonFactory())
        world.offer(order, capacity, days=number)

    fill(1)
    client = enter(world.teacher)
    client.get(url("mine"))
    with django_assert_max_num_queries(20) as few:
        client.get(url("mine"))
    for number in range(2, 7):
        fill(number)
    with django_assert_max_num_queries(len(few)):
        page = client.get(url("mine"))
    assert "第 6 种海藻" in words(page)


# The desk


def test_the_desk_lists_and_filters(enter, world):
    typhoon = world.ask()
    kelp = world.order(topic="海带怎么养", audience="farmers", body=None, region=world.elsewhere, contact_phone="")
    client = enter(world.office)

    def shown(**query):
        page = words(client.get(url("desk"), query))
        return [order.pk for order in (typhoon, kelp) if order.number in page]

    assert shown() == [typhoon.pk, kelp.pk]
    assert shown(state="open") == [kelp.pk]
    assert shown(audience="youth") == [typhoon.pk]
    assert shown(district=world.elsewhere.pk) == [kelp.pk]
    assert shown(q="海带") == [kelp.pk]
    assert shown(q="示例小学") == [typhoon.pk]
    assert shown(q=typhoon.number) == [typhoon.pk]
    assert shown(q="没有的题目") == []
    assert "没有这样的单" in words(client.get(url("desk"), {"q": "没有的题目"}))


def test_an_officer_sees_the_orders_of_the_district_only(enter, world):
    here, there = world.ask(), world.ask(topic="海带怎么养", region=world.elsewhere, contact_phone="")
    client = enter(world.officer)

    page = words(client.get(url("desk")))
    assert here.number in page
    assert there.number not in page
    assert client.get(url("desk_order", there.pk)).status_code == 404
    assert enter(world.teacher).get(url("desk")).status_code == 404


def test_the_desk_asks_the_same_number_of_questions_for_few_and_for_many(enter, world, django_assert_max_num_queries):
    world.ask()
    client = enter(world.office)
    client.get(url("desk"))
    with django_assert_max_num_queries(16) as few:
        client.get(url("desk"))
    for number in range(9):
        world.ask(PersonFactory(), topic=f"第 {number} 种海藻", body=None, contact_phone="")
    with django_assert_max_num_queries(len(few)):
        page = client.get(url("desk"))
    assert "第 8 种海藻" in words(page)


def test_an_order_is_checked_at_the_desk(enter, world):
    order = world.ask()
    client = enter(world.office)

    refused = client.post(url("handle", order.pk), {"do": "return", "reason": ""})
    assert refused.context["reason"].errors == {"reason": ["请写还缺什么，对方好补。"]}
    assert client.post(url("handle", order.pk), {"do": "burn"}).status_code == 404
    client.post(url("handle", order.pk), {"do": "approve"})

    order.refresh_from_db()
    assert order.state == "open"


def test_the_order_page_ranks_with_reasons_and_offers(enter, world):
    world.expert("蓝莓冻害怎么防")
    capacity = world.expert()
    order = world.order()
    client = enter(world.office)

    page = words(client.get(url("desk_order", order.pk)))
    assert "还差 1 次，可以派给" in page
    assert str(capacity.person) in page
    assert "讲过或能讲“台风来了怎么办”" in page
    assert "示例海洋研究所" in page

    response = client.post(url("desk_offer", order.pk), {"capacity": capacity.pk, "half": f"{day(3):%Y-%m-%d}/p"})

    offer = Offer.objects.get()
    assert response.url == url("desk_order", order.pk)
    assert (offer.capacity, offer.day, offer.part, offer.offered_by) == (capacity, day(3), "p", world.office)
    assert offer.reasons[0] == "讲过或能讲“台风来了怎么办”"
    assert "等答复" in words(client.get(url("desk_order", order.pk)))


@pytest.mark.parametrize("half", ["", "3", "2024-09-20/x", "never/a"])
def test_a_half_day_that_is_none_offers_nothing(enter, world, half):
    capacity, order = world.expert(), world.order()

    response = enter(world.office).post(url("desk_offer", order.pk), {"capacity": capacity.pk, "half": half})

    assert response.status_code == 404
    assert not Offer.objects.exists()


def test_an_offer_that_breaks_a_rule_is_refused_in_words(enter, world):
    own, order = world.expert(organisation=world.school), world.order()
    given = {"capacity": own.pk, "half": f"{day(3):%Y-%m-%d}/a"}

    response = enter(world.office).post(url("desk_offer", order.pk), given)

    assert "与点单的一方有利害关系" in words(response)
    assert not Offer.objects.exists()


def test_nobody_is_left_and_the_page_says_by_which_rule(enter, world):
    world.expert(organisation=world.school)
    busy = world.expert()
    order = world.order()
    decline_offer(world.offer(order, busy).pk, "出差", actor=busy.person)

    page = words(enter(world.office).get(url("desk_order", order.pk)))

    assert "没有人可派：派过的人都没有接。" in page
    assert "能讲的人与点单的一方有利害关系：1 人" in page
    assert "出差" in page


def test_the_order_page_asks_the_same_number_of_questions_for_few_and_for_many_experts(
    enter, world, django_assert_max_num_queries
):
    order = world.order()
    world.expert()
    client = enter(world.office)
    client.get(url("desk_order", order.pk))
    with django_assert_max_num_queries(40) as few:
        client.get(url("desk_order", order.pk))
    for _number in range(7):
        world.expert()
    with django_assert_max_num_queries(len(few)):
        client.get(url("desk_order", order.pk))


def test_the_auditor_reads_along_and_does_nothing(enter, world):
    order = world.ask()
    client = enter(PersonFactory(role="auditor"))

    page = words(client.get(url("desk_order", order.pk)))
    assert "通过，开始派单" not in page
    assert "取消这一单" not in page
    assert client.post(url("handle", order.pk), {"do": "approve"}).status_code == 403


def test_unmet_orders_are_counted_at_the_desk(enter, world):
    order = world.order()
    client = enter(world.office)
    client.post(url("handle", order.pk), {"do": "unmet", "rule": "time", "words": "放假了"})

    order.refresh_from_db()
    assert (order.state, order.unmet_rule) == ("unmet", "time")
    assert "点了 1 单，办完 0 单，未满足 1 单。" in words(client.get(url("unmet")))
    client.post(url("handle", order.pk), {"do": "reopen"})
    order.refresh_from_db()
    assert (order.state, order.unmet_rule) == ("open", "")


# By phone


def test_an_operator_writes_down_what_somebody_asks_for(enter, world):
    client = enter(world.officer)
    assert "告知书" not in words(client.get(url("call")))

    refused = client.post(url("call"), typed(world, contact_phone=""))
    assert list(errors_of(refused)) == ["contact_phone"]
    nobody = client.post(url("call"), typed(world, body="", contact_name=""))
    assert "请写是哪个单位点的" in words(nobody)
    assert not Order.objects.exists()

    response = client.post(url("call"), typed(world, body="示例村（不在名录里）", text_digest=""))

    order = Order.objects.get()
    assert response.url == url("desk_order", order.pk)
    assert (order.asker, order.acted_by, order.channel, order.house) == (
        None, world.officer, "phone", "示例村（不在名录里）",
    )  # fmt: skip
    page = words(client.get(url("desk_order", order.pk)))
    assert f"由 {world.officer} 代点" in page
    assert enter(PersonFactory(role="auditor")).get(url("call")).status_code == 404


# An offer


def test_who_is_asked_sees_the_offer_and_nobody_else_does(enter, world):
    offer = world.offer(world.order(needs="要手语"), world.expert())

    page = words(enter(offer.capacity.person).get(url("offer", offer.pk)))
    for said in ("台风来了怎么办", "去不去？", "要手语", "42 人", "示例小学"):
        assert said in page
    assert PHONE not in page  # whom to call is shown to who accepted
    assert "示例老师" not in page
    for stranger in (world.teacher, world.office, world.expert().person):
        assert enter(stranger).get(url("offer", offer.pk)).status_code == 404
        assert enter(stranger).post(url("answer", offer.pk), {"answer": "accept"}).status_code == 404


def test_an_offer_is_accepted_and_leads_to_the_session(enter, world):
    offer = world.offer(world.order(), world.expert())
    client = enter(offer.capacity.person)

    response = client.post(url("answer", offer.pk), {"answer": "accept"})

    session = Session.objects.get()
    assert response.url == url("session", session.pk)
    again = client.post(url("answer", offer.pk), {"answer": "accept"})
    assert "不用再答复" in words(again)
    assert "看这一场" in words(client.get(url("offer", offer.pk)))


def test_declining_needs_a_reason_and_asks_the_next(enter, world):
    first, second = world.expert(), world.expert()
    offer = world.offer(world.order(), first)
    client = enter(first.person)

    refused = client.post(url("answer", offer.pk), {"answer": "decline", "reason": " "})
    assert errors_of(refused) == {"reason": ["请写一句为什么不接，好再找人。"]}
    response = client.post(url("answer", offer.pk), {"answer": "decline", "reason": "出差"})

    assert response.url == url("mine")
    assert Offer.objects.get(state="offered").capacity == second
    assert "没有接" in words(client.get(url("mine")))


# A session


def test_the_provider_sees_the_code_and_the_phone_and_the_asker_sees_neither(enter, world):
    session = world.session()
    code = entry_code(bytes(session.secret), now(), seconds=60)
    spoken = f"{code[:3]} {code[3:]}"

    with fixed(now()):
        code = entry_code(bytes(session.secret), now(), seconds=60)
        spoken = f"{code[:3]} {code[3:]}"
        provider = enter(session.provider).get(url("session", session.pk))
        piece = enter(session.provider).get(url("session", session.pk), headers={"HX-Request": "true"})
        asker = enter(world.teacher).get(url("session", session.pk))
        office = enter(world.office).get(url("session", session.pk))
    assert spoken in words(provider)
    assert PHONE in words(provider)
    assert "示例老师" in words(provider)
    assert spoken in words(piece)
    assert b"<html" not in piece.content
    for other in (asker, office):
        assert spoken not in words(other)
        assert code not in words(other)
        assert PHONE not in words(other)
    for stranger in (PersonFactory(), world.expert().person, PersonFactory(role="auditor")):
        assert enter(stranger).get(url("session", session.pk)).status_code == 404
        assert enter(stranger).post(url("session_act", session.pk, "rate"), {"mark": "good"}).status_code == 404
    assert "no-store" in provider.headers["Cache-Control"]


def test_who_asked_checks_in_with_the_code_and_both_sides_rate(enter, world):
    session = world.session()
    client = enter(world.teacher)
    early = client.post(url("session_act", session.pk, "check_in"), {"people": 44, "code": "000000"})
    assert "还没有到时间" in words(early)

    with at_the_session(session):
        code = entry_code(bytes(session.secret), now(), seconds=60)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        client = enter(world.teacher)
        assert "来了，签到" in words(client.get(url("session", session.pk)))
        refused = client.post(url("session_act", session.pk, "check_in"), {"people": 44, "code": wrong})
        assert refused.status_code == 422
        assert list(refused.context["forms"]["check_in"].errors) == ["code"]
        nobody = client.post(url("session_act", session.pk, "check_in"), {"people": 0, "code": code})
        assert (nobody.status_code, list(nobody.context["forms"]["check_in"].errors)) == (422, ["people"])
        client.post(url("session_act", session.pk, "check_in"), {"people": 44, "code": f"{code[:3]} {code[3:]}"})
        session.refresh_from_db()
        assert (session.state, session.came, session.check_in) == ("done", 44, "code")

        page = words(client.get(url("session", session.pk)))
        assert "44" in page
        assert "评好了" in page
        unmarked = client.post(url("session_act", session.pk, "rate"), {"mark": ""})
        assert (unmarked.status_code, list(unmarked.context["forms"]["rate"].errors)) == (422, ["mark"])
        client.post(url("session_act", session.pk, "rate"), {"mark": "good", "words": "孩子们听得懂"})
        given = enter(session.provider)
        given.post(url("session_act", session.pk, "rate"), {"mark": "fair", "words": ""})

        page = words(given.get(url("session", session.pk)))
        assert "孩子们听得懂" in page
        assert "说几句" not in page
        assert PHONE not in page  # held: nobody needs to be called any more
    assert {(one.side, one.mark) for one in Rating.objects.all()} == {("asker", "good"), ("provider", "fair")}
    assert Order.objects.get().state == "rated"


def test_who_came_counts_heads_without_a_code(enter, world):
    session = world.session()

    with at_the_session(session):
        client = enter(session.provider)
        assert "点个人数" in words(client.get(url("session", session.pk)))
        client.post(url("session_act", session.pk, "check_in"), {"people": 30})

    session.refresh_from_db()
    assert (session.came, session.check_in) == (30, "headcount")


def test_the_page_stops_asking_for_a_code_when_it_was_checked_in(enter, world):
    session = world.session()
    with at_the_session(session):
        check_in_session(session.pk, people=30, actor=session.provider)

        piece = enter(session.provider).get(url("session", session.pk), headers={"HX-Request": "true"})

    assert b"hx-trigger" not in piece.content


def test_the_office_moves_and_calls_off(enter, world):
    session = world.session()
    client = enter(world.office)
    moved = {"starts_at": f"{day(5)}T14:00", "ends_at": f"{day(5)}T15:30", "place": "示例小学操场"}

    wrong = client.post(url("session_act", session.pk, "move"), {**moved, "ends_at": f"{day(5)}T13:00"})
    assert list(wrong.context["forms"]["move"].errors) == ["starts_at"]
    client.post(url("session_act", session.pk, "move"), moved)
    session.refresh_from_db()
    assert (session.day, session.part, session.place, session.sequence) == (day(5), "p", "示例小学操场", 1)

    refused = client.post(url("session_act", session.pk, "cancel"), {"reason": ""})
    assert list(refused.context["forms"]["cancel"].errors) == ["reason"]
    client.post(url("session_act", session.pk, "cancel"), {"reason": "台风红色预警"})

    session.refresh_from_db()
    assert session.state == "cancelled"
    assert "台风红色预警" in words(enter(world.teacher).get(url("session", session.pk)))
    assert enter(world.teacher).post(url("session_act", session.pk, "move"), moved).status_code == 403
    assert enter(world.teacher).post(url("session_act", session.pk, "dance"), {}).status_code == 404


@pytest.mark.parametrize("name", ["own", "offer", "session", "desk_order"])
def test_a_number_that_is_none_is_not_found(enter, world, name):
    for number in (10**9, 1 << 63, 10**30):
        assert enter(world.office).get(url(name, number)).status_code == 404
