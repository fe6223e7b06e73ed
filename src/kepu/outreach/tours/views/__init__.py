"""Pages of the tours."""

from kepu.outreach.tours.views import desk, plans, public, vans

__all__ = ["desk", "plans", "public", "vans"]
