"""The ledger in a real browser: a table with a mistake, put right, loaded, and seen by everybody."""

from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from kepu.ledger.services import fold_deltas, record_fact
from kepu.ledger.services.indicators import load_indicators
from tests.browsing import overhang, quiet, settle, violations, violations_in_themes, visit
from tests.ledger.factories import City, draft, make_city
from tests.web.conftest import browser_context_args, browser_type_launch_args

HEAD = "指标,发生日期,地区,单位,数量,人次"

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(live_server, settings) -> City:
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 9, 15)
    load_indicators(actor=None)
    return make_city()


@pytest.fixture
def desk(page: Page, live_server, client, city):
    """A page of the leading office whose console must stay empty."""
    client.force_login(city.officer)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    with quiet(page):
        yield page


def send(page: Page, *rows: str) -> None:
    content = "\n".join([HEAD, *rows]).encode()
    page.set_input_files("input[type=file]", {"name": "九月.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="核对并登记").click()


def test_a_table_is_sent_put_right_loaded_and_seen(desk, live_server):
    desk.goto(f"{live_server.url}/desk/ledger/")
    expect(desk.get_by_text("还没有事实")).to_be_visible()
    desk.get_by_role("link", name="导入表格").first.click()
    assert violations(settle(desk)) == []

    send(desk, "科普讲座场次,2024-09-01,市南区,市科协,2,80", "科普讲座场次,2024-09-02,市东区,市科协,3,")
    expect(desk.get_by_role("heading", name="有 1 处要改")).to_be_visible()
    expect(desk.get_by_role("row", name="3 地区")).to_contain_text("没有“市东区”这个地区")
    assert violations(settle(desk)) == []

    send(desk, "科普讲座场次,2024-09-01,市南区,市科协,2,80", "科普讲座场次,2024-09-02,市北区,市科协,3,")
    expect(desk.get_by_role("heading", name="都登记好了")).to_be_visible()
    assert violations(settle(desk)) == []

    desk.get_by_role("link", name="看登记的事实").click()
    expect(desk.locator("#rows tbody tr")).to_have_count(2)
    assert violations(settle(desk)) == []
    desk.get_by_role("link", name="科普讲座场次").first.click()
    expect(desk.get_by_text("九月.csv")).to_be_visible()
    assert violations(settle(desk)) == []

    desk.goto(f"{live_server.url}/data/lectures/")
    expect(desk.locator(".chart-canvas svg")).to_be_visible()
    expect(desk.get_by_role("row", name="市北区 3")).to_be_visible()
    expect(desk.locator(".made-up").first).to_be_visible()
    assert violations(settle(desk)) == []


def test_one_fact_is_recorded_and_taken_back_by_hand(desk, live_server):
    desk.goto(f"{live_server.url}/desk/ledger/record/")
    desk.get_by_label("记的是什么").select_option("bases")
    expect(desk.locator("#measure")).to_contain_text("这是存量")
    expect(desk.get_by_label("数量（个）")).to_be_visible()
    assert violations(settle(desk)) == []
    desk.get_by_label("在哪里").select_option("370202")
    desk.get_by_label("谁做的").fill("市科协")
    desk.get_by_label("数量（个）").fill("12")

    desk.reload()  # what was typed is still there
    expect(desk.get_by_label("谁做的")).to_have_value("市科协")
    expect(desk.get_by_label("数量（个）")).to_have_value("12")
    desk.get_by_role("button", name="记入台账").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("12")
    expect(desk.locator(".notice-success")).to_contain_text("再记一条")
    assert violations(settle(desk)) == []

    desk.goto(f"{live_server.url}/desk/ledger/record/")  # stored, so nothing is kept
    expect(desk.get_by_label("谁做的")).to_have_value("")
    desk.go_back()
    desk.get_by_label("为什么冲正").fill("多数了一个")
    desk.get_by_role("button", name="冲正这一条").click()
    expect(desk.get_by_text("原因：多数了一个")).to_be_visible()
    assert violations(settle(desk)) == []


def test_the_filter_works_in_place_and_by_address(desk, live_server, city):
    record_fact(draft(), actor=None)
    record_fact(draft(indicator="fairs"), actor=None)
    desk.goto(f"{live_server.url}/desk/ledger/")
    expect(desk.locator("#rows tbody tr")).to_have_count(2)

    desk.get_by_label("指标").select_option("fairs")

    expect(desk.locator("#rows tbody tr")).to_have_count(1)
    assert "indicator=fairs" in desk.url
    desk.reload()
    expect(desk.locator("#rows tbody tr")).to_have_count(1)


@pytest.mark.parametrize("cookies", [{}, {"kepu_elder": "26"}], ids=str)
def test_the_public_pages_fit_a_phone_and_axe_finds_nothing(desk, live_server, city, cookies):
    method = {"instrument": "抽样调查甲", "version": "2020", "n": 3000}
    record_fact(draft(), actor=None, is_demonstration=True)
    record_fact(draft(indicator="literate_share", region="3702", method=method), actor=None)
    fold_deltas()
    desk.set_viewport_size({"width": 390, "height": 844})

    for address in (
        "/data/",
        "/data/lectures/?by=month",
        "/data/literate_share/",
        "/data/bases/",
        "/desk/ledger/",
        "/desk/ledger/import/",
    ):
        visit(desk, f"{live_server.url}{address}", **cookies)
        assert violations_in_themes(desk) == {}, address
        assert overhang(desk, 390) == 0, address
