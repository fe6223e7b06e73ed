"""Tasks and targets as things that the public can ask about."""

from django.urls import reverse

from kepu.oversight.queries import Subject, numeric_id
from kepu.plan.tasks.choices import DutyRole
from kepu.plan.tasks.models import Target, Task


def task_as_subject(subject_id: str) -> Subject | None:
    """A task: its lead body answers, or its only one; where the text leaves that open, the office decides."""
    pk = numeric_id(subject_id)
    task = Task.objects.filter(pk=pk, is_struck=False).select_related("plan").first() if pk is not None else None
    if task is None:
        return None
    label = f"{task.code} {task.label}".strip()
    return Subject(label, _address(task), _owner(task), task.plan.region_id)


def target_as_subject(subject_id: str) -> Subject | None:
    """A target: the body of its task answers; a target of the whole plan has none that the text names."""
    pk = numeric_id(subject_id)
    targets = Target.objects.filter(is_struck=False).select_related("plan", "task__plan")
    target = targets.filter(pk=pk).first() if pk is not None else None
    if target is None:
        return None
    task = target.task
    address = _address(task) if task else reverse("plan:plan", args=[target.plan.slug])
    return Subject(str(target), address, _owner(task) if task else None, target.plan.region_id)


def _address(task: Task) -> str:
    return reverse("plan:task", args=[task.plan.slug, task.slug])


def _owner(task: Task) -> int | None:
    duties = list(task.duties.values_list("organisation_id", "role"))
    leads = [body for body, role in duties if role in {DutyRole.LEAD, DutyRole.SOLE}]
    if len(leads) == 1:
        return int(leads[0])
    return int(duties[0][0]) if len(duties) == 1 and not task.has_others else None
