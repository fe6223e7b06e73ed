"""One journey: a museum registers an agreement with a school → shows it → the school orders lessons → they are counted."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kepu.foundation.clock import today
from kepu.outreach.requests.models import StandingOffer
from tests.browsing import check, quiet, sit_down
from tests.outreach.requests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder is named."""
    if folder := os.environ.get("KEPU_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_registered_shown_ordered_and_counted(  # noqa: PLR0915 one journey
    page: Page, live_server: LiveServer
) -> None:
    world, address = World(), live_server.url
    giver, start = world.expert("展厅讲解", kind="post"), today() + timedelta(days=2)
    with quiet(page):
        page.set_viewport_size(LAPTOP)
        sit_down(page.context, address, world.office)
        page.goto(f"{address}/desk/orders/standing/")
        check(page, "standing_desk")
        page.get_by_role("link", name="登记一个").click()
        page.get_by_label("类型").select_option("agreement")
        page.get_by_label("名称").fill("海洋馆和示例小学")
        page.get_by_label("谁提供").fill(world.institute.name)
        page.get_by_label("谁来讲").fill(giver.number)
        page.get_by_label("形式").select_option("lecture")
        page.get_by_label("给谁听").select_option("youth")
        page.get_by_label("一次多少分钟").fill("80")
        page.get_by_label("一次最多多少人").fill("50")
        page.get_by_label("自", exact=True).fill(f"{today()}")
        page.get_by_label("至", exact=True).fill(f"{today() + timedelta(days=100)}")
        page.locator("summary", has_text="馆校合作").click()
        page.get_by_label("合作的学校").fill(world.school.name)
        page.get_by_label("一次算几课时").fill("2")
        page.get_by_label("每班几课时").fill("4")
        page.get_by_label("班级和人数").fill("三年级 1 班，42\n三年级 2 班，40")
        check(page, "standing_new")
        shot(page, "standing_new")
        page.get_by_role("button", name="登记", exact=True).click()
        page.get_by_role("button", name="公布").click()
        expect(page.get_by_text("公布了，谁都可以点。")).to_be_visible()
        check(page, "standing_change")

        page.set_viewport_size(PHONE)
        sit_down(page.context, address, world.teacher)
        page.goto(f"{address}/order/standing/")
        check(page, "standing")
        shot(page, "standing")
        page.get_by_role("link", name="海洋馆和示例小学").click()
        check(page, "standing_one")
        shot(page, "standing_one")
        page.get_by_role("link", name="点这个").click()
        expect(page.get_by_label("想听什么")).to_have_value("海洋馆和示例小学")
        page.get_by_label("哪个班").select_option(label="三年级 1 班（42）")
        page.get_by_label("多少人").fill("42")
        page.get_by_label("在哪里").select_option(str(world.district.pk))
        page.get_by_label("具体地点").fill("示例小学报告厅")
        page.get_by_label("最早哪天").fill(f"{start}")
        page.get_by_label("最晚哪天").fill(f"{start + timedelta(days=20)}")
        page.get_by_label("要来几次").fill("2")
        check(page, "standing_ask")
        shot(page, "standing_ask")
        page.get_by_role("button", name="同意告知书，点单").click()
        expect(page.get_by_text("已点单，待审核")).to_be_visible()
        expect(page.get_by_text("三年级 1 班")).to_be_visible()
        page.goto(f"{address}{StandingOffer.objects.get().get_absolute_url()}")
        row = page.get_by_role("row", name="三年级 1 班")
        expect(row.get_by_role("cell")).to_have_text(["4", "0"])
