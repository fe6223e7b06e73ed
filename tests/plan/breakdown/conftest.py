"""One world for the tests of a module, on the day for which it was made."""

from tests.kept import kept
from tests.plan.breakdown.worlds import shared_world
from tests.plan.worlds import DAY

_built, shared = kept(shared_world, on=DAY)
