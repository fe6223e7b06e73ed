"""One journey: the office schedules → calendar → booked on a phone → full, the next waits → called off, each told once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from kepu.config.policy import content_security_policy
from kepu.directory.notices.models import Notice
from kepu.directory.register.models import Person
from kepu.foundation.clock import fixed, now
from kepu.outreach.bookings import services as bookings
from kepu.outreach.requests.models import Session
from tests.browsing import DAY, check, quiet, settle, sit_down, step
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import at, states
from tests.outreach.requests.test_open_sessions import schedule as scheduled
from tests.outreach.requests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
TITLE = "台风来了怎么办"
HLS, MEDIA = Path(__file__).parent / "hls", "https://live.example"
"""Four seconds of a moving pattern, 64 × 36, made for this test with `ffmpeg -f lavfi -i testsrc2 -c:v libvpx-vp9 -f hls`."""


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    with quiet(page):
        yield page


@pytest.fixture
def town(world: World, settings) -> World:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY
    with fixed(DAY):
        assert world.office
        assert world.institute
        assert world.district
    return world


def schedule(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/orders/sessions/")
    settle(page)
    step(page, page.get_by_role("link", name="排一场").first.click)
    page.get_by_label("这一场叫什么").fill(TITLE)
    page.get_by_label("什么形式").select_option("lecture")
    page.get_by_label("主办单位").fill("示例海洋研究所")
    page.get_by_label("地区").select_option(label="市南区")
    page.get_by_label("具体地点").fill("示例文化大院")
    page.get_by_label("开始").fill(f"{at(9, days=3):%Y-%m-%dT%H:%M}")
    page.get_by_label("结束", exact=True).fill(f"{at(11, days=3):%Y-%m-%dT%H:%M}")
    page.get_by_label("一共多少座位").fill("2")
    check(page, "schedule")
    step(page, page.get_by_role("button", name="排上，开放预约").click)
    expect(page.get_by_text("排好了，已经在活动日历上")).to_be_visible()
    check(page, "session")


def sign_up(page: Page, address: str, who: Person, *, people: int, button: str) -> None:
    sit_down(page.context, address, who)
    page.goto(f"{address}/events/")
    check(page, "events")
    step(page, page.get_by_role("link", name=TITLE, exact=True).click)
    check(page, "event")
    step(page, page.get_by_role("link", name="报名").click)
    page.get_by_label("几个人来").fill(f"{people}")
    step(page, page.get_by_role("button", name=button).click)
    check(page, "own")


def test_scheduled_found_booked_full_waited_for_and_called_off(quiet_page: Page, live_server: LiveServer, town) -> None:
    page, address = quiet_page, live_server.url
    first, second = PersonFactory(name="示例居民 001"), PersonFactory(name="示例居民 002")
    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, town.office)
    schedule(page, address)
    session = Session.objects.get()

    page.goto(f"{address}/events/")
    expect(page.get_by_role("link", name=TITLE, exact=True)).to_be_visible()
    page.get_by_label("什么形式").select_option("fair")
    expect(page.get_by_text("没有这样的活动")).to_be_visible()
    page.get_by_label("什么形式").select_option("lecture")
    expect(page.get_by_role("link", name=TITLE, exact=True)).to_be_visible()

    page.set_viewport_size(PHONE)
    sign_up(page, address, first, people=2, button="就约这一场")
    sign_up(page, address, second, people=1, button="候补")
    assert states(session.slot) == ["booked", "waiting"]

    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, town.office)
    page.goto(f"{address}/order/sessions/{session.pk}/")
    settle(page)
    page.get_by_text("取消这一场").first.click()
    page.get_by_label("为什么", exact=False).fill("台风")
    step(page, page.get_by_role("button", name="取消这一场").click)
    for _again in range(2):
        bookings.tell_cancelled(session.slot_id)
    for person in (first, second):
        assert Notice.objects.filter(person=person, key__startswith="bookings.slot_cancelled").count() == 1
    page.goto(f"{address}/events/{session.pk}/")
    expect(page.get_by_text("取消了：")).to_be_visible()
    check(page, "event_off")


def media_server(page: Page, *, is_up: list[bool]) -> None:
    """Answer for the operator's media server: two stretches of a picture, or nothing yet."""

    def answer(route: Route) -> None:
        file = HLS / route.request.url.rpartition("/")[-1]
        if is_up[0] and file.is_file():
            route.fulfill(body=file.read_bytes(), headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.fulfill(status=404, headers={"Access-Control-Allow-Origin": "*"})

    page.route(f"{MEDIA}/**", answer)


def test_a_stream_is_played_on_its_page_and_waited_for(page: Page, live_server: LiveServer, town, settings) -> None:
    settings.KEPU_MEDIA_HOSTS = (MEDIA,)
    settings.CONTENT_SECURITY_POLICY = content_security_policy(media_hosts=(MEDIA,))
    session = scheduled(
        town, form="live", is_online=True, stream=f"{MEDIA}/room/all.m3u8",
        starts_at=now() + timedelta(minutes=10), ends_at=now() + timedelta(hours=2),
    )  # fmt: skip
    is_up = [False]
    media_server(page, is_up=is_up)
    page.clock.install()
    page.set_viewport_size(PHONE)

    page.goto(f"{live_server.url}/events/{session.pk}/")
    settle(page)
    expect(page.get_by_text("现在没有信号")).to_be_visible()
    check(page, "stream")

    is_up[0] = True
    page.clock.run_for(11_000)
    expect(page.get_by_text("现在没有信号")).to_have_count(0)
    page.evaluate("() => { document.querySelector('video').play() }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
    assert page.evaluate("() => document.querySelector('video').videoWidth") == 64
