"""A small world for every test of this room, on a stated day."""

import pytest

from tests.outreach.tours.worlds import DAY, World
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]


@pytest.fixture(autouse=True)
def _stated_day(settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY


@pytest.fixture
def world() -> World:
    return World()
