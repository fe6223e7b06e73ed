"""Pages of the plan room."""

from kepu.plan.views.public import body, bring, newest, overview, task

__all__ = ["body", "bring", "newest", "overview", "task"]
