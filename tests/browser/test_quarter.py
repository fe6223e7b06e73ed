"""A quarter as it is lived: opened, reported, returned, reported again, accepted, behind, noticed, struck off, on paper."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import docx
import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.clock import fixed
from kepu.ledger.models import Fact
from kepu.plan.monitoring import services as monitoring
from kepu.plan.monitoring.models import MonitoringReport
from kepu.plan.reports.models import Report
from kepu.plan.supervision.services import keep_notices
from kepu.plan.tasks.models import Evidence
from tests.browsing import overhang, quiet, settle, sit_down, violations
from tests.factories import PersonFactory
from tests.plan.worlds import DAY, World, seven_states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TODAY = date(2024, 10, 9)


@pytest.fixture
def world(settings) -> World:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = TODAY
    with fixed(DAY):
        return seven_states()


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    page.set_viewport_size({"width": 1280, "height": 900})
    with quiet(page):
        yield page


def seat(page: Page, site: LiveServer, person: Person, link: str) -> None:
    """Somebody signs in and follows a to-do."""
    sit_down(page.context, site.url, person)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name=re.compile(link)).first.click()


def check(page: Page) -> None:
    assert violations(settle(page)) == []
    assert overhang(page, 390) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_quarter_is_lived_through(quiet_page: Page, live_server: LiveServer, world: World) -> None:  # noqa: PLR0915 one journey
    page, slug = quiet_page, world.plan.slug
    office = PersonFactory(role=Role.LEADING_OFFICE)
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.bureau)

    sit_down(page.context, live_server.url, office)
    page.goto(f"{live_server.url}/desk/reports/plans/{slug}/")
    page.get_by_role("link", name="定填报日历").click()
    page.get_by_label("从哪一天起").fill("2024-07-01")
    check(page)
    page.get_by_role("button", name="定下来").click()
    page.get_by_role("button", name="开始填报：2024 年第 3 季度").click()
    expect(page.get_by_text("2024-10-18 前报送")).to_be_visible()
    check(page)

    seat(page, live_server, liaison, "填报进展")
    expect(page.get_by_text("台账里已有记录，可以不写。").first).to_be_visible()
    check(page)
    report = Report.objects.get(organisation=world.bureau)
    trained = report.entries.get(task__code="二(一)3").pk
    evidence = Evidence.objects.get(target__task__code="二(一)3").pk
    for entry in report.entries.all():
        box = page.locator(f"#id_e{entry.pk}-words")
        if not box.is_visible():
            page.locator(f"#task-{entry.pk} summary", has_text="要补充的话").click()
        box.fill("按计划办了，下一季接着办。")
    page.locator(f"#id_e{trained}-quantity{evidence}").fill("12")
    page.locator(f"#id_e{trained}-origin{evidence}").fill("签到表，已存档")
    page.get_by_role("button", name="存好并报送").click()
    expect(page.get_by_text("已报送。退回或采纳了会告诉您。")).to_be_visible()

    seat(page, live_server, office, "审核进展：市教育局")
    check(page)
    page.get_by_text("退回修改").click()
    page.get_by_label("退回的原因").fill("人次请核对。")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已退回，单位的待办里已经有了。")).to_be_visible()

    seat(page, live_server, liaison, "填报进展")
    expect(page.get_by_text("人次请核对。").first).to_be_visible()
    page.locator(f"#id_e{trained}-quantity{evidence}").fill("14")
    page.get_by_role("button", name="存好并报送").click()
    expect(page.get_by_text("已报送。退回或采纳了会告诉您。")).to_be_visible()

    seat(page, live_server, office, "审核进展：市教育局")
    page.get_by_role("button", name="采纳").click()
    expect(page.get_by_text("已采纳并锁定")).to_be_visible()
    assert Fact.objects.get(source_ref=f"report:{report.pk}").quantity == 14

    with fixed(TODAY):
        keep_notices()
    seat(page, live_server, office, "下发督办")
    page.get_by_role("button", name="全选").click()
    page.get_by_role("button", name="下发所选").click()
    expect(page.get_by_text(re.compile(r"下发了 \d+ 件督办。"))).to_be_visible()

    seat(page, live_server, liaison, "签收督办：.*培训辅导员")
    expect(page.get_by_text("黄色").first).to_be_visible()
    page.get_by_role("button", name="签收").click()
    page.locator("#answer_cause").fill("上半年师资不足。")
    page.locator("#answer_measures").fill("十一月、十二月各办一期。")
    page.locator("#answer_promised_on").fill("2024-12-20")
    page.get_by_role("button", name="送办公室复核").click()
    expect(page.get_by_text("已反馈，等办公室复核。")).to_be_visible()

    seat(page, live_server, office, "复核督办")
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_text("已销号，反馈随之公开。")).to_be_visible()

    page.goto(f"{live_server.url}/desk/monitoring/plans/{slug}/")
    page.get_by_role("button", name="生成2024 年第 3 季度监测报告").click()
    expect(page.get_by_role("heading", name="一、总体情况")).to_be_visible()
    drawn = MonitoringReport.objects.get()
    with fixed(TODAY):
        monitoring.make_papers(drawn.pk, str(drawn.progress_id))
    link = page.get_by_role("link", name="Word 文档")
    expect(link).to_be_visible()  # the page asks by itself until the papers are there
    check(page)
    paper = docx.Document(BytesIO(page.request.get(f"{live_server.url}{link.get_attribute('href')}").body()))
    cells = " ".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert "培训辅导员" in cells
    assert "44 人次" in cells  # 30 that the ledger held, 14 that the report brought
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布。以后不再改动。")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/plan/{slug}/tasks/{world.task('二(一)3').slug}/")
    expect(page.get_by_role("region", name="各单位怎么说")).to_contain_text("按计划办了")
    expect(page.get_by_role("region", name="督办")).to_contain_text("十一月、十二月各办一期")
    check(page)
    page.goto(f"{live_server.url}/plan/{slug}/monitoring/{drawn.pk}/")
    check(page)
