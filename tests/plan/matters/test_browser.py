"""One journey: raised on a phone, taken up, put on an agenda, decided, seen by the public, done by the body."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.plan.matters.models import AgreedDuty, Matter
from tests.browsing import check, quiet, sit_down
from tests.plan.matters.scenes import MONDAY, Scene

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


def test_a_matter_is_raised_decided_and_done(quiet_page: Page, site):
    page, scene = quiet_page, Scene()
    raised_on_a_phone(page, site, scene)
    matter = Matter.objects.get()
    put_on_an_agenda(page, site, scene)
    decided(page, scene)
    done_on_a_phone(page, site, scene, matter)

    assert AgreedDuty.objects.get().milestone.done_on == MONDAY


def raised_on_a_phone(page: Page, site, scene: Scene) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, site.url, scene.liaison)
    page.goto(site.url + reverse("matters:desk"))
    check(page, "empty")
    page.get_by_role("link", name="提出").first.click()
    page.get_by_label("什么事").fill("教材修订缺少审定经费")
    page.get_by_label("困难是什么").fill("没有经费渠道。")
    page.get_by_label("请求什么").fill("请定下由谁出资。")
    page.get_by_text("关系到哪些任务").first.click()
    page.get_by_label("二(一)4").check()
    check(page, "form")
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_text("已提出，等办公室受理。")).to_be_visible()


def put_on_an_agenda(page: Page, site, scene: Scene) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, site.url, scene.office)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name="受理协调事项").first.click()
    check(page, "raised")
    page.get_by_role("button", name="受理，待上会").click()
    page.goto(site.url + reverse("matters:meetings"))
    page.get_by_role("link", name="筹备一次会议").click()
    page.get_by_label("会议名称").fill("第三次会议")
    page.get_by_label("开会日期").fill(MONDAY.isoformat())
    page.get_by_label("地点").fill("301 会议室")
    page.get_by_role("button", name="存好").click()
    page.get_by_role("button", name="列入议程：").click()
    page.get_by_role("link", name="写建议：").click()
    page.get_by_label("办公室建议").fill("建议同意。")
    page.get_by_role("button", name="记下").click()
    check(page, "agenda")
    page.get_by_role("button", name="定议程，发通知").click()


def decided(page: Page, scene: Scene) -> None:
    page.get_by_role("button", name="会开过了，记结果").click()
    page.get_by_role("link", name="记结果：").click()
    page.get_by_label("议定", exact=True).check()
    page.get_by_label("会议怎么定的").fill("同意由教育局安排。")
    page.get_by_label("公开：").check()
    page.get_by_role("button", name="记下").click()
    page.get_by_label("做什么").fill("完成第二册审定")
    page.get_by_label("责任单位").select_option(label=scene.bureau.name)
    page.get_by_label("何时以前").fill("2024-11-30")
    check(page, "duty")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_text("责任记下了。")).to_be_visible()
    page.get_by_role("link", name="回到会议").first.click()
    page.get_by_role("button", name="印发纪要").click()
    expect(page.get_by_text("纪要印发了")).to_be_visible()
    check(page, "issued")


def done_on_a_phone(page: Page, site, scene: Scene, matter: Matter) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sit_down(page.context, site.url, scene.liaison)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name="会议议定").first.click()
    check(page, "open")
    page.get_by_role("link", name="记为完成：").click()
    page.get_by_role("button", name="记为完成").click()
    page.goto(site.url + reverse("matters:matter", args=[matter.pk]))
    expect(page.get_by_text("已办结").first).to_be_visible()
    page.goto(site.url + reverse("plan:task", args=[scene.world.plan.slug, scene.task.slug]))
    expect(page.get_by_text("同意由教育局安排。")).to_be_visible()
    check(page, "public")
