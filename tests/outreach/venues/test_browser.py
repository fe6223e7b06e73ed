"""One journey: a liaison registers a room by keyboard, the public finds it, the office asks where the next one belongs."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.outreach.venues.models import SitingRun, Venue
from kepu.outreach.venues.services import run_siting
from tests.browsing import check, quiet, sit_down, visit
from tests.factories import OrganisationFactory
from tests.outreach.venues.factories import DAY, at, district, liaison_of, office, point, venue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY
    settings.KEPU_IS_DEMONSTRATION = True
    return live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def test_a_room_is_registered_found_and_the_next_one_sited(quiet_page: Page, site):
    page = quiet_page
    body = OrganisationFactory(name="青岛市示例文旅局", region=district())
    point(120.40, 36.06, 3000, groups={"elderly": 900})
    point(120.90, 36.60, 1000, groups={"elderly": 400})
    venue("science_centre", name="老科技馆", **at(120.40, 36.06))
    registered_on_a_phone(page, site, liaison_of(body))
    found_by_the_public(page, site)
    sited_by_the_office(page, site)


def registered_on_a_phone(page: Page, site, liaison) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, site.url, liaison)
    page.goto(site.url + reverse("venues:desk"))
    check(page, "list")
    page.get_by_role("link", name="登记一处").click()
    check(page, "kinds")
    page.get_by_role("link", name="社区科普馆").press("Enter")
    page.get_by_label("名称", exact=True).fill("村口科普馆")
    page.get_by_label("所在地区").select_option(label="　市南区")
    page.get_by_label("地址").fill("示例路 8 号")
    page.get_by_label("经度").fill("120.41")
    page.get_by_label("纬度").fill("36.07")
    page.get_by_label("坐标来源").select_option(index=1)
    check(page, "form")
    page.get_by_role("button", name="存为草稿").press("Enter")
    page.get_by_role("button", name="公布").press("Enter")
    expect(page.get_by_text("公布了，公众查得到了。")).to_be_visible()
    page.get_by_text("定开放时间").press("Enter")
    page.get_by_label("从哪天起").fill(DAY.isoformat())
    page.get_by_label("周一 开门").first.fill("09:00")
    page.get_by_label("周一 关门").first.fill("16:30")
    check(page, "hours")
    page.get_by_role("button", name="定下").first.press("Enter")
    expect(page.get_by_text("开放时间定好了。")).to_be_visible()
    check(page, "venue")


def found_by_the_public(page: Page, site) -> None:
    page.context.clear_cookies()
    visit(page, site.url + reverse("venues:find"), kepu_elder="22")
    check(page, "find, elder")
    page.get_by_label("找什么").fill("cunkou")
    page.get_by_role("button", name="找", exact=True).press("Enter")
    expect(page.get_by_text("老科技馆")).to_have_count(0)
    page.get_by_role("link", name="村口科普馆").press("Enter")
    expect(page.get_by_text("09:00–16:30").first).to_be_visible()
    check(page, "public, elder")


def sited_by_the_office(page: Page, site) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, site.url, office())
    page.goto(site.url + reverse("venues:coverage"))
    check(page, "coverage")
    page.get_by_role("link", name="选址").click()
    page.get_by_label("选几处").fill("1")
    check(page, "siting")
    page.get_by_role("button", name="算一算").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    run_siting(SitingRun.objects.get().pk)
    expect(page.get_by_role("heading", name="新够得着 1,000 人")).to_be_visible()
    expect(page.get_by_text("已证明没有更好的选法")).to_be_visible()
    check(page, "answer")
    assert Venue.objects.filter(state="published").count() == 2
