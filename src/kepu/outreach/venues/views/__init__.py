"""Pages of the venues."""

from kepu.outreach.venues.views import desk, public, rosters, venue

__all__ = ["desk", "public", "rosters", "venue"]
