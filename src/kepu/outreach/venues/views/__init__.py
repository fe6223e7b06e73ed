"""Pages of the venues."""

from kepu.outreach.venues.views import public

__all__ = ["public"]
