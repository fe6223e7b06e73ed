"""Pages of the plan room."""

from kepu.plan.views import bodies, checking, comparing, confirming, drafts
from kepu.plan.views.bring import bring, sample
from kepu.plan.views.public import body, newest, overview, task

__all__ = [
    "bodies",
    "body",
    "bring",
    "checking",
    "comparing",
    "confirming",
    "drafts",
    "newest",
    "overview",
    "sample",
    "task",
]
