"""One journey: a grandmother books in elder mode by keyboard, waits, is offered seats, and is let in at the gate."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from kepu.foundation.clock import fixed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.models import Booking
from tests.browsing import check, quiet, sit_down, violations_in_themes, visit
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import at, begin, book, office, people, slot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2024, 9, 2)


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY
    settings.KEPU_IS_DEMONSTRATION = True
    with fixed(DAY):
        yield live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def press_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press the tab key until the control of this name has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent"):
            return
    pytest.fail(f"the tab key does not reach {name}")


def test_a_grandmother_books_by_keyboard_waits_and_is_let_in(quiet_page: Page, site):
    page, address = quiet_page, site.url
    hall, keeper, grandmother = slot(4), office(), PersonFactory(name="示例老人 001")
    first = book(hall, size=4)
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, address, grandmother)

    visit(page, f"{address}/book/of/test.hall:1/", kepu_elder="30")
    check(page, "slots")
    press_to(page, "2024-09-03")
    page.keyboard.press("Enter")
    expect(page.get_by_text("约满了，可以候补")).to_be_visible()
    check(page, "slot")
    press_to(page, "几个人来")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    press_to(page, "我是老年人")
    page.keyboard.press("Space")
    press_to(page, "有什么需要照顾")
    page.keyboard.type("轮椅")
    press_to(page, "看过规则，候补")
    page.keyboard.press("Enter")
    expect(page.get_by_text("您排在第 1 位")).to_be_visible()
    check(page, "waiting")

    services.cancel_booking(first.pk, actor=first.person)
    page.goto(f"{address}/book/mine/")
    check(page, "mine")
    press_to(page, "示例展厅 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="轮到您了")).to_be_visible()
    check(page, "offered")
    press_to(page, "我来，确认座位")
    page.keyboard.press("Enter")
    expect(page.get_by_text("确认好了，座位是您的。")).to_be_visible()
    check(page, "booked")
    booking = Booking.objects.get(person=grandmother)
    assert (booking.state, booking.is_elderly, booking.needs) == ("booked", True, "轮椅")
    code = page.locator(".entry-digits").inner_text()

    begin(hall)
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, address, keeper)
    visit(page, f"{address}/desk/bookings/{hall.pk}/gate/")
    check(page, "gate")
    expect(page.get_by_label("入场码")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("请进：示例老人 001，2 人")).to_be_visible()
    expect(page.locator(".gate-count")).to_contain_text("2 / 2")
    page.get_by_label("按称呼或预约号找").fill("没有这个人")
    expect(page.get_by_text("名单上没有找到")).to_be_visible()
    check(page, "gate, searched")


def test_every_page_is_readable_for_everyone(page: Page, site):
    hall, keeper, (visitor,) = slot(30, quotas={"phone": 10, "group": 5}), office(), people(1)
    draw = slot(1, hours=14, days=3, draw_at=at(8, days=2))
    own = book(hall, visitor, needs="轮椅")
    services.book_for(hall.pk, actor=keeper, channel="phone", guest="来电的人", party_size=3)
    book(draw)
    for _ in range(3):
        book(hall, size=5)
    for person, paths in (
        (
            visitor,
            ["/book/of/test.hall:1/", f"/book/{hall.pk}/", f"/book/{draw.pk}/", "/book/mine/", f"/book/mine/{own.pk}/"],
        ),
        (
            keeper,
            [
                "/desk/bookings/",
                "/desk/bookings/open/test.hall:1/",
                f"/desk/bookings/{hall.pk}/",
                f"/desk/bookings/{hall.pk}/gate/",
            ],
        ),
    ):
        sit_down(page.context, site.url, person)
        for path in paths:
            visit(page, f"{site.url}{path}", kepu_elder="30")
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                check(page, f"{path} {width}")
            assert violations_in_themes(page) == {}, path


def test_booking_and_the_gate_work_without_script(browser: Browser, site):
    hall, keeper, (visitor,) = slot(5), office(), people(1)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sit_down(context, site.url, visitor)
    page.goto(f"{site.url}/book/{hall.pk}/")
    page.get_by_label("几个人来").fill("6")
    page.get_by_role("button", name="就约这一场").click()
    expect(page.get_by_text("这一场只有 5 个座位").first).to_be_visible()
    page.get_by_label("几个人来").fill("2")
    page.get_by_role("button", name="就约这一场").click()
    code = page.locator(".entry-digits").inner_text()
    page.get_by_role("link", name="换成现在的码").click()
    expect(page.locator(".entry-digits")).to_have_count(1)

    begin(hall)
    sit_down(context, site.url, keeper)
    page.goto(f"{site.url}/desk/bookings/{hall.pk}/gate/")
    page.get_by_label("入场码").fill(code)
    page.get_by_role("button", name="放行", exact=True).click()
    expect(page.get_by_text("2 人（")).to_be_visible()
    page.get_by_label("几个人", exact=True).fill("4")
    page.get_by_role("button", name="放行（余 3 座）").click()
    expect(page.get_by_text("没有放行").first).to_be_visible()
    assert Booking.objects.get().state == "attended"
    context.close()


def test_the_code_changes_by_itself_and_paper_shows_none(page: Page, site):
    (visitor,) = people(1)
    booking = book(slot(5), visitor)
    sit_down(page.context, site.url, visitor)
    visit(page, f"{site.url}/book/mine/{booking.pk}/")
    before = page.locator(".entry-digits").inner_text()
    Booking.objects.filter(pk=booking.pk).update(secret=b"12345678901234567890")
    page.evaluate("document.getElementById('code').dispatchEvent(new Event('refresh'))")
    expect(page.locator(".entry-digits")).not_to_have_text(before)

    page.emulate_media(media="print")
    expect(page.locator(".entry-digits")).to_be_hidden()
    expect(page.get_by_text("纸上没有入场码")).to_be_visible()
