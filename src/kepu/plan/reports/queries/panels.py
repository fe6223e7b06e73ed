"""What is shown of reports on the pages of a plan and of a task."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.plan.reports.queries.pages import spoken_of
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import Panel, PlanDoor


def public_door(plan: Plan) -> PlanDoor:
    """To the list of a plan's reports."""
    return PlanDoor(_("进展报告"), "report", reverse("reports:public", args=[plan.slug]))


def spoken_panel(task: Task, day: date) -> Panel | None:
    """What bodies said of a task in their accepted reports; None where nobody said anything."""
    spoken = spoken_of(task, day)
    return Panel("reports/_spoken.html", {"spoken": spoken, "plan": task.plan}) if spoken else None
