"""A small world for every test of this room, and a Chromium for its journey."""

import pytest

from tests.outreach.enterprises.worlds import Works
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]


@pytest.fixture
def world() -> Works:
    return Works()
