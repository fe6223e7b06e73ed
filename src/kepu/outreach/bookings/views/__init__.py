"""Pages of bookings."""

from kepu.outreach.bookings.views import desk, gate, own, public

__all__ = ["desk", "gate", "own", "public"]
