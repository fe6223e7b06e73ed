"""Pages of the plan room."""

from kepu.plan.tasks.views import bodies, checking, comparing, confirming, decisions, drafts, public, tasks
from kepu.plan.tasks.views.bring import bring, sample

__all__ = [
    "bodies",
    "bring",
    "checking",
    "comparing",
    "confirming",
    "decisions",
    "drafts",
    "public",
    "sample",
    "tasks",
]
