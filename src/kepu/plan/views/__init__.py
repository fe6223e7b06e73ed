"""Pages of the plan room."""

from kepu.plan.views import decisions, drafts, tasks
from kepu.plan.views.bring import bring, sample
from kepu.plan.views.public import bodies, body, district, districts, export, newest, overview, task

__all__ = [
    "bodies",
    "body",
    "bring",
    "decisions",
    "district",
    "districts",
    "drafts",
    "export",
    "newest",
    "overview",
    "sample",
    "task",
    "tasks",
]
