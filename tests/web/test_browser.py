"""The look in a real browser: on phone and wide, by keyboard, without script, for old eyes."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import THEMES, overhang, settle, violations_in_themes, visit

FRAMES = ("portal", "desk", "plain")
COLOURS = """document.getAnimations().map(one => one.finish()) && ["body", ".site-header", "main a", ".btn-primary", ".panel"].map(name => getComputedStyle(
  document.querySelector(name))).map(style => [style.color, style.backgroundColor])"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def look(site) -> str:
    return f"{site.url}/desk/look/"


@pytest.fixture
def quiet_page(shared_page: Page) -> Page:
    """A page whose console must stay empty."""
    return shared_page


def open_look(page: Page, look: str, frame: str = "portal", **cookies: str) -> None:
    visit(page, f"{look}?as={frame}", **cookies)


@pytest.mark.parametrize("frame", ["portal", "desk"])
@pytest.mark.parametrize("cookies", [{}, {"kepu_elder": "26"}], ids=str)
def test_axe_finds_nothing(quiet_page, look, frame, cookies):
    open_look(quiet_page, look, frame, **cookies)

    assert violations_in_themes(quiet_page) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_cookie_of_a_theme_does_what_its_attribute_does(quiet_page, look, theme):
    open_look(quiet_page, look, kepu_theme=theme)
    by_cookie = quiet_page.evaluate(COLOURS)
    quiet_page.evaluate("delete document.documentElement.dataset.theme")
    plain = quiet_page.evaluate(COLOURS)
    quiet_page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)

    assert quiet_page.evaluate(COLOURS) == by_cookie != plain


@pytest.mark.parametrize("cookies", [{}, {"kepu_elder": "30"}], ids=str)
@pytest.mark.parametrize("frame", FRAMES)
def test_nothing_runs_off_the_side(quiet_page, look, frame, cookies):
    open_look(quiet_page, look, frame, **cookies)

    assert {width: overhang(quiet_page, width) for width in (1920, 1280, 768, 360)} == {
        1920: 0,
        1280: 0,
        768: 0,
        360: 0,
    }
    quiet_page.reload()  # and so does a page that was narrow from the beginning
    assert overhang(settle(quiet_page), 360) == 0


def test_text_at_200_percent_fits_a_laptop_and_a_phone(quiet_page, look):
    open_look(quiet_page, look)
    quiet_page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert {width: overhang(quiet_page, width) for width in (1280, 360)} == {1280: 0, 360: 0}


def test_elder_mode_is_large_enough_everywhere(quiet_page, look):
    quiet_page.set_viewport_size({"width": 390, "height": 900})
    open_look(quiet_page, look, kepu_elder="22")

    body = quiet_page.evaluate("getComputedStyle(document.body)")
    assert (body["fontSize"], body["lineHeight"]) == ("22px", "36.0008px")
    sizes = quiet_page.evaluate(
        """[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('svg') &&
           [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
           .map(e => [parseFloat(getComputedStyle(e).fontSize), e.outerHTML.slice(0, 80)]).filter(([s]) => s < 18)"""
    )
    assert sizes == []
    small = quiet_page.evaluate(
        """[...document.querySelectorAll(`a.btn, button, summary.btn, a.tile, .site-nav a, .form-control, .form-select,
           .place, .site-name, .pages a`)].filter(e => e.checkVisibility()).map(e => [e.getBoundingClientRect(), e])
           .filter(([r]) => r.height < 59.5 || r.width < 44).map(([r, e]) => [r.width, r.height, e.outerHTML.slice(0, 80)])"""
    )
    assert small == []


def test_chinese_shows_without_a_chinese_font(quiet_page, look):
    open_look(quiet_page, look)
    session = quiet_page.context.new_cdp_session(quiet_page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]

    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]

    assert sum(font["glyphCount"] for font in fonts) > 10
    assert all("Noto Sans SC" in font["familyName"] or not font["isCustomFont"] for font in fonts)
    assert not any("DejaVu" in font["familyName"] for font in fonts)


def test_the_slider_moves_by_keyboard_and_the_date_follows(quiet_page, look):
    open_look(quiet_page, look)
    slider = quiet_page.locator("input[name=offset]")

    slider.focus()
    slider.press("ArrowRight")
    expect(quiet_page.locator(".day-slider input[name=day]")).to_have_value("2024-09-16")
    expect(slider).to_have_attribute("aria-valuetext", "2024-09-16")
    slider.press("Home")
    quiet_page.get_by_role("button", name="看这一天").click()

    expect(quiet_page.locator("input[name=was]")).to_have_value("2021-01-01")


def test_the_first_tab_skips_to_the_text_and_escape_closes_a_menu(quiet_page, look):
    open_look(quiet_page, look)

    quiet_page.keyboard.press("Tab")
    expect(quiet_page.locator(":focus")).to_have_text("跳到正文")
    menu = quiet_page.locator("details.for-wide")
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    quiet_page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_notice_stays_until_it_is_closed(quiet_page, look):
    open_look(quiet_page, look)
    notice = quiet_page.locator(".notice-success")

    notice.get_by_role("button", name="关闭这条提示").click()

    expect(notice).to_have_count(0)


def test_the_chart_is_drawn_and_described(quiet_page, look):
    open_look(quiet_page, look)

    expect(quiet_page.locator(".chart-canvas svg")).to_be_visible()
    expect(quiet_page.locator(".chart-canvas")).to_have_attribute(
        "aria-label", "示例：2010 年 3.27%，逐年上升到 2023 年 14.14%，2025 年目标 18%。"
    )


def test_everything_works_without_script(browser: Browser, look):
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{look}?as=portal")

    page.locator("details.for-phone summary").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "22")
    page.get_by_role("button", name="最大").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "30")
    page.get_by_role("button", name="退出长辈版").click()
    expect(page.locator("html")).not_to_have_attribute("data-elder", "30")

    page.locator("input[name=offset]").press("Home")
    page.get_by_role("button", name="看这一天").click()
    expect(page.locator("input[name=was]")).to_have_value("2021-01-01")
    expect(page.locator("button[data-close]").first).to_be_hidden()
    context.close()


def test_it_prints_without_navigation(quiet_page, look):
    open_look(quiet_page, look, "desk")
    quiet_page.emulate_media(media="print")

    for selector in (".desk-side.for-wide-desk", ".desk-top", ".day-slider", ".pages"):
        expect(quiet_page.locator(selector)).to_be_hidden()
    expect(quiet_page.locator("h1")).to_be_visible()
