"""A Chromium of the machine for the pages of the desk."""

from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]
