"""Pages of the register of people."""

from kepu.outreach.people.capacities.views import desk, own, public, rosters, teams

__all__ = ["desk", "own", "public", "rosters", "teams"]
