"""Pages of supervision."""

from kepu.plan.supervision.views import desk, notice

__all__ = ["desk", "notice"]
