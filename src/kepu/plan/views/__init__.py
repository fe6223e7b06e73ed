"""Pages of the plan room."""

from kepu.plan.views import decisions, drafts, tasks
from kepu.plan.views.bring import bring, sample
from kepu.plan.views.public import body, newest, overview, task

__all__ = ["body", "bring", "decisions", "drafts", "newest", "overview", "sample", "task", "tasks"]
