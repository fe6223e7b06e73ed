"""Pages of matters and meetings."""

from kepu.plan.matters.views import agenda, desk, matter, meetings, writing

__all__ = ["agenda", "desk", "matter", "meetings", "writing"]
