"""Axe finds nothing on any page that a visitor or the office can open, at the width of a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.access import Row, World
from tests.browsing import settle, violations
from tests.test_access import TABLE, session_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def reader_of(row: Row) -> str | None:
    """Who opens the page here: a visitor where one may, else the office."""
    return next((who for who in ("visitor", "office") if row.answers.get(who) == 200), None)


PAGES = sorted(
    name
    for name, row in TABLE.items()
    if row.method == "get" and not row.tested_by and reader_of(row) and not name.startswith("api:")
)


@pytest.fixture(scope="module")
def world(site: LiveServer, django_db_blocker: Any) -> World:
    """One world for all pages, with what each page needs beside it; looking changes nothing."""
    with django_db_blocker.unblock():
        return World().made()


@pytest.fixture(scope="module")
def sessions(world: World, django_db_blocker: Any) -> dict[str, str]:
    """A session of everybody for the browser; a test's own transaction must not hold it."""
    with django_db_blocker.unblock():
        return {name: session_of(person) for name, person in world.actors.items() if person is not None}


@pytest.fixture(scope="module")
def addresses(world: World, django_db_blocker: Any) -> dict[str, str]:
    """Where each page is; what its row needs stays in the site's database."""
    with django_db_blocker.unblock():
        return {name: TABLE[name].path or reverse(name, args=TABLE[name].args(world)) for name in PAGES}


@pytest.fixture(scope="module")
def phone(browser: Browser, browser_context_args) -> Iterator[Page]:
    """One window for all pages, which has the fonts and scripts already."""
    context = browser.new_context(**browser_context_args, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, phone, site, world, sessions, addresses):
    row = TABLE[name]
    who = reader_of(row)
    assert who
    # Another address than the browser's: what is counted by address here stays in this test's transaction, where it would block.
    client = Client(REMOTE_ADDR="192.0.2.1")
    if (person := world.actors[who]) is not None:
        client.force_login(person)
    answer = client.get(addresses[name], row.data(world))
    if not answer.headers["content-type"].startswith("text/html") or b"<html" not in answer.content:
        return  # a file, or a piece of a page
    phone.context.clear_cookies()
    if who in sessions:
        phone.context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": site.url}])

    phone.goto(f"{site.url}{answer.wsgi_request.get_full_path()}")

    assert violations(settle(phone)) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
