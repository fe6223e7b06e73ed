"""A visitor reads the city: any day by keyboard, tables beside charts, on a phone, for old eyes, without script."""

import os
from pathlib import Path

import pytest
from django.conf import settings as site
from playwright.sync_api import Browser, Page, expect

from kepu.demo.services import load_city
from tests.browsing import overhang, settle, violations_in_themes, visit
from tests.plan.worlds import DAY, World, public_pages, seven_states

PICTURES = os.environ.get("KEPU_PICTURES", "")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY


@pytest.fixture
def world() -> World:
    return seven_states()


@pytest.fixture
def visitor(page: Page):
    """A page whose console must stay empty."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda problem: said.append(str(problem)))
    yield page
    assert said == []


def states(page: Page) -> list[str]:
    return page.locator("#asof .tile-groups .tile").evaluate_all(
        "tiles => tiles.map(tile => [...tile.classList].find(name => name.startsWith('sign-')).slice(5))"
    )


def test_the_front_page_as_of_another_day_by_keyboard(visitor, live_server, world):
    visitor.goto(live_server.url)
    expect(visitor.locator("[data-module='portal/goal_chart'] svg")).to_be_visible()
    assert states(visitor) == ["kept", "on_pace", "behind", "overdue", "stale", "silent", "undecided"]

    slider = visitor.locator("input[name=offset]")
    slider.focus()
    for _time in range(3):
        slider.press("PageDown")
    expect(visitor.locator("#asof .tile.sign-behind")).to_have_count(0)
    assert states(visitor)[0] != "kept"
    expect(slider).to_be_focused()
    day = visitor.locator(".day-slider input[name=day]").input_value()
    assert visitor.url.endswith(f"/?day={day}")

    visitor.locator("#asof .tile").first.click()
    expect(visitor.locator("h1")).to_have_text("办好讲堂")
    expect(visitor.locator(".day-slider input[name=day]")).to_have_value(day)


def test_every_chart_has_its_table_a_click_away(visitor, live_server, world):
    visitor.goto(live_server.url)
    figure = visitor.locator("figure.chart")
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.get_by_text("看成表格").click()
    expect(figure.get_by_role("row", name="2020")).to_contain_text("14.30%")
    expect(figure.locator(".chart-canvas")).to_have_attribute(
        "aria-label", "2015 年 10.00%，2020 年 14.30%，2025 年目标 18%"
    )

    visitor.goto(f"{live_server.url}/plan/seven/tasks/2-1-3/")
    expect(visitor.locator("figure.chart .chart-canvas svg")).to_be_visible()
    visitor.locator("figure.chart").get_by_text("看成表格").click()
    expect(visitor.get_by_role("row", name="2024-09")).to_contain_text("10")
    visitor.locator("input[name=offset]").press("ArrowLeft")
    expect(visitor.locator("#asof figure.chart .chart-canvas svg")).to_be_visible()  # drawn anew after the swap


@pytest.mark.parametrize("cookies", [{}, {"kepu_elder": "26"}], ids=str)
def test_axe_finds_nothing_on_any_public_page(page, live_server, world, cookies):
    for path in public_pages(world):
        visit(page, f"{live_server.url}{path}", **cookies)
        for summary in page.locator("#asof details > summary, figure details > summary").all():
            summary.click()
        assert violations_in_themes(page) == {}, path


def test_nothing_runs_off_the_side_and_elder_targets_are_large(visitor, live_server, world):
    for path in public_pages(world):
        visit(visitor, f"{live_server.url}{path}")
        assert {width: overhang(visitor, width) for width in (360, 1280)} == {360: 0, 1280: 0}, path
    visitor.set_viewport_size({"width": 390, "height": 900})
    for path in public_pages(world):
        visit(visitor, f"{live_server.url}{path}", kepu_elder="30")
        assert overhang(visitor, 390) == 0, path
        small = visitor.evaluate(
            """[...document.querySelectorAll(`a.btn, button, summary.btn, a.tile, .form-control, .form-select, a.place,
               a.door`)].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 59.5)
               .map(e => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], path


def test_a_day_and_a_filter_are_chosen_without_script(browser: Browser, live_server, world):
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/plan/seven/")

    page.get_by_label("状态").select_option("kept")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("status").first).to_contain_text("1 项")
    page.locator("input[name=day]").first.fill("2023-02-01")
    page.get_by_role("button", name="看这一天").click()
    expect(page.locator("select[name=state]")).to_have_value("kept")
    expect(page.get_by_text("没有符合条件的任务")).to_be_visible()
    page.get_by_role("link", name="看全部任务").click()
    expect(page.locator("input[name=was]")).to_have_value("2023-02-01")
    context.close()


def test_a_page_prints_without_what_only_a_screen_needs(visitor, live_server, world):
    visitor.goto(f"{live_server.url}/plan/seven/")
    visitor.emulate_media(media="print")

    for selector in (".day-slider", ".filters", ".site-header"):
        expect(visitor.locator(selector)).to_be_hidden()
    expect(visitor.get_by_text("示例文本，据甲文件所载事实改写，非原文").first).to_be_visible()
    expect(visitor.get_by_text("演示日期")).to_be_visible()


@pytest.mark.skipif(not PICTURES, reason="pictures are taken by `make pictures`")
def test_the_picture_of_the_front_page_is_taken_from_the_example(visitor, live_server):
    load_city(site.KEPU_ROOT / "examples" / "qingdao")
    visitor.set_viewport_size({"width": 1280, "height": 1330})
    visitor.goto(live_server.url)
    settle(visitor)
    expect(visitor.locator("figure.chart .chart-canvas svg")).to_be_visible()
    expect(visitor.locator("#asof .tile-groups .tile")).to_have_count(32)
    visitor.wait_for_timeout(600)  # the chart has come to rest

    visitor.screenshot(path=str(Path(PICTURES) / "home.png"))
