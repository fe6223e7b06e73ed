"""Pages of the plan room."""

from kepu.plan.views import drafts
from kepu.plan.views.bring import bring, sample
from kepu.plan.views.public import body, newest, overview, task

__all__ = ["body", "bring", "drafts", "newest", "overview", "sample", "task"]
