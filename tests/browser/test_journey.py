"""The whole way of a plan: upload, correct a body, confirm, decide, record facts, and everybody sees the new state."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from playwright.sync_api import Page, expect

from kepu.directory.register.queries import city
from kepu.directory.register.services import create_organisation, import_regions, read_region_file
from kepu.ledger.services.indicators import load_indicators
from kepu.plan.tasks.models import PlanDraft
from tests.factories import PersonFactory

EXAMPLE = site.KEPU_ROOT / "examples" / "qingdao"
ORIGINAL = site.KEPU_ROOT.parent / "shared" / "plans" / "qingdao-2021-2025.txt"
PICTURES = os.environ.get("KEPU_PICTURES", "")
SPELT_OTHERWISE = "青岛市数据和政务局"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server, settings):
    """The leading office of the example city at its desk; one body is registered under a name that no text prints."""
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 9, 15)
    load_indicators(actor=None)
    import_regions(read_region_file((EXAMPLE / "regions.csv").read_bytes()), actor=None)
    with (EXAMPLE / "organisations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            is_known = row["short_name"] != "市大数据局"
            create_organisation(
                row["name"] if is_known else SPELT_OTHERWISE,
                region=city(),
                actor=None,
                kind=row["kind"],
                short_name=row["short_name"] if is_known and row["short_name"] != row["name"] else "",
                aliases=[alias for alias in row["aliases"].split("|") if alias and is_known],
            )
    client = Client()
    client.force_login(PersonFactory(role="leading_office"))
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.set_viewport_size({"width": 1280, "height": 860})
    yield page
    assert said == []


def test_a_plan_goes_from_a_file_to_a_state_that_says_why(desk, live_server):
    _upload(desk, live_server.url)
    _picture(desk)
    _correct_one_body(desk)
    _confirm(desk)
    address = desk.url.rstrip("/")
    slug = address.rsplit("/", 1)[1]
    desk.goto(f"{address}/tasks/3-1-1/")
    expect(desk.locator(".verdict")).to_contain_text("待定标")

    _decide(desk, f"{live_server.url}/desk/plan/{slug}/tasks/3-1-1")
    desk.goto(f"{address}/tasks/3-1-1/")
    expect(desk.locator(".verdict")).to_contain_text("无人报告")

    _record(desk, live_server.url)
    desk.goto(f"{address}/tasks/3-1-1/")
    expect(desk.locator(".verdict")).to_contain_text("按进度")
    expect(desk.locator(".verdict")).to_contain_text("2024-09-10")
    expect(desk.get_by_role("listitem").filter(has_text="青岛市教育局").filter(has_text="牵头").first).to_be_visible()


def _upload(page: Page, root: str) -> None:
    page.goto(f"{root}/desk/plan/import/")
    page.set_input_files("input[type=file]", ORIGINAL if ORIGINAL.is_file() else EXAMPLE / "plan.txt")
    page.get_by_role("button", name="读取并存为草稿").click()
    expect(page.get_by_role("heading", name="核对：方案草稿")).to_be_visible()
    expect(page.get_by_text("32 项任务").first).to_be_visible()
    expect(page.get_by_text("25 个单位 · 159 项责任").first).to_be_visible()
    expect(page.get_by_text("6 个目标").first).to_be_visible()


def _picture(page: Page) -> None:
    if PICTURES:  # only `make pictures` asks for it
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(PICTURES) / "check.png"))


def _correct_one_body(page: Page) -> None:
    page.get_by_role("link", name="去对应").first.click()
    page.get_by_role("row").filter(has_text="市大数据局").get_by_role("link", name="选已有单位").click()
    page.get_by_role("searchbox").fill("数据和政务")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="就是它").click()
    expect(page.get_by_role("row").filter(has_text="市大数据局")).to_contain_text(SPELT_OTHERWISE)


def _confirm(page: Page) -> None:
    page.get_by_role("link", name="回到核对").click()
    page.get_by_role("link", name="确认上线").first.click()
    page.get_by_role("button", name="确认上线").click()
    expect(page.get_by_text("三(一)1").first).to_be_visible()
    draft = PlanDraft.objects.get()
    assert draft.plan is not None
    page.goto(f"{page.url.split('/plan/')[0].removesuffix('/desk')}/plan/{draft.plan.slug}/")


def _decide(page: Page, task: str) -> None:
    page.goto(f"{task}/lead/")
    page.get_by_label("青岛市教育局").check()
    page.get_by_label("理由").fill("分工会议明确")
    page.get_by_role("button", name="定下牵头单位").click()
    page.goto(f"{task}/evidence/")
    page.get_by_label("用哪个指标衡量").select_option("school_talks")
    page.get_by_role("button", name="选定这个指标").click()
    expect(page.locator(".verdict")).to_contain_text("无人报告")


def _record(page: Page, root: str) -> None:
    table = "指标,发生日期,地区,单位,数量,人次\nschool_talks,2024-09-10,370202,市科协,3,240\n"
    page.goto(f"{root}/desk/ledger/import/")
    page.set_input_files("input[type=file]", {"name": "九月.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("button", name="核对并登记").click()
    expect(page.get_by_role("heading", name="都登记好了")).to_be_visible()
