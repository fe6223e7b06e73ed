"""A check-in made while the line is down is kept on the device and sent once when the line is back."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kepu.foundation.clock import fixed
from kepu.outreach.bookings.models import Arrival
from tests.browsing import sit_down, step, visit
from tests.outreach.bookings.factories import begin, book, office, slot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = date(2024, 9, 2)


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY
    settings.KEPU_IS_DEMONSTRATION = True
    with fixed(DAY):
        yield live_server


def test_a_check_in_made_offline_is_sent_when_the_line_is_back(page: Page, site):
    hall, keeper = slot(9), office()
    first, second, third = book(hall), book(hall, size=3), book(hall)
    begin(hall)
    sit_down(page.context, site.url, keeper)
    visit(page, f"{site.url}/desk/bookings/{hall.pk}/gate/")
    expect(page.locator(".gate[data-is-kept]")).to_have_count(1)

    page.context.set_offline(True)
    page.get_by_role("button", name=f"签到：{first.person}").click()
    expect(page.locator("[data-gate-line]")).to_contain_text("1 条签到记在这台机器上")
    assert not Arrival.objects.exists()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("签到")
    page.get_by_label(f"来了几个人：{second.person}").fill("2")
    page.get_by_role("button", name=f"签到：{second.person}").click()
    expect(page.locator("[data-gate-line]")).to_contain_text("2 条签到记在这台机器上")

    page.context.set_offline(False)
    expect(page.locator(".gate-count")).to_contain_text("3 / 5")
    expect(page.locator("[data-gate-line]")).to_be_hidden()

    page.get_by_role("button", name=f"签到：{third.person}").click()
    expect(page.locator(".gate-count")).to_contain_text("4 / 5")
    assert sorted(Arrival.objects.values_list("booking_id", "people")) == [(first.pk, 1), (second.pk, 2), (third.pk, 1)]


def test_signing_out_forgets_the_page_on_the_device(page: Page, site):
    hall, keeper = slot(9), office()
    begin(hall)
    sit_down(page.context, site.url, keeper)
    visit(page, f"{site.url}/desk/bookings/{hall.pk}/gate/")
    expect(page.locator(".gate[data-is-kept]")).to_have_count(1)
    step(page, page.get_by_role("button", name="退出").first.click)

    assert page.evaluate("caches.has('kepu-pages-1')") is False
