"""What tests in a real browser share, and what keeps them quick.

Most of the time of such tests went into waiting: half a second of network silence after every page, a cold cache for
every test, and a second in which all tables are emptied. So a page is ready when its modules are mounted and its fonts
are there; pages share one context and its cache; and tests that only look share one site, emptied once at the end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from kepu.directory.register.models import Person
from kepu.foundation.testing import restore_baseline

AXE = (Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
THEMES = ("dark", "contrast")
COLOUR_RULES = ("color-contrast", "link-in-text-block")
DAY = date(2024, 9, 15)
Violation = tuple[str, list[str]]
_SETTLED = """() => document.readyState === "complete" && document.fonts.status === "loaded" &&
  [...document.querySelectorAll("[data-module]")].every((one) => "mounted" in one.dataset) &&
  !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")"""


@contextmanager
def running_site(blocker: Any) -> Iterator[LiveServer]:
    """A demonstration site with a stated day, for many tests; what they leave is emptied once, at the end."""
    with blocker.unblock(), override_settings(KEPU_IS_DEMONSTRATION=True, KEPU_DEMONSTRATION_DAY=DAY):
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        try:
            yield server
        finally:
            server._live_server_modified_settings.disable()
            server.stop()
            restore_baseline()


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[LiveServer]:
    """One running site for a module.

    Its tests are marked `django_db` without transaction: what a test itself writes stays its own and unseen by the
    site. What the site should hold is written by fixtures of the module.
    """
    with running_site(django_db_blocker) as server:
        yield server


@pytest.fixture(scope="session")
def shared_context(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """One browser context, and so one cache of styles, fonts and scripts, for all tests that only look."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture
def shared_page(shared_context: BrowserContext) -> Iterator[Page]:
    """A fresh page without cookies in the shared context; its console must stay empty."""
    shared_context.clear_cookies()
    page = shared_context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    with quiet(page):
        yield page
    page.close()


@contextmanager
def quiet(page: Page) -> Iterator[list[str]]:
    """The console of a page must say nothing; what the policy refuses axe is not the page's."""
    said: list[str] = []

    def hear(text: str) -> None:
        if not getattr(page, "is_under_axe", False):
            said.append(text)

    page.on("console", lambda message: hear(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda problem: hear(str(problem)))
    yield said
    assert said == []


def settle(page: Page) -> Page:
    """Wait until a page is there: loaded, its fonts drawn, its modules mounted, no swap under way."""
    page.wait_for_function(_SETTLED)
    return page


def step(page: Page, act: Callable[[], object]) -> None:
    """Do what leads to another page, and wait until that one is there.

    The page before answers `settle` as well until the browser has the first bytes of the next, so it is marked and must be gone.
    """
    page.evaluate("window.isPageBefore = true")
    act()
    page.wait_for_function("() => !window.isPageBefore")
    settle(page)


def visit(page: Page, address: str, **cookies: str) -> Page:
    """Open a page with cookies, and wait until it is there."""
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page.goto(address)
    return settle(page)


def violations(page: Page, rules: Sequence[str] = ()) -> list[Violation]:
    """What axe finds on a page as it is: rule and the first elements.

    Args:
        page: a page that has settled.
        rules: only these; all of axe's where none is named.
    """
    page.is_under_axe = True  # type: ignore[attr-defined]  # its own styles meet our policy
    page.evaluate("window.axe !== undefined") or page.evaluate(AXE)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    # Without `preload` axe does not fetch all styles anew, for two rules of which one is off and one listens to sounds.
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], "preload": False, **only})
    page.evaluate("0")  # by now everything it said has arrived
    page.is_under_axe = False  # type: ignore[attr-defined]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found["violations"]]


def violations_in_themes(page: Page) -> dict[str, list[Violation]]:
    """What axe finds on a page in its own theme, and of its colours in every other; a theme changes nothing else."""
    found = {"": violations(page)}
    for theme in THEMES:
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        page.evaluate("for (const one of document.getAnimations()) one.finish()")  # colours do not fade in
        found[theme] = violations(page, COLOUR_RULES)
    page.evaluate("delete document.documentElement.dataset.theme")
    return {theme: what for theme, what in found.items() if what}


def overhang(page: Page, width: int, height: int = 900) -> int:
    """How far a page runs off the side at a width."""
    page.set_viewport_size({"width": width, "height": height})
    return max(0, int(page.evaluate("document.documentElement.scrollWidth")) - width)


def sit_down(context: BrowserContext, address: str, person: Person) -> None:
    """Sign a person in, by the session that a test client got; nothing stays of whoever sat there before."""
    client = Client()
    client.force_login(person)
    context.clear_cookies()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def check(page: Page, shot: str = "") -> None:
    """Axe finds nothing on a page, and nothing of it hangs over its side.

    Args:
        page: as it is.
        shot: what is said where it fails.
    """
    found = violations(settle(page))
    assert found == [], (shot, found)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), shot
