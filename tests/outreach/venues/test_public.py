"""What everybody finds, and what one venue's page says."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kepu.foundation import clock
from kepu.outreach.venues.queries.public import dot_map
from kepu.outreach.venues.rules import Hours
from kepu.outreach.venues.services import (
    AccreditationTerms,
    accredit_venue,
    add_free_days,
    change_content,
    close_for_days,
    close_venue,
    place_stay,
    set_opening,
)
from tests.outreach.venues.factories import DAY, at, district, office, venue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stated_day(settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY


def found(client: Client, **asked: str) -> str:
    response = client.get(reverse("venues:find"), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_drafts_and_closed_ones_are_not_found(client):
    venue(name="公布的馆")
    venue(name="草稿的馆", public=False)
    close_venue(venue(name="停用的馆").pk, reason="合并", actor=office())

    page = found(client)
    assert "公布的馆" in page
    assert "草稿的馆" not in page
    assert "停用的馆" not in page


def test_every_filter_narrows(client):
    other = district("370203", "市北区")
    venue("museum", name="海洋博物馆", is_free=False, access=("step_free",))
    venue("gallery", name="街口画廊", region=other)
    kept = venue("science_centre", name="周末科技馆", is_free=False)
    set_opening(kept.pk, valid_from=DAY, hours=[Hours(6, time(9), time(16))], actor=office())
    add_free_days(kept.pk, since=DAY, until=DAY + timedelta(days=30), actor=office())

    def names(**asked: str) -> set[str]:
        page = found(client, **asked)
        return {name for name in ("海洋博物馆", "街口画廊", "周末科技馆") if name in page}

    sunday = (DAY + timedelta(days=6)).isoformat()
    assert names() == {"海洋博物馆", "街口画廊", "周末科技馆"}
    assert names(kind="gallery") == {"街口画廊"}
    assert names(district="370203") == {"街口画廊"}
    assert names(district="999999") == names()  # what cannot be read narrows nothing
    assert names(access="step_free") == {"海洋博物馆"}
    assert names(day=sunday) == {"周末科技馆"}
    assert names(free="on") == {"街口画廊"}
    assert names(free="on", day=sunday) == {"周末科技馆"}
    assert names(q="haiyang") == {"海洋博物馆"}
    assert names(day="nonsense", kind="nonsense") == {"海洋博物馆", "街口画廊", "周末科技馆"}


def test_the_map_has_a_dot_for_each_place_and_says_who_has_none(client):
    venue(name="甲馆", **at(120.3, 36.1))
    venue(name="乙馆", **at(120.5, 36.3))
    venue(name="丙馆")

    page = found(client)
    assert page.count('<circle class="dot') == 2
    assert "1 处没有坐标" in page
    assert "<title>甲馆</title>" in page


def test_north_is_up_and_the_bar_is_as_long_as_it_says():
    drawn = dot_map([((120.0, 36.0), "south", ""), ((120.0, 36.2), "north", ""), ((120.2, 36.0), "east", "")])
    assert drawn is not None
    south, north, east = drawn.dots
    assert north.y < south.y
    assert east.x > south.x
    kilometres = (south.y - north.y) / (drawn.bar / drawn.km_bar)
    assert kilometres == pytest.approx(22.24, abs=0.1)
    assert dot_map([]) is None


def test_a_page_says_all_that_a_visitor_needs(client):
    actor = office()
    kept = venue(
        "base", name="海洋科普基地", summary="看鲸的骨架", phone="0532-0000000", access=("lift",),
        is_free=False, fee_note="学生半价", details={"display_m2": 900}, **at(120.3, 36.1),
    )  # fmt: skip
    set_opening(kept.pk, valid_from=DAY, hours=[Hours(0, time(9), time(16))], note="15:30 停止入场", actor=actor)
    close_for_days(kept.pk, since=DAY + timedelta(days=7), until=DAY + timedelta(days=7), reason="布展", actor=actor)
    accredit_venue(kept.pk, AccreditationTerms("city", "市科普教育基地", DAY, number="青-7"), actor=actor)
    accredit_venue(kept.pk, AccreditationTerms("national", "旧的命名", date(2010, 1, 1), date(2015, 1, 1)), actor=actor)
    change_content(kept.pk, {1: "深海"}, changed_on=DAY, actor=actor)

    page = client.get(kept.get_absolute_url()).content.decode()
    for words in (
        "看鲸的骨架",
        "0532-0000000",
        "有电梯",
        "学生半价",
        "900 平方米",
        "09:00–16:00",
        "15:30 停止入场",
        "市科普教育基地",
        "青-7",
        "深海",
        "就这一项提问",
    ):
        assert words in page, words
    assert "旧的命名" not in page


def test_a_travelling_set_says_where_it_stands_next(client):
    kept = venue("mobile_set", address="")
    stay = {"region_id": district().pk, "address": "示例镇文化站", "actor": office()}
    place_stay(kept.pk, since=DAY, until=DAY + timedelta(days=60), **stay)

    assert "示例镇文化站" in client.get(kept.get_absolute_url()).content.decode()


def test_a_draft_has_no_page_and_a_closed_one_says_why(client):
    assert client.get(venue(public=False).get_absolute_url()).status_code == 404
    kept = venue()
    close_venue(kept.pk, reason="并入新馆", actor=office())
    assert "并入新馆" in client.get(kept.get_absolute_url()).content.decode()
    assert client.get(reverse("venues:public", args=[10**12])).status_code == 404


def test_the_list_asks_the_database_the_same_whatever_it_holds(client, django_assert_max_num_queries):
    with clock.fixed(DAY):
        for number in range(12):
            kept = venue(**at(120 + number / 100, 36))
            set_opening(kept.pk, valid_from=DAY, hours=[Hours(0, time(9), time(16))], actor=office())
            accredit_venue(kept.pk, AccreditationTerms("city", "市级基地", DAY), actor=office())
    found(client)
    with django_assert_max_num_queries(20):
        found(client)


def test_public_pages_speak_english(client):
    kept = venue("gallery", name="Gallery 1", access=("seats",), details={"length_m": "12"}, **at(120.3, 36.1))
    client.cookies["django_language"] = "en"
    for address in (reverse("venues:find"), kept.get_absolute_url()):
        page = client.get(address).content.decode()
        for words in ("Find a venue", "Science gallery"):
            assert words in page, words
        for words in ("今天", "免费", "没有登记", "公里", "门票"):
            assert words not in page, (address, words)
