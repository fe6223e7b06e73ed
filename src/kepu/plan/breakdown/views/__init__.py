"""Pages of the breakdown room."""

from kepu.plan.breakdown.views import children, desk, editing, public

__all__ = ["children", "desk", "editing", "public"]
