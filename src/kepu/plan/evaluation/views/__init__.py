"""Pages of evaluation."""

from kepu.plan.evaluation.views import comparing, desk, ending, public, sheet

__all__ = ["comparing", "desk", "ending", "public", "sheet"]
