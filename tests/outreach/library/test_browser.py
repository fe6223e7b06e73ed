"""One journey: a resident asks for a kit on a phone, the keeper agrees, hands it out, and takes it back with one damaged."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.outreach.library.models import Holding
from tests.browsing import check, quiet, sit_down, step, visit
from tests.factories import PersonFactory
from tests.outreach.library.factories import body, day, district, holding, liaison_of, package

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def test_a_kit_is_asked_for_lent_and_comes_back_with_one_damaged(quiet_page: Page, live_server):
    keeper = body(name="青岛市示例科技馆", region=district())
    kept = holding(3, keeper=keeper, title="潮汐教具箱", topics=["赶海能捡什么"])
    package(kept.resource, owner=keeper)
    lender = liaison_of(keeper)

    asked_on_a_phone(quiet_page, live_server, PersonFactory(name="示例居民 001"))
    answered_at_a_desk(quiet_page, live_server, lender)
    seen_in_the_stock(quiet_page, live_server, kept)


def asked_on_a_phone(page: Page, site, resident) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, site.url, resident)
    visit(page, site.url + reverse("library:find"), kepu_elder="22")
    check(page, "find, elder")
    page.get_by_label("名称、题目、单位").fill("赶海")
    page.get_by_role("button", name="找", exact=True).press("Enter")
    expect(page.get_by_text("找到 1 件")).to_be_visible()
    step(page, lambda: page.get_by_role("link", name="潮汐教具箱").press("Enter"))
    check(page, "resource, elder")
    step(page, lambda: page.get_by_role("link", name="我要借").press("Enter"))
    page.get_by_label("几件").fill("2")
    page.get_by_label("哪天领").fill(day(0).isoformat())
    page.get_by_label("哪天还").fill(day(2).isoformat())
    page.get_by_label("做什么用").fill("小区科普日")
    check(page, "ask, elder")
    step(page, lambda: page.get_by_role("button", name="交上去").press("Enter"))
    expect(page.get_by_text("待答复", exact=True)).to_be_visible()
    check(page, "own loans, elder")


def answered_at_a_desk(page: Page, site, lender) -> None:
    sit_down(page.context, site.url, lender)
    page.goto(site.url + reverse("library:loans"))
    check(page, "loans, phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    step(page, lambda: page.get_by_role("link", name="潮汐教具箱").click())
    check(page, "loan")
    step(page, lambda: page.get_by_role("button", name="同意", exact=True).press("Enter"))
    expect(page.get_by_text("同意了，已通知借用人。")).to_be_visible()
    step(page, lambda: page.get_by_role("button", name="领走了").press("Enter"))
    check(page, "out")
    page.get_by_label("坏了几件").fill("1")
    page.get_by_label("怎么坏的、丢的").fill("镜片裂了")
    step(page, lambda: page.get_by_role("button", name="收回").press("Enter"))
    expect(page.get_by_text("收回来了，馆藏数已改。")).to_be_visible()
    check(page, "back")


def seen_in_the_stock(page: Page, site, kept: Holding) -> None:
    page.goto(site.url + reverse("library:stock"))
    expect(page.get_by_text("好的 2 件，今天可借 2，借出 0")).to_be_visible()
    check(page, "stock")
    step(page, lambda: page.get_by_role("link", name="潮汐教具箱").click())
    expect(page.get_by_text("归还时坏了或丢了：镜片裂了")).to_be_visible()
    check(page, "holding")
    kept.refresh_from_db()
    assert (kept.good, kept.damaged, kept.lost) == (2, 1, 0)
    for name in ("library:desk", "library:new", "library:desk_packages", "library:package_new", "library:bring"):
        page.goto(site.url + reverse(name))
        check(page, name)
