"""Pages of the venues."""

from kepu.outreach.venues.views import coverage, desk, public, rosters, venue

__all__ = ["coverage", "desk", "public", "rosters", "venue"]
