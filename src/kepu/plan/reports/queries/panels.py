"""What is shown of reports on the pages of a task."""

from datetime import date

from kepu.plan.reports.queries.pages import spoken_of
from kepu.plan.tasks.models import Task
from kepu.plan.tasks.queries import Panel


def spoken_panel(task: Task, day: date) -> Panel | None:
    """What bodies said of a task in their accepted reports; None where nobody said anything."""
    spoken = spoken_of(task, day)
    return Panel("reports/_spoken.html", {"spoken": spoken, "plan": task.plan}) if spoken else None
