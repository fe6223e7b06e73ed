"""The office decides at its desk, and the public page shows it."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.services import WantedStep, choose_evidence, load_plan, set_milestones
from tests.browsing import overhang, quiet, settle, sit_down, violations
from tests.factories import OrganisationFactory, PersonFactory, city_region
from tests.plan.test_decisions import TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(settings) -> Plan:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 9, 15)
    region = city_region()
    for name in ("青岛市科协", "青岛市教育局"):
        OrganisationFactory(name=name, short_name=name.removeprefix("青岛"))
    plan = load_plan(TEXT.encode(), "small.txt", actor=None, region=region, slug="small", provenance="示例文本")
    steps = [WantedStep("方案印发", date(2024, 3, 31))]
    set_milestones(plan.tasks.get(code="二(三)").pk, steps, actor=None)
    return plan


@pytest.fixture
def seat(page: Page, live_server, plan) -> Page:
    """A signed-in office at its desk."""
    sit_down(page.context, live_server.url, PersonFactory(role="leading_office"))
    page.goto(f"{live_server.url}/desk/plan/")
    return page


@pytest.fixture
def desk(seat: Page):
    """The same, and the console must stay empty."""
    with quiet(seat):
        seat.reload()
        yield seat


def test_a_lead_is_decided_and_stands_on_the_public_page(desk):
    row = desk.get_by_role("listitem").filter(has=desk.get_by_role("link", name="办好讲堂"))
    expect(row).to_contain_text("牵头未定")
    row.get_by_role("link", name="办好讲堂").click()
    desk.get_by_role("link", name="定牵头单位").click()
    desk.get_by_role("button", name="定下牵头单位").click()
    expect(desk.locator(":invalid").first).to_be_attached()

    desk.get_by_label("青岛市教育局").check()
    desk.get_by_label("理由").fill("2024 年分工会议明确")
    desk.get_by_role("button", name="定下牵头单位").click()

    expect(desk.get_by_text("由市教育局牵头")).to_be_visible()
    expect(desk.get_by_text("2024 年分工会议明确")).to_be_visible()
    desk.locator(".page-head").get_by_role("link", name="公众看到的").click()
    expect(desk.get_by_role("heading", name="办好讲堂")).to_be_visible()
    expect(desk.get_by_text("方案没有指定牵头单位")).not_to_be_visible()
    expect(desk.get_by_role("listitem").filter(has_text="青岛市教育局").filter(has_text="牵头").first).to_be_visible()


def test_the_state_is_told_while_the_form_is_filled_in(desk):
    desk.goto(f"{desk.url}small/tasks/2-2/evidence/")

    desk.get_by_label("用哪个指标衡量").select_option("community_venues")

    expect(desk.locator("#outlook")).to_contain_text("这样定，状态会是")
    expect(desk.locator("#outlook")).to_contain_text("无人报告")
    desk.get_by_role("button", name="选定这个指标").click()
    expect(desk.locator(".verdict")).to_contain_text("无人报告")


def test_the_state_is_told_before_a_reason_is_given(desk, plan):
    target = plan.targets.get(measure__contains="科普课")
    choose_evidence("science_lessons", target_id=target.pk, actor=None)
    desk.goto(f"{desk.url}small/targets/{target.pk}/meaning/")

    desk.get_by_label("到期为止累计").check()
    expect(desk.locator("#outlook")).to_contain_text("方案没有写期限")
    desk.get_by_label("应达到的日期").fill("2024-06-30")

    expect(desk.locator("#outlook")).to_contain_text("逾期")


def test_the_list_is_filtered_in_place(desk):
    desk.get_by_label("看哪些").select_option("lead")

    expect(desk.get_by_role("link", name="建设阵地")).not_to_be_attached()
    expect(desk.get_by_role("link", name="办好讲堂")).to_be_visible()
    assert "wants=lead" in desk.url


def test_axe_finds_nothing_and_nothing_runs_off_the_side(seat, plan):
    start = seat.url
    target = plan.targets.get(measure__contains="科普课").pk
    step = plan.tasks.get(code="二(三)").milestones.get().pk
    section = plan.sections.get(title="加强领导").pk
    pages = [
        "",
        "small/tasks/2-3/",
        "small/tasks/2-1/lead/",
        "small/tasks/2-2/evidence/",
        "small/tasks/2-3/milestones/",
        f"small/milestones/{step}/done/",
        f"small/targets/{target}/",
        f"small/targets/{target}/meaning/",
        "small/make/",
        f"small/make/?section={section}",
    ]
    for path in pages:
        seat.goto(start + path)
        settle(seat)
        for width in (390, 1280):
            assert overhang(seat, width) == 0, (path, width)
            assert violations(seat) == [], (path, width)
