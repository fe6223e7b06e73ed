"""One world for a test, on the day for which it was made."""

from collections.abc import Iterator

import pytest

from kepu.foundation.clock import fixed
from tests.plan.breakdown.worlds import Shared, shared_world
from tests.plan.worlds import DAY


@pytest.fixture
def shared(db: None) -> Iterator[Shared]:
    with fixed(DAY):
        yield shared_world()
