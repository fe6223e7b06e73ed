"""One journey: asked, released, answered, not settled, taken up again, answered, settled."""

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from kepu.directory.register.choices import Role
from kepu.foundation.clock import fixed
from kepu.oversight.models import Question
from tests.browsing import check, quiet, sit_down, violations_in_themes, visit
from tests.factories import OrganisationFactory, PersonFactory
from tests.oversight.factories import Scene, ask, set_days

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 9, 2)
    settings.KEPU_IS_DEMONSTRATION = True
    set_days("days_suggest", 10)
    yield live_server
    set_days("days_suggest", None)


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def open_own(page: Page, address: str, number: str, code: str) -> None:
    page.goto(f"{address}/ask/mine/")
    page.get_by_label("编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查", exact=True).click()


def test_a_question_is_asked_answered_reopened_and_settled(quiet_page: Page, site):  # noqa: PLR0915 one journey
    page, address = quiet_page, site.url
    body = OrganisationFactory(name="青岛市示例科技馆")
    office = PersonFactory(role=Role.LEADING_OFFICE)
    liaison = PersonFactory(role=Role.LIAISON, organisation=body)
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"{address}/ask/new/?about=directory.organisation:{body.pk}")
    check(page, "ask")
    page.get_by_label("建议").check()
    page.get_by_label("一句话说是什么事").fill("展馆请在周一也开放")
    page.get_by_label("说清楚些").fill("周末人太多。我的电话是 13800138000。")
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，请记下这两个号")
    expect(page.get_by_role("button", name="打印这一页")).to_be_visible()
    check(page, "receipt")
    number, code = page.locator(".receipt dd").all_text_contents()

    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, address, office)
    page.goto(f"{address}/desk/")
    page.get_by_role("link", name=re.compile("审核公众提问")).first.click()
    check(page, "screen")
    expect(page.get_by_text("手机号：13800138000")).to_be_visible()
    expect(page.locator("#release_text")).to_have_value("周末人太多。我的电话是 ［手机号已隐去］。")
    page.get_by_role("button", name="公开，交给这个单位").click()
    expect(page.get_by_text("已公开，交给承办单位。")).to_be_visible()
    check(page, "released")

    sit_down(page.context, address, liaison)
    page.goto(f"{address}/desk/")
    page.get_by_role("link", name=re.compile("答复公众提问")).first.click()
    page.locator("#answer_text").fill("周一闭馆检修。")
    page.get_by_role("button", name="公开答复").click()
    expect(page.get_by_text("答复已公开。")).to_be_visible()
    check(page, "answered at the desk")

    page.context.clear_cookies()
    page.set_viewport_size({"width": 390, "height": 844})
    open_own(page, address, number, code)
    check(page, "own, answered")
    page.get_by_label("没有解决").check()
    page.locator("#verdict_text").fill("检修不用整天。")
    page.get_by_role("button", name="记下我的评判").click()
    check(page, "own, not settled")
    page.get_by_role("button", name="重新交办").click()
    expect(page.get_by_text("已经重新交办，从今天起重新计时。")).to_be_visible()
    check(page, "own, reopened")

    sit_down(page.context, address, liaison)
    page.goto(f"{address}/desk/")
    page.get_by_role("link", name=re.compile("答复公众提问")).first.click()
    expect(page.get_by_text("第 2 次办理").first).to_be_visible()
    page.locator("#answer_text").fill("从十月起周一下午开放。")
    page.get_by_role("button", name="公开答复").click()

    page.context.clear_cookies()
    open_own(page, address, number, code)
    page.get_by_label("解决了", exact=True).check()
    page.get_by_role("button", name="记下我的评判").click()
    expect(page.get_by_text("您的评判记下了。")).to_be_visible()
    check(page, "own, settled")

    page.goto(f"{address}/ask/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("展馆请在周一也开放")
    expect(page.get_by_text("已办结").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("13800138000")
    expect(page.locator("main")).not_to_contain_text("检修不用整天")
    check(page, "public question")
    page.goto(f"{address}/ask/")
    check(page, "public list")
    expect(page.get_by_role("row", name=re.compile("青岛市示例科技馆"))).to_contain_text("1")
    assert Question.objects.get().closing == "settled"


def test_every_page_is_readable_for_everyone(page: Page, site):
    with fixed(date(2024, 9, 2)):
        scene = Scene(kind="suggest").release().answer()
        waiting = ask(about=f"directory.organisation:{scene.body.pk}")
    sit_down(page.context, site.url, scene.office)

    for path in (
        "/ask/",
        "/ask/new/",
        "/ask/mine/",
        f"/ask/{scene.receipt.number}/",
        "/desk/oversight/",
        f"/desk/oversight/{waiting.question_id}/",
        f"/desk/oversight/{scene.pk}/",
    ):
        visit(page, f"{site.url}{path}", kepu_elder="30")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            check(page, f"{path} {width}")
        assert violations_in_themes(page) == {}, path


def test_asking_works_without_script(browser: Browser, site):
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site.url}/ask/new/")
    page.get_by_label("一句话说是什么事").fill("题")
    page.get_by_label("说清楚些").fill("字" * 2001)
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_text("写了 2001 字，最多 2000 字").first).to_be_visible()

    page.get_by_label("说清楚些").fill("短一些")
    page.get_by_role("button", name="提出").click()
    number, code = page.locator(".receipt dd").all_text_contents()
    expect(page.get_by_role("button", name="打印这一页")).to_be_hidden()
    open_own(page, site.url, number, code)
    expect(page.get_by_role("heading", level=1)).to_have_text("题")
    context.close()
