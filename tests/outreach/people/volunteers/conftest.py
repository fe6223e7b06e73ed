"""One world for each test, and nobody who tried a code before."""

import pytest
from django.core.cache import cache

from tests.outreach.people.volunteers.worlds import World


@pytest.fixture
def world(db):
    cache.clear()
    return World()
