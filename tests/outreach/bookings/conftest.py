"""Halls as things that have slots, for every test of this room."""

from tests.outreach.bookings.factories import register_halls
from tests.web.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]

register_halls()
