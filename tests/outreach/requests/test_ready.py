"""What an order could come to instead: sessions for everybody on its topic, in its days and district, with seats for all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kepu.outreach.requests import services
from kepu.outreach.requests.queries.ready import ready_for
from tests.outreach.bookings.factories import at
from tests.outreach.requests.test_open_sessions import schedule

pytestmark = pytest.mark.django_db


def open_day(world, **more):
    given = {"title": "台风实验室开放日", "form": "open_day", "capacity": 90, "quotas": {"group": 60}}
    return schedule(world, **(given | more))


def names(order) -> list[str]:
    return [entry.session.title for entry in ready_for(order)]


def test_an_open_day_on_the_topic_with_seats_for_the_group_is_ready(world):
    open_day(world)
    assert names(world.order(topic="台风")) == ["台风实验室开放日"]


@pytest.mark.parametrize(
    "more",
    [
        {"title": "看星星"},
        {"quotas": {}},
        {"quotas": {"group": 20}, "capacity": 45},
        {"audience": "elderly"},
        {"starts_at": at(9, days=40), "ends_at": at(11, days=40)},
    ],
    ids=["topic", "no groups", "too few seats", "for others", "later"],
)
def test_what_does_not_suit_is_not_offered(world, more):
    open_day(world, **more)
    assert names(world.order(topic="台风")) == []


def test_far_away_only_online_will_do(world):
    order = world.order(topic="台风")
    open_day(world, region=world.elsewhere)
    assert names(order) == []
    open_day(world, region=world.elsewhere, is_online=True, stream="https://live.example/1", title="台风直播")
    assert names(order) == ["台风直播"]


def test_a_few_people_need_no_seats_for_groups(world):
    open_day(world, quotas={})
    assert names(world.order(topic="台风", people=3, accompanying=1)) == ["台风实验室开放日"]


def test_the_best_stands_in_front_and_five_at_most(world):
    for number in range(6):
        open_day(world, title=f"台风 {number}", starts_at=at(8 + number, days=3), ends_at=at(9 + number, days=3))
    open_day(world, title="台风来了怎么办：预警", starts_at=at(9, days=9), ends_at=at(10, days=9))
    found = names(world.order(topic="台风预警"))
    assert found[0] == "台风来了怎么办：预警"
    assert len(found) == 5


def test_both_sides_see_it_until_somebody_comes(client, world):
    session = open_day(world)
    order = world.ask(topic="台风来了怎么办")
    link = reverse("requests:event", args=[session.pk])

    def shown(who, name) -> bool:
        client.force_login(who)
        page = client.get(reverse(f"requests:{name}", args=[order.pk])).content.decode()
        assert ("团体还有 90 个座位" in page) == (link in page)
        return link in page

    assert shown(world.teacher, "own")
    assert shown(world.office, "desk_order")
    services.approve_order(order.pk, actor=world.office)
    expert = world.expert()
    services.accept_offer(world.offer(order, expert).pk, actor=expert.person)
    assert not shown(world.teacher, "own")


def test_many_are_read_as_fast_as_few(world):
    order = world.order(topic="台风")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            ready_for(order)
        return len(queries)

    open_day(world)
    few = asked()
    for number in range(8):
        open_day(world, title=f"台风 {number}", starts_at=at(8 + number, days=4), ends_at=at(9 + number, days=4))
    assert asked() == few
