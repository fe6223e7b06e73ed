"""Residents by keyboard, at the size of a phone and in elder mode: sign in with the sandbox's code, register, delete; a caller."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Acting, Person
from tests.browsing import check, quiet, settle, sit_down, step, violations_in_themes
from tests.factories import PersonFactory, city_region

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("KEPU_SHOTS", "")
NEXT = "() => [document.activeElement.name, document.activeElement.textContent.trim(), document.activeElement.value]"


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 9, 15)
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_GATEWAYS = {}
    city_region()
    return live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page):
        yield page


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def tab_to(page: Page, wanted: str) -> None:
    """Move by the Tab key until the field of a name, or the button or link with these words, has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        name, words, value = page.evaluate(NEXT)
        if wanted in {name, words, value}:
            return
    pytest.fail(f"no key leads to {wanted}")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    step(page, lambda: page.keyboard.press("Enter"))


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def fill_day(page: Page, name: str, day: str) -> None:
    """A date field has parts of its own; the browser's keyboard fills them one after the other."""
    tab_to(page, name)
    page.locator(f"[name={name}]").fill(day)


def enter_by_code(page: Page, address: str, phone: str) -> None:
    page.goto(address + reverse("portal:sign_in"))
    settle(page)
    check(page, "sign_in")
    shot(page, f"sign-in-{phone}")
    fill(page, "phone", phone)
    press(page, "发验证码")
    check(page, "code")
    press(page, "看沙盒里的短信")
    check(page, "sandbox")
    shot(page, f"sandbox-{phone}")
    code = page.locator("#sandbox-code").inner_text()
    press(page, "回去填验证码")
    shot(page, f"code-{phone}")
    fill(page, "code", code)
    step(page, lambda: page.keyboard.press("Enter"))


@pytest.mark.parametrize("elder", ["", "30"])
def test_a_grandmother_signs_in_by_keyboard_and_deletes_her_account(quiet_page: Page, site, elder):
    page, address, phone = quiet_page, site.url, f"1390000{elder or '22'}01"
    page.set_viewport_size({"width": 390, "height": 844})
    if elder:
        page.context.add_cookies([{"name": "kepu_elder", "value": elder, "url": address}])

    enter_by_code(page, address, phone)
    expect(page.get_by_role("heading", level=1)).to_have_text("第一次来，登记一下")
    check(page, "register")
    shot(page, f"register-{elder}")
    fill(page, "name", "示例奶奶 001")
    fill_day(page, "birthday", "1948-03-02")
    agree, refuse = (
        page.get_by_role("button", name=words).bounding_box() for words in ("同意并登记", "不同意，不登记")
    )
    assert agree["height"] == refuse["height"]
    press(page, "同意并登记")

    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    shot(page, f"me-{elder}")
    check(page, "me")
    assert violations_in_themes(page) == {}
    assert phone not in page.content()
    press(page, "显示 手机号")
    expect(page.get_by_text(phone)).to_be_visible()
    check(page, "shown")
    press(page, "看全部信息（可打印）")
    expect(page.get_by_role("heading", level=1)).to_have_text("全部信息")
    check(page, "export")
    shot(page, f"export-{elder}")
    press(page, "我的信息")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    press(page, "注销账号")
    expect(page.get_by_role("heading", level=1)).to_have_text("注销账号")
    check(page, "delete")
    shot(page, f"delete-{elder}")
    fill(page, "word", "注销")
    press(page, "注销账号")
    expect(page.get_by_role("heading", level=1)).to_have_text("账号已注销")
    check(page, "gone")

    assert not PersonalNumber.objects.exists()
    assert Person.objects.get().name == ""


def test_it_works_without_script(browser, browser_context_args, site):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page, address = context.new_page(), site.url
    page.goto(address + reverse("portal:sign_in"))
    page.locator("[name=phone]").fill("13900000077")
    page.get_by_role("button", name="发验证码").click()
    page.get_by_role("link", name="看沙盒里的短信").click()
    code = page.locator("#sandbox-code").inner_text()
    page.get_by_role("link", name="回去填验证码").click()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="确认").click()
    page.get_by_label("怎样称呼您").fill("示例居民 077")
    page.locator("[name=birthday]").fill("1990-01-01")
    page.get_by_role("button", name="同意并登记", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    context.close()


def test_the_sandbox_identity_service_signs_in_and_is_marked(quiet_page: Page, site):
    page, address = quiet_page, site.url
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + reverse("portal:sign_in"))
    shot(page, "sign-in-wide")
    page.get_by_role("link", name="去统一身份认证").click()
    expect(page.get_by_text("沙盒：演示数据")).to_be_visible()
    shot(page, "identity")
    check(page, "identity")
    page.get_by_role("button", name="代表 示例企业 001 登录").click()
    expect(page.get_by_text("统一身份认证已通过")).to_be_visible()
    page.locator("[name=phone]").fill("13900000088")
    page.get_by_role("button", name="发验证码").click()
    check(page, "code with identity")
    shot(page, "code-identity")
    page.get_by_role("link", name="看沙盒里的短信").click()
    code = page.locator("#sandbox-code").inner_text()
    page.get_by_role("link", name="回去填验证码").click()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="确认，并连上").click()
    page.locator("[name=birthday]").fill("1990-01-01")
    page.get_by_role("button", name="同意并登记", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    expect(page.get_by_text("示例企业 001")).to_be_visible()
    shot(page, "me-wide")


def test_an_operator_acts_for_a_caller_and_every_page_says_so(quiet_page: Page, site):
    from kepu.directory.privacy.services import keep_number, set_birthday

    page, address = quiet_page, site.url
    caller = PersonFactory(name="示例居民 055", is_demonstration=True)
    caller.set_unusable_password()
    caller.save()
    keep_number(caller.pk, "phone", "13900000055", actor=caller, is_verified=True)
    set_birthday(caller.pk, date(1950, 5, 1), actor=caller)
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, address, PersonFactory(role=Role.LEADING_OFFICE))

    page.goto(address + reverse("workbench:acting"))
    check(page, "acting")
    shot(page, "acting")
    page.get_by_label("来电人登记的手机号").fill("13900000055")
    page.locator("[name=said_birthday]").fill("1950-05-01")
    page.get_by_label("录音或回拨记录编号").fill("录音 7")
    page.get_by_label("来电要办什么").fill("问开放时间")
    page.get_by_role("button", name="核对好了，开始代办").click()
    banner = page.get_by_label("代办说明")
    expect(banner).to_contain_text("您正在替 示例居民 055 办理")
    check(page, "banner")
    shot(page, "banner")
    for name in ("workbench:minors", "workbench:consent_texts"):
        page.goto(address + reverse(name))
        expect(banner).to_be_visible()
        check(page, name)
        shot(page, name.replace(":", "-"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + reverse("portal:about"))
    check(page, "banner on a phone")
    shot(page, "banner-phone")
    page.get_by_role("button", name="办完，结束代办").click()
    expect(banner).to_have_count(0)
    assert Acting.objects.get().end_kind == "button"
