"""One journey: proposals issued, signed for, answered, returned, answered again, struck off, seen by the public."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.directory.register.choices import Role
from kepu.foundation.clock import fixed
from kepu.plan.supervision.models import SupervisionNotice
from tests.browsing import check, quiet, sit_down, violations_in_themes, visit
from tests.plan.supervision.scenes import MONDAY, Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = MONDAY
    settings.KEPU_IS_DEMONSTRATION = True
    return live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def answer(page: Page, measures: str) -> None:
    page.locator("#answer_cause").fill("师资不足。")
    page.locator("#answer_measures").fill(measures)
    page.locator("#answer_promised_on").fill("2024-12-20")
    page.get_by_role("button", name="送办公室复核").click()
    expect(page.get_by_text("已反馈，等办公室复核。")).to_be_visible()


def test_a_proposal_is_issued_answered_returned_and_struck_off(quiet_page: Page, site):
    page, scene = quiet_page, Scene()
    page.set_viewport_size({"width": 1280, "height": 900})

    sit_down(page.context, site.url, scene.office)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name=re.compile("下发督办")).first.click()
    check(page, "desk")
    page.get_by_role("button", name="全选").click()
    page.get_by_role("button", name="下发所选").click()
    expect(page.get_by_text("下发了 5 件督办。")).to_be_visible()
    notice = SupervisionNotice.objects.get(task__code="二(一)3")

    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, site.url, scene.liaison)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name=re.compile(f"签收督办：{notice.public_number}")).first.click()
    check(page, "issued")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收。请在期限以前反馈。")).to_be_visible()
    answer(page, "办培训班。")

    sit_down(page.context, site.url, scene.office)
    page.goto(f"{site.url}{reverse('supervision:notice', args=[notice.pk])}")
    check(page, "to review")
    page.get_by_text("退回，重新整改").click()
    page.locator("#return_reason").fill("没有写哪一期。")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("已退回，期限从今天重新计算。")).to_be_visible()

    sit_down(page.context, site.url, scene.liaison)
    page.goto(f"{site.url}{reverse('supervision:notice', args=[notice.pk])}")
    answer(page, "十月、十一月各办一期，各 40 人次。")

    sit_down(page.context, site.url, scene.office)
    page.goto(f"{site.url}{reverse('supervision:notice', args=[notice.pk])}")
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_text("已销号，反馈随之公开。")).to_be_visible()
    check(page, "struck off")

    page.context.clear_cookies()
    page.goto(f"{site.url}{reverse('plan:task', args=[scene.world.plan.slug, notice.task.slug])}")
    panel = page.get_by_role("region", name="督办")
    expect(panel).to_contain_text("十月、十一月各办一期")
    expect(panel).not_to_contain_text("没有写哪一期")
    check(page, "public task")


def test_every_page_is_readable_for_everyone(page: Page, site):
    with fixed(MONDAY):
        scene = Scene()
        notice, waiting = scene.answered(), scene.issued("二(一)4")
    both = scene.someone(Role.LEADING_OFFICE)
    sit_down(page.context, site.url, both)
    task = scene.world.task("二(一)1")

    for path in (
        reverse("supervision:desk"),
        reverse("supervision:notice", args=[notice.pk]),
        reverse("supervision:notice", args=[waiting.pk]),
        reverse("supervision:by_hand", args=[scene.world.plan.slug, task.slug]),
        reverse("plan:task", args=[scene.world.plan.slug, notice.task.slug]),
        reverse("plan:desk_task", args=[scene.world.plan.slug, notice.task.slug]),
    ):
        visit(page, f"{site.url}{path}", kepu_elder="30")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            check(page, f"{path} {width}")
        assert violations_in_themes(page) == {}, path
