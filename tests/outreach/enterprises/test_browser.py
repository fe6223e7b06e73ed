"""One journey: a need posted on a phone → checked → an expert ordered → offered, accepted, held by code → served; a proposal with a result."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kepu.foundation.clock import fixed
from kepu.outreach.enterprises.models import Need
from kepu.outreach.requests.models import Session
from tests.browsing import check, overhang, quiet, settle, sit_down, step, visit
from tests.outreach.enterprises.worlds import TITLE, Works
from tests.outreach.requests.worlds import day
from tests.plan.worlds import DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def world(settings) -> Works:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY
    with fixed(DAY):
        works = Works()
        works.welder(), works.factory, works.officer, works.poster
        return works


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    with quiet(page):
        yield page


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder is named."""
    if folder := os.environ.get("KEPU_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_posted_checked_ordered_held_and_served_and_a_proposal_with_its_result(  # noqa: PLR0915 one journey
    quiet_page: Page, live_server: LiveServer, world: Works, settings
) -> None:
    page, address = quiet_page, live_server.url
    with fixed(DAY):
        last = day(6)

    page.set_viewport_size(PHONE)
    sit_down(page.context, address, world.poster)
    page.goto(f"{address}/order/")
    step(page, page.get_by_role("link", name="企业有难题，请专家来").click)
    check(page, "needs_home_empty")
    step(page, page.get_by_role("link", name="提一条需求").first.click)
    page.get_by_label("哪一类").select_option("technical")
    page.get_by_label("要解决什么").fill(TITLE)
    page.get_by_role("textbox", name="说明").fill("换过两种焊条，还是有。")
    page.get_by_label("哪家企业").fill("示例小厂")
    page.get_by_label("在哪里").select_option(label="市南区")
    page.get_by_label("具体地点").fill("三车间")
    page.get_by_label("关系到多少职工").fill("30")
    page.get_by_label("最晚哪天要").fill(f"{last}")
    page.get_by_label("公开题目和类别").check()
    check(page, "needs_post")
    shot(page, "post")
    step(page, page.get_by_role("button", name="同意告知书，提交需求").click)
    expect(page.get_by_text("已提出，待核实")).to_be_visible()
    check(page, "needs_own")
    need = Need.objects.get()

    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, world.officer)
    page.goto(f"{address}/desk/needs/")
    check(page, "needs_desk")
    shot(page, "desk")
    step(page, page.get_by_role("link", name=need.number).click)
    check(page, "needs_desk_posted")
    step(page, page.get_by_role("button", name="核实了，可以安排").click)
    step(page, page.get_by_role("link", name="请专家来").click)
    check(page, "needs_order")
    shot(page, "order")
    step(page, page.get_by_role("button", name="点单").click)
    expect(page.get_by_text("现在就能派单")).to_be_visible()
    expect(page.get_by_text("讲过或能讲").first).to_be_visible()
    check(page, "needs_desk_ordered")
    shot(page, "desk_need")
    step(page, page.get_by_role("link", name="去派单").click)
    step(page, page.get_by_role("button", name="派单：").click)

    expert = world.office.__class__.objects.get(capacities__kind="expert")
    page.set_viewport_size(PHONE)
    sit_down(page.context, address, expert)
    page.goto(f"{address}/order/mine/")
    step(page, page.get_by_role("link", name="去答复").click)
    step(page, page.get_by_role("button", name="我去").click)
    session = Session.objects.get()

    settings.KEPU_DEMONSTRATION_DAY = session.day + timedelta(days=1)
    page.goto(f"{address}/order/sessions/{session.pk}/")
    code = settle(page).locator("#code .big-number").inner_text()
    sit_down(page.context, address, world.poster)
    page.goto(f"{address}/order/sessions/{session.pk}/")
    page.get_by_label("来了多少人").fill("28")
    page.get_by_label("现场码").fill(code)
    step(page, page.get_by_role("button", name="来了，签到").click)

    page.goto(f"{address}/needs/mine/{need.pk}/")
    expect(page.get_by_text("已有专家去过")).to_be_visible()
    check(page, "needs_own_served")
    shot(page, "own")
    step(page, page.get_by_role("link", name="登记一条建议").click)
    page.get_by_role("textbox", name="题目").fill("焊前先烘焊条")
    page.get_by_label("建议怎么做").fill("每班开工前烘一小时。")
    page.get_by_label("几名职工提的").fill("3")
    check(page, "needs_propose")
    shot(page, "propose")
    step(page, page.get_by_role("button", name="登记").click)
    check(page, "needs_proposal")
    page.get_by_role("textbox", name="答复").fill("下周开始。")
    step(page, page.get_by_role("button", name="采纳", exact=True).click)
    page.get_by_label("做成了什么样").fill("返修少了一半。")
    page.get_by_label("一年省下多少元").fill("12000")
    check(page, "needs_result")
    step(page, page.get_by_role("button", name="记下结果").click)
    expect(page.get_by_text("一年省下（企业自报）")).to_be_visible()
    check(page, "needs_resulted")
    shot(page, "proposal")
    for place in ("needs/mine", "needs/proposals"):
        page.goto(f"{address}/{place}/")
        check(page, place)
        shot(page, place.replace("/", "_"))

    page.goto(f"{address}/needs/")
    expect(page.get_by_text(TITLE)).to_be_visible()
    check(page, "needs_home")
    shot(page, "home_390")
    assert overhang(page, 1280) == 0
    shot(page, "home_1280")
    for place in ("needs", "needs/new", f"needs/mine/{need.pk}"):
        page.set_viewport_size(PHONE)
        visit(page, f"{address}/{place}/", kepu_elder="30")
        check(page, f"{place} elder")
        shot(page, f"elder_{place.replace('/', '_')}")
    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, world.officer)
    for place in (f"desk/needs/{need.pk}", "desk/needs/proposals"):
        page.goto(f"{address}/{place}/")
        check(page, place)
        shot(page, place.replace("/", "_"))
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/desk/needs/")
    check(page, "needs_desk_phone")
    shot(page, "desk_390")
