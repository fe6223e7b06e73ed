"""One journey: a month is asked for, made, published and read by everybody; the trip is logged."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kepu.ledger.services import load_indicators
from kepu.outreach.tours.models import TourPlan, TripLog
from kepu.outreach.tours.services import run_plan
from tests.browsing import check, quiet, sit_down
from tests.outreach.tours.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    with quiet(page):
        yield page


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder is named."""
    if folder := os.environ.get("KEPU_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_month_from_wishes_to_the_public_page_and_the_log(
    quiet_page: Page, live_server: LiveServer, world: World, settings
) -> None:
    settings.KEPU_IS_DEMONSTRATION = True
    load_indicators(actor=None)
    page, address = quiet_page, live_server.url
    for number in range(3):
        world.wish(place=f"示例小学 {number}", at_most=2)
        world.wish(place=f"示例村广场 {number}", region=world.far, latitude="36.35")
    world.wish(place="示例夜校", half_days=["3e"])
    assert world.van

    page.set_viewport_size(LAPTOP)
    sit_down(page.context, address, world.office)
    page.goto(f"{address}/desk/tours/")
    check(page, "tours_desk")
    shot(page, "tours_desk")
    page.goto(f"{address}/desk/tours/new/")
    check(page, "tours_new")
    page.goto(f"{address}/desk/tours/plans/")
    check(page, "tours_plans")
    shot(page, "tours_plans")
    page.get_by_text("驾驶员的工时、路程和找多久").click()
    page.get_by_label("每一段找多少次").fill("20")
    page.get_by_role("button", name="开始排").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    plan = TourPlan.objects.get()
    run_plan(plan.pk)
    expect(page.get_by_role("heading", name="要 10 次，排上 9 次")).to_be_visible()
    check(page, "tours_plan")
    shot(page, "tours_plan")
    page.set_viewport_size(PHONE)
    shot(page, "tours_plan_phone")
    page.get_by_role("button", name="公布").click()
    page.goto(f"{address}/vans/")
    expect(page.get_by_text("示例小学 0").first).to_be_visible()
    check(page, "tours_public")
    shot(page, "tours_public_phone")

    stop = plan.stops.order_by("day", "sequence")[0]
    settings.KEPU_DEMONSTRATION_DAY = stop.day
    page.goto(f"{address}/desk/tours/vans/")
    check(page, "tours_vans")
    shot(page, "tours_vans_phone")
    page.get_by_role("link", name="示例大篷车 1 号：登记出车").click()
    page.get_by_label("公里").fill("42.5")
    page.get_by_label(f"{stop.wish.place}来了多少人").fill("95")
    check(page, "tours_log")
    shot(page, "tours_log_phone")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("42.5 公里")).to_be_visible()
    assert TripLog.objects.get().stops.get().people == 95
    page.set_viewport_size(LAPTOP)
    shot(page, "tours_log")
