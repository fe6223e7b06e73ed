"""Pages of periods and reports."""

from kepu.plan.reports.views import desk, judging, public, writing

__all__ = ["desk", "judging", "public", "writing"]
