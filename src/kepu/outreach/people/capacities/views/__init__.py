"""Pages of the register of people."""

from kepu.outreach.people.capacities.views import desk, own, public

__all__ = ["desk", "own", "public"]
