"""A small world for every test of this room, on a stated day."""

from datetime import date

import pytest

from kepu.outreach.requests.models import Order
from kepu.outreach.tours.services import add_wish
from tests.outreach.requests.worlds import World as Village
from tests.outreach.tours.worlds import DAY, World
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]


@pytest.fixture(autouse=True)
def _stated_day(settings):
    settings.KEPU_DEMONSTRATION_DAY = DAY


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def village(world) -> Village:
    """Who asks by orders."""
    made = Village()
    made.district, made.school, made.office = world.near, world.school, world.office
    return made


@pytest.fixture
def order(world, village) -> Order:
    """Approved, and a wish."""
    made = village.order(form="experiment", earliest=date(2024, 9, 20), latest=date(2024, 10, 20))
    add_wish(world.words(until=made.latest), actor=world.office, order_id=made.pk)
    return made
