"""One journey: a volunteer serves, is confirmed by two, and everybody can check the certificate."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import end_publicity
from kepu.foundation.clock import fixed, today
from kepu.outreach.people.volunteers.models import ServiceHours
from tests.browsing import check, quiet, sit_down
from tests.outreach.people.volunteers.worlds import World, grown_up
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def shot(page: Page, name: str) -> None:
    """A picture to look at, where a folder is named."""
    if folder := os.environ.get("KEPU_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_volunteer_serves_is_confirmed_and_verifies_the_certificate(quiet_page: Page, live_server):  # noqa: PLR0915 one journey
    page, address = quiet_page, live_server.url
    cache.clear()
    world, person = World(), grown_up(name="示例志愿者 001")
    shift = world.now_shift
    page.set_viewport_size(PHONE)

    sit_down(page.context, address, person)
    page.goto(f"{address}/volunteer/")
    check(page, "projects")
    shot(page, "projects")
    page.get_by_role("link", name="我的志愿服务").click()
    page.get_by_role("link", name="登记为志愿者").click()
    check(page, "register")
    page.get_by_label("教用手机").check()
    page.get_by_role("button", name="同意并登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的志愿服务")
    page.goto(f"{address}/volunteer/projects/{world.project.pk}/")
    check(page, "project")
    shot(page, "project")
    page.get_by_role("button", name="报名").click()
    page.get_by_role("link", name="现场签到").click()
    check(page, "here")

    leader = page.context.browser.new_context(locale="zh-CN").new_page()
    sit_down(leader.context, address, world.leader)
    leader.set_viewport_size(PHONE)
    leader.goto(f"{address}/volunteer/shifts/{shift.pk}/lead/")
    check(leader, "lead")
    shot(leader, "lead")

    def sign(button: str) -> None:
        leader.reload()
        page.get_by_label("现场码").fill(leader.locator("[data-code]").inner_text())
        page.get_by_role("button", name=button).click()

    sign("签到")
    expect(page.get_by_text("已签到。走的时候")).to_be_visible()
    shot(page, "here")
    ServiceHours.objects.update(starts_at=shift.starts_at)
    page.get_by_label("做了什么").fill("教三位老人扫码")
    sign("签退")
    expect(page.get_by_text("等带队人确认")).to_be_visible()

    leader.reload()
    leader.get_by_role("button", name=re.compile("^确认 示例志愿者")).click()
    expect(leader.get_by_text("确认了，等接受方确认。")).to_be_visible()
    leader.close()
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, address, world.contact)
    page.goto(f"{address}/volunteer/receive/")
    check(page, "receive")
    shot(page, "receive")
    page.get_by_label("满意吗").select_option("good")
    page.get_by_role("button", name=re.compile("^确认 示例志愿者")).click()
    expect(page.get_by_text("没有等您确认的")).to_be_visible()

    page.set_viewport_size(PHONE)
    sit_down(page.context, address, person)
    page.goto(f"{address}/volunteer/me/")
    check(page, "me")
    shot(page, "me")
    page.get_by_role("button", name="申请证明").click()
    expect(page.get_by_text("申请好了")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, address, world.office)
    page.goto(f"{address}/desk/volunteers/")
    check(page, "desk")
    shot(page, "desk")
    page.get_by_role("link", name="1 份证明申请").click()
    page.get_by_role("link", name="办理").click()
    check(page, "application")
    page.get_by_label("受理，开始公示").check()
    page.get_by_label("出具单位").fill("示例科协")
    page.get_by_label("负责人").fill("示例负责人 001")
    page.get_by_label("联系方式").fill("示例电话")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_text("办好了。")).to_be_visible()
    with fixed(today() + timedelta(days=7)):
        assert end_publicity() == 1

    certificate = Certificate.objects.get()
    page.context.clear_cookies()  # anybody
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/verify/")
    page.get_by_label("证明编号").fill(certificate.number.lower())
    page.get_by_role("textbox", name="查验码").fill(certificate.code.replace("-", " ").lower())
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_text("这份证书有效")).to_be_visible()
    check(page, "verify")
    shot(page, "verify")
    expect(page.get_by_text("示例志愿者 001")).to_have_count(0)
    page.context.add_cookies([{"name": "kepu_elder", "value": "26", "url": address}])
    page.goto(f"{address}/verify/{certificate.number}/{certificate.code}/")
    check(page, "verify elder")
    shot(page, "verify-elder")
