"""What each body owes by a plan."""

from dataclasses import dataclass
from datetime import date

from kepu.directory.register.models import Organisation
from kepu.plan.tasks.choices import TaskOrigin
from kepu.plan.tasks.models import Duty, Plan
from kepu.plan.tasks.queries.pages import TaskRow, counted, is_over, judged_tasks, rows_of


@dataclass(frozen=True, slots=True)
class BodyTask:
    """One task of a body, and the body's part in it."""

    row: TaskRow
    duty: Duty


@dataclass(frozen=True, slots=True)
class BodyPage:
    """What one body owes by a plan, as it stands on a day."""

    plan: Plan
    day: date
    organisation: Organisation
    tasks: tuple[BodyTask, ...]
    counts: tuple[tuple[str, int], ...]
    leads: int
    is_demonstration: bool
    is_final: bool

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """Its tasks."""
        return tuple(one.row for one in self.tasks)


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body in a list, with its tasks."""

    organisation: Organisation
    rows: tuple[TaskRow, ...]
    leads: int


@dataclass(frozen=True, slots=True)
class BodyList:
    """All bodies that owe something by a plan."""

    plan: Plan
    day: date
    rows: tuple[BodyRow, ...]
    duties: int
    is_demonstration: bool
    is_final: bool


def body_page(plan: Plan, organisation_id: int, day: date) -> BodyPage | None:
    """What one body owes, or None where it owes nothing by this plan."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return None
    judge = judged_tasks(plan, plan.tasks.filter(duties__organisation=organisation, is_struck=False), with_goals=False)
    judgement = judge.on(day)
    tasks = [
        BodyTask(row, duty)
        for row in rows_of(judge, judgement)
        for duty in row.duties
        if duty.organisation_id == organisation.pk
    ]
    if not tasks:
        return None
    return BodyPage(
        plan=plan,
        day=day,
        organisation=organisation,
        tasks=tuple(tasks),
        counts=counted(one.row for one in tasks),
        leads=sum(1 for one in tasks if one.row.lead == one.duty),
        is_demonstration=judgement.is_demonstration,
        is_final=is_over(judge, day),
    )


def body_list(plan: Plan, day: date) -> BodyList:
    """Every body that owes something, with its tasks as they stand on a day: most tasks first, then by name."""
    judge = judged_tasks(plan, with_goals=False)
    judgement = judge.on(day)
    bodies: dict[int, Organisation] = {}
    rows: dict[int, list[TaskRow]] = {}
    printed = 0
    for row in rows_of(judge, judgement):
        for duty in row.duties:
            bodies[duty.organisation_id] = duty.organisation
            rows.setdefault(duty.organisation_id, []).append(row)
            printed += row.task.origin == TaskOrigin.TEXT and bool(duty.printed_name)
    listed = [
        BodyRow(body, tuple(rows[pk]), sum(1 for row in rows[pk] if row.lead and row.lead.organisation_id == pk))
        for pk, body in bodies.items()
    ]
    listed.sort(key=lambda one: (-len(one.rows), one.organisation.sort_key, one.organisation.name))
    return BodyList(plan, day, tuple(listed), printed, judgement.is_demonstration, is_over(judge, day))
