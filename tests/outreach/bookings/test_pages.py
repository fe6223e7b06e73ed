"""The pages: what everybody sees, one's own bookings, the desk, the gate."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.html import strip_tags

from kepu.foundation.clock import now
from kepu.outreach.bookings import services
from kepu.outreach.bookings.models import Booking
from kepu.outreach.bookings.queries import code_now
from tests.outreach.bookings.factories import HALL, agree, at, begin, book, move, office, people, slot, text_digest

pytestmark = pytest.mark.django_db


def words(response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def visitor(client):
    (person,) = people(1)
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def keeper(client):
    client.force_login(office())
    return client


def form(hall, size=1, **more):
    return {
        "party_size": size,
        "accompanying": 0,
        "rules_version": hall.rules_version,
        "text_digest": text_digest(),
        **more,
    }


def test_the_slots_of_a_thing_stand_on_any_page_with_their_states(django_assert_num_queries):
    slot(10)
    slot(1, hours=12)
    book(slot(1, hours=15))
    slot(4, days=3, draw_at=at(1, days=2))
    template = Template('{% load bookings %}{% slots_for "test.hall" 1 %}')
    with django_assert_num_queries(2):
        page = template.render(Context())

    for said in ("还有 10 个座位。", "约满了，可以候补", "抽签，共 4 个座位"):
        assert said in page


def test_a_visitor_reads_everything_and_is_asked_to_sign_in_only_to_book(client):
    hall = slot()
    address = reverse("bookings:slot", args=[hall.pk])

    page = words(client.get(address))
    assert "90 天里有 3 次约了没来，之后 30 天不能在网上约" in page
    assert "60 岁以上的，没来只提醒，不停约" in page
    assert "默认未确认" in page
    assert "登录后就能约" in page
    assert client.post(address, form(hall)).url.startswith(reverse("account_login"))
    assert not Booking.objects.exists()


def test_booking_leads_to_the_code(visitor):
    hall = slot()
    response = visitor.post(reverse("bookings:slot", args=[hall.pk]), form(hall, 2), follow=True)

    booking = Booking.objects.get()
    assert response.redirect_chain == [(reverse("bookings:own", args=[booking.pk]), 302)]
    assert f"{booking.pk}-" in words(response)
    assert booking.seats == 2


def test_a_refusal_is_said_at_the_form_and_keeps_what_was_typed(visitor):
    hall = slot(3)
    response = visitor.post(reverse("bookings:slot", args=[hall.pk]), form(hall, 4, needs="轮椅"))

    assert response.status_code == 400
    assert "只有 3 个座位" in words(response)
    assert 'value="轮椅"' in response.content.decode()


def test_rules_that_changed_are_shown_again_before_they_are_agreed_to(visitor):
    hall = slot()
    response = visitor.post(reverse("bookings:slot", args=[hall.pk]), form(hall, rules_version="older"))

    assert response.status_code == 409
    assert f'value="{hall.rules_version}"' in response.content.decode()


@pytest.mark.parametrize("number", [999_999, 1 << 64])
def test_a_slot_that_is_not_there_is_not_found(visitor, number):
    address = f"/book/{number}/"

    assert visitor.get(address).status_code == 404
    assert visitor.post(address, {"party_size": 1, "accompanying": 0, "rules_version": "x"}).status_code == 404


def test_what_stands_in_the_way_is_said_before_the_form_is_filled(visitor):
    first, second = slot(), slot(hall_id="2")
    book(first, visitor.person)

    assert "同一时间您已有“示例展厅 1”" in words(visitor.get(reverse("bookings:slot", args=[second.pk])))
    assert "这一场您约过了" in words(visitor.get(reverse("bookings:slot", args=[first.pk])))


def test_only_the_code_is_fetched_again_and_nobody_else_sees_it(visitor, client):
    booking = book(slot(), visitor.person)
    address = reverse("bookings:own", args=[booking.pk])

    part = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert code_now(booking, seconds=30) in strip_tags(part)
    assert "<html" not in part
    visitor.force_login(people(1)[0])
    assert visitor.get(address).status_code == 404


def test_each_state_is_explained_in_a_sentence(visitor):
    full = slot(1)
    other = book(full)
    waiting = book(full, visitor.person)
    address = reverse("bookings:own", args=[waiting.pk])
    assert "您排在第 1 位" in words(visitor.get(address))

    services.cancel_booking(other.pk, actor=other.person)
    assert "轮到您了" in words(visitor.get(address))
    page = words(visitor.post(reverse("bookings:own_accept", args=[waiting.pk]), follow=True))
    assert "座位是您的" in page
    page = words(visitor.post(reverse("bookings:own_cancel", args=[waiting.pk]), follow=True))
    assert "本人取消" in page
    page = words(visitor.post(reverse("bookings:own_cancel", args=[waiting.pk]), follow=True))
    assert "不用再取消" in page

    entered = book(slot(1, days=3, draw_at=at(1, days=2)), visitor.person)
    assert "抽没抽中都会告诉您" in words(visitor.get(reverse("bookings:own", args=[entered.pk])))


def test_a_drawn_slot_shows_seed_and_result_without_a_name(visitor):
    hall = slot(1, days=2, draw_at=at(1))
    one, other = book(hall, visitor.person), book(hall)
    address = reverse("bookings:slot", args=[hall.pk])
    assert hall.seed_digest in words(visitor.get(address))
    move(hall, draw_at=now() - timedelta(seconds=1))
    services.draw(hall.pk)
    hall.refresh_from_db()

    page = words(visitor.get(address))

    assert hall.shown_seed in page
    assert str(one.pk) in page
    assert str(other.pk) in page
    assert str(other.person) not in page


def test_my_bookings_ask_the_same_number_of_questions_for_one_and_for_many(visitor, django_assert_num_queries):
    book(slot(hours=1), visitor.person)
    address = reverse("bookings:mine")
    visitor.get(address)
    with django_assert_num_queries(6):
        visitor.get(address)
    for number in range(2, 9):
        book(slot(hours=2 * number + 1, hall_id=str(number)), visitor.person)
    with django_assert_num_queries(6):
        visitor.get(address)


def test_the_desk_asks_the_same_number_of_questions_for_one_and_for_many(keeper, django_assert_max_num_queries):
    slot(10)
    keeper.get(reverse("bookings:desk"))
    with django_assert_max_num_queries(10) as one:
        keeper.get(reverse("bookings:desk"))
    for number in range(2, 9):
        book(slot(10, hall_id=str(number)))
    with django_assert_max_num_queries(len(one)):
        page = keeper.get(reverse("bookings:desk"))
    assert "示例展厅 8" in words(page)


def test_a_slot_is_opened_from_the_page_of_its_thing(keeper):
    typed = {
        "starts_at": f"{at(9):%Y-%m-%dT%H:%M}", "ends_at": f"{at(11):%Y-%m-%dT%H:%M}", "capacity": 30,
        "quota_phone": 10, "release_at": f"{at(8):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    response = keeper.post(reverse("bookings:desk_open", args=[f"{HALL}:3"]), typed, follow=True)

    assert "约出 0 / 30，余 30" in words(response)
    assert "放给各渠道" in words(response)
    wrong = keeper.post(reverse("bookings:desk_open", args=[f"{HALL}:3"]), {**typed, "capacity": 5})
    assert wrong.status_code == 400
    assert "多于总数 5" in words(wrong)


def test_a_caller_is_booked_at_the_desk_and_a_wrong_login_is_said(keeper):
    hall, person = slot(), agree(people(1)[0])
    address = reverse("bookings:desk_book", args=[hall.pk])
    typed = {"channel": "phone", "party_size": 1, "accompanying": 0, "guest": "", "login": "nobody"}

    assert "没有这个登录名" in words(keeper.post(address, typed))
    assert keeper.post(address, {**typed, "login": person.login}).status_code == 302
    assert Booking.objects.get().person == person


def test_the_gate_lets_in_by_code_by_list_and_says_no_in_words(keeper):
    hall = slot(10)
    one, two = book(hall), book(hall, size=2)
    begin(hall)
    code = reverse("bookings:gate_code", args=[hall.pk])

    page = words(keeper.post(code, {"code": code_now(one, seconds=30)}, follow=True))
    assert f"请进：{one.person}" in page
    assert "用过了" in words(keeper.post(code, {"code": code_now(one, seconds=30)}))
    listed = reverse("bookings:gate_arrive", args=[hall.pk, two.pk])
    page = words(keeper.post(listed, {"people": 2, "key": uuid.uuid4()}, follow=True))
    assert re.search(r"3 / 3 已到 / 会来", page)


def test_the_list_of_the_gate_is_found_through_and_taken_away(keeper, django_assert_max_num_queries):
    hall = slot(100)
    for _ in range(20):
        booking = book(hall)
    gate = reverse("bookings:gate", args=[hall.pk])
    with django_assert_max_num_queries(14):
        assert str(booking.person) in words(keeper.get(gate))

    found = words(keeper.get(gate, {"q": str(booking.pk)}, headers={"HX-Request": "true"}))
    assert re.findall(r"示例观众 \d+", found) == [str(booking.person)] * found.count(str(booking.person))
    lines = keeper.get(reverse("bookings:gate_list", args=[hall.pk, "csv"])).content.decode("utf-8-sig").splitlines()
    assert len([line for line in lines if "示例观众" in line]) == 20
    assert keeper.get(reverse("bookings:gate_list", args=[hall.pk, "pdf"])).status_code == 404


def test_an_offline_list_is_sent_as_json_and_nonsense_is_refused(keeper):
    hall = slot()
    booking = book(hall)
    begin(hall)
    address = reverse("bookings:gate_arrivals", args=[hall.pk])
    line = {"key": str(uuid.uuid4()), "booking": booking.pk, "at": now().isoformat(), "people": 1}

    first = keeper.post(address, json.dumps([line]), content_type="application/json")
    again = keeper.post(address, json.dumps([line]), content_type="application/json")

    assert (first.json()["new"], again.json()["known"]) == (1, 1)
    for wrong in (
        "{",
        "[1]",
        "[{}]",
        "7",
        json.dumps([{**line, "at": "gestern"}]),
        json.dumps([{**line, "people": -1}]),
    ):
        assert keeper.post(address, wrong, content_type="application/json").status_code == 400
