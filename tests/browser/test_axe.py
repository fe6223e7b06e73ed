"""Axe finds nothing on any page that a visitor or the office can open, at the width of a phone."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.access import Row, World
from tests.browsing import settle, violations
from tests.test_access import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def reader_of(row: Row) -> str | None:
    """Who opens the page here: a visitor where one may, else the office."""
    return next((who for who in ("visitor", "office") if row.answers.get(who) == 200), None)


PAGES = sorted(
    name
    for name, row in TABLE.items()
    if row.method == "get" and not row.tested_by and reader_of(row) and not name.startswith("api:")
)


@pytest.fixture(scope="module")
def phone(browser: Browser, browser_context_args) -> Iterator[Page]:
    """One window for all pages, which has the fonts and scripts already."""
    context = browser.new_context(**browser_context_args, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, phone, live_server):
    row, world = TABLE[name], World()
    who = reader_of(row)
    assert who
    address = row.path or reverse(name, args=row.args(world))
    phone.context.clear_cookies()
    client = Client()
    if (person := world.actors[who]) is not None:
        client.force_login(person)
        cookie = client.cookies["sessionid"].value
        phone.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    answer = client.get(address, row.data(world))
    if not answer.headers["content-type"].startswith("text/html") or b"<html" not in answer.content:
        return  # a file, or a piece of a page

    phone.goto(f"{live_server.url}{answer.wsgi_request.get_full_path()}")

    assert violations(settle(phone)) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
