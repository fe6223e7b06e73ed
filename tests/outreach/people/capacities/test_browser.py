"""One journey: a retired scientist registers on a phone, is checked and admitted, and a visitor finds the topic."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.bench.endpoint import toy_endpoint
from kepu.directory.privacy.services import keep_number
from kepu.directory.register.choices import Role
from kepu.foundation.embeddings import Endpoint
from kepu.foundation.search.services import embed_meanings
from kepu.outreach.people.capacities.models import Capacity
from tests.browsing import DAY, check, quiet, sit_down, visit
from tests.factories import PersonFactory, RegionFactory, city_region
from tests.outreach.people.capacities.rosters import district, table
from tests.outreach.people.factories import admitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY
    settings.KEPU_IS_DEMONSTRATION = True
    return live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def look(page: Page, name: str) -> None:
    """Keep a picture where one is wanted, and let axe look."""
    if folder := os.environ.get("KEPU_LOOK"):
        page.screenshot(path=Path(folder) / f"people-{name}.png", full_page=True)
    check(page, name)


def test_a_retired_scientist_registers_and_is_admitted(quiet_page: Page, site):
    page = quiet_page
    RegionFactory(code="370202", name="市南区", parent=city_region())
    scientist, office = PersonFactory(name="示例专家 012"), PersonFactory(role=Role.LEADING_OFFICE)

    registers(page, site, scientist)
    is_admitted(page, site, office)
    is_found(page, site)

    assert Capacity.objects.get().state == "admitted"


def test_a_roster_with_a_double_is_merged_by_review(quiet_page: Page, site):
    page = quiet_page
    district()
    entry = admitted(
        person=PersonFactory(name="示例专家 03"), workplace="示例海洋研究所", position="研究员", topics=["潮汐"]
    )
    keep_number(entry.person_id, "phone", "13900000001", actor=None)
    rows = (
        {
            "name": "示例专家 03",
            "phone": "13900000001",
            "position": "教授",
            "topics": "赶海",
            "introduction": "看了四十年的海。",
        },
        {"name": "示例专家 07", "phone": "13900000007", "topics": "蓝莓冻害怎么防"},
    )
    page.set_viewport_size(LAPTOP)
    sit_down(page.context, site.url, PersonFactory(role=Role.LEADING_OFFICE))
    page.goto(site.url + reverse("capacities:desk"))
    page.get_by_role("link", name="导入人员名册").press("Enter")
    look(page, "rosters")
    book = table(*rows)
    page.get_by_label("名册").set_input_files({"name": "名册.csv", "mimeType": "text/csv", "buffer": book.read()})
    page.get_by_role("button", name="核对").press("Enter")
    expect(page.get_by_text("手机号相同")).to_be_visible()
    look(page, "roster")
    page.set_viewport_size(PHONE)
    look(page, "roster-phone")
    visit(page, page.url, kepu_elder="22")
    look(page, "roster-elder")
    page.get_by_role("group", name="职称或职务").get_by_label("表里：").check()
    page.get_by_role("group", name="常住地").get_by_label("名录里：").check()
    page.get_by_role("group", name="能讲的题目").get_by_label("两边合在一起").check()
    page.get_by_role("button", name="是同一人，并入").press("Enter")
    page.get_by_role("button", name="登记这些").press("Enter")
    expect(page.get_by_text("都定好了")).to_be_visible()
    look(page, "roster-done")

    entry.refresh_from_db()
    assert (entry.position, entry.topics, entry.introduction) == ("教授", ["潮汐", "赶海"], "看了四十年的海。")
    assert Capacity.objects.count() == 2


def registers(page: Page, site, scientist) -> None:
    page.set_viewport_size(PHONE)
    sit_down(page.context, site.url, scientist)
    page.goto(site.url + reverse("capacities:own_list"))
    look(page, "own-list")
    page.get_by_role("link", name="科普专家").click()
    page.get_by_label("能讲的题目").fill("潮汐和赶海\n海上的雾怎么来的")
    page.get_by_label("青少年").check()
    page.get_by_label("职称或职务").fill("研究员（退休）")
    page.get_by_label("单位（不在名录里的）").fill("示例海洋研究所")
    page.get_by_label("常住地").select_option(label="市南区")
    page.get_by_label("介绍").fill("看了四十年的海。")
    page.get_by_label("在公开页面上出现").check()
    page.get_by_text("方便的时间").first.click()
    page.get_by_label("周三上午").check()
    look(page, "form")
    page.get_by_role("button", name="存好").click()
    expect(page.get_by_text("不同意会怎样")).to_be_visible()
    look(page, "consent")
    page.get_by_role("button", name="同意，交上去").press("Enter")
    expect(page.get_by_text("待初核")).to_be_visible()


def is_admitted(page: Page, site, office) -> None:
    page.set_viewport_size(LAPTOP)
    sit_down(page.context, site.url, office)
    page.goto(site.url + reverse("capacities:desk"))
    look(page, "desk")
    page.get_by_role("link", name="示例专家 012").click()
    look(page, "desk-entry")
    page.get_by_role("button", name="初核通过").click()
    page.get_by_role("button", name="入库").click()
    expect(page.get_by_text("已入库，编号告诉了本人。")).to_be_visible()


def is_found(page: Page, site) -> None:
    page.context.clear_cookies()
    page.set_viewport_size(PHONE)
    page.goto(site.url + reverse("capacities:experts"))
    page.get_by_label("想找会讲什么的人").fill("赶海")
    page.get_by_role("button", name="找", exact=True).click()
    expect(page.get_by_text("题目里有“赶海”")).to_be_visible()
    look(page, "found")
    page.get_by_role("link", name="示例专家 012").click()
    expect(page.get_by_role("heading", name="示例专家 012")).to_be_visible()
    look(page, "expert")


def test_a_visitor_finds_by_meaning_and_reads_through_whom(quiet_page: Page, site, settings):
    page = quiet_page
    admitted(person=PersonFactory(name="示例专家 07"), topics=["天文观测", "月食怎么看"])
    admitted(person=PersonFactory(name="示例专家 08"), topics=["潮汐和赶海"])
    with toy_endpoint(alike={"星星": "天文观测"}) as toy:
        settings.KEPU_EMBEDDINGS = Endpoint(toy.url, "toy", provider="示例服务商")
        embed_meanings()
        visit(page, site.url + reverse("capacities:experts"))
        page.get_by_label("想找会讲什么的人").fill("看星星")
        page.get_by_role("button", name="找", exact=True).click()

        expect(page.get_by_text("意思相近：题目里的“天文观测”")).to_be_visible()
        expect(page.get_by_text("按意思查找由 示例服务商 提供")).to_be_visible()
        expect(page.get_by_text("示例专家 08")).to_have_count(0)
        for name, size in (("phone", PHONE), ("laptop", LAPTOP)):
            page.set_viewport_size(size)
            look(page, f"meaning-{name}")
        assert toy.asked[-1] == ["星星"]
