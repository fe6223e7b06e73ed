"""One journey: 点单 → round → offer → declined → next → session → helpers → check-in → 评单 → the task moves on the public page."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kepu.directory.register.models import Person
from kepu.foundation.clock import fixed
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.models import Order, Round, Session
from kepu.outreach.requests.services import run_round, send_round
from tests.browsing import check, quiet, sit_down
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.requests.crews import crew, project
from tests.plan.worlds import DAY, World, seven_states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
TOPIC = "台风来了怎么办"


@pytest.fixture
def world(settings) -> World:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY
    with fixed(DAY):
        return seven_states()


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    with quiet(page):
        yield page


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder is named."""
    if folder := os.environ.get("KEPU_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def expert(world: World, number: int, topic: str) -> Capacity:
    """Somebody admitted, who works elsewhere."""
    body = OrganisationFactory(name=f"示例研究所 {number}", region=world.city.city)
    return Capacity.objects.create(
        person=PersonFactory(name=f"示例专家 {number:03d}", organisation=body), kind="expert", state="admitted",
        number=f"ZJ{number:03d}", organisation=body, region=world.city.south, topics=[topic], forms=["lecture"],
        audiences=["youth"], valid_from=DAY, valid_to=DAY + timedelta(days=900), is_demonstration=True,
    )  # fmt: skip


def helpers(world: World) -> Person:
    """Who leads a team that has a helper and a project."""
    body = OrganisationFactory(name="示例志愿者协会", region=world.city.city)
    here = SimpleNamespace(district=world.city.south, institute=body, office=world.city.officer)
    with fixed(DAY):
        team = crew(here, "示例帮手队", able=1, skill="order")
        project(here, team, "示例常年帮手", receiver=body)
    assert team.leader is not None
    return team.leader


def talks(page: Page, address: str, world: World) -> None:
    page.goto(f"{address}/plan/{world.plan.slug}/tasks/{world.task('二(一)2').slug}/")


def test_asked_matched_declined_given_rated_and_seen_by_everybody(  # noqa: PLR0915 one journey
    quiet_page: Page, live_server: LiveServer, world: World, settings
) -> None:
    page, address = quiet_page, live_server.url
    teacher, office = PersonFactory(name="示例老师 001"), world.city.officer
    first, second = expert(world, 1, TOPIC), expert(world, 2, "台风预警怎么看")
    leader = helpers(world)
    talks(page, address, world)
    expect(page.get_by_text("3 场").first).to_be_visible()

    page.set_viewport_size(PHONE)
    sit_down(page.context, address, teacher)
    page.goto(f"{address}/order/")
    check(page, "order_home")
    page.get_by_role("link", name="点一单").first.click()
    page.get_by_label("想听什么").fill(TOPIC)
    page.get_by_label("给谁听").select_option("youth")
    page.get_by_label("多少人").fill("42")
    page.get_by_label("什么形式").select_option("lecture")
    page.get_by_label("在哪里").select_option(label="市南区")
    page.get_by_label("具体地点").fill("示例小学报告厅")
    page.get_by_label("最早哪天").fill(f"{DAY + timedelta(days=1)}")
    page.get_by_label("最晚哪天").fill(f"{DAY + timedelta(days=6)}")
    page.get_by_label("单位").fill("示例小学")
    page.get_by_text("还可以写").click()
    page.get_by_label("要几名志愿者帮忙").fill("1")
    check(page, "order_ask")
    shot(page, "ask")
    page.get_by_role("button", name="同意告知书，点单").click()
    expect(page.get_by_text("已点单，待审核")).to_be_visible()
    check(page, "order_own")
    order = Order.objects.get()

    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, office)
    page.goto(f"{address}/desk/orders/")
    check(page, "order_desk")
    shot(page, "desk")
    page.get_by_role("link", name=order.number).click()
    page.get_by_role("button", name="通过，开始派单").click()
    expect(page.get_by_text("示例专家 001")).to_be_visible()
    check(page, "order_desk_order")
    shot(page, "desk_order")
    page.goto(f"{address}/desk/orders/rounds/")
    check(page, "order_rounds")
    shot(page, "rounds")
    page.get_by_role("button", name="开始排").click()
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    with fixed(DAY):
        run_round(Round.objects.get().pk)
    expect(page.get_by_role("heading", name="要 1 次，排上 1 次")).to_be_visible()
    check(page, "order_round")
    shot(page, "round")
    page.get_by_role("button", name="派出去").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    check(page, "order_round_sending")
    with fixed(DAY):
        send_round(Round.objects.get().pk, office.pk)
    expect(page.get_by_text("已派出", exact=True)).to_be_visible()

    page.set_viewport_size(PHONE)
    sit_down(page.context, address, first.person)
    page.goto(f"{address}/order/mine/")
    page.get_by_role("link", name="去答复").click()
    check(page, "order_offer")
    shot(page, "offer")
    page.get_by_text("这次去不了").click()
    page.get_by_label("为什么").fill("那天出差")
    page.get_by_role("button", name="去不了").click()
    expect(page.get_by_text("记下了，已经去问下一位。")).to_be_visible()

    sit_down(page.context, address, second.person)
    page.goto(f"{address}/order/mine/")
    page.get_by_role("link", name="去答复").click()
    page.get_by_role("button", name="我去").click()
    expect(page.get_by_text("谢谢您！排上了")).to_be_visible()
    session = Session.objects.get()

    sit_down(page.context, address, leader)
    page.goto(f"{address}/order/mine/")
    check(page, "order_mine_of_a_leader")
    page.get_by_role("link", name="去答复").click()
    for width in (LAPTOP, PHONE):
        page.set_viewport_size(width)
        check(page, "order_helpers_asked")
        shot(page, f"helpers_asked_{width['width']}")
    page.get_by_role("button", name="去帮忙，开班次").click()
    expect(page.get_by_text("0 人报名，共 1 个名额。")).to_be_visible()
    check(page, "order_helpers_opened")
    shot(page, "helpers_opened")
    sit_down(page.context, address, second.person)
    page.goto(f"{address}/order/sessions/{session.pk}/")

    settings.KEPU_DEMONSTRATION_DAY = session.day + timedelta(days=1)
    page.reload()
    shown = page.locator("#code .big-number").inner_text()
    check(page, "order_session")
    shot(page, "session")
    sit_down(page.context, address, teacher)
    page.goto(f"{address}/order/sessions/{session.pk}/")
    page.get_by_label("来了多少人").fill("44")
    page.get_by_label("现场码").fill(shown)
    page.get_by_role("button", name="来了，签到").click()
    expect(page.get_by_text("签到了，这一场记进了台账。")).to_be_visible()
    page.get_by_label("满意", exact=True).check()
    page.get_by_label("说几句").fill("孩子们问个不停")
    shot(page, "rate")
    page.get_by_role("button", name="评好了").click()
    expect(page.get_by_text("孩子们问个不停")).to_be_visible()
    order.refresh_from_db()
    assert order.state == "rated"

    talks(page, address, world)
    expect(page.get_by_text("4 场").first).to_be_visible()
    shot(page, "public")
    page.goto(f"{address}/order/")
    expect(page.get_by_text(re.compile("1 ?单办完"))).to_be_visible()
