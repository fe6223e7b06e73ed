"""Journeys use the machine's own browser, as the tests of the look do."""

from tests.browsing import shared_context, shared_page, site
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args", "shared_context", "shared_page", "site"]
