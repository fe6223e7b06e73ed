"""The tasks that a reader asks for: by action or project, state, body, district, in an order."""

from dataclasses import dataclass
from datetime import date

from kepu.directory.register.models import Region
from kepu.directory.register.queries import districts
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries.pages import (
    PlanOverview,
    TaskGroup,
    TaskRow,
    counted,
    groups_of,
    judged_tasks,
    overview_of,
)
from kepu.plan.tasks.queries.places import coverage
from kepu.plan.tasks.queries.status import PlanJudge
from kepu.plan.tasks.rules.status import SEVERITY

_NEVER = date.min
_ORDERS = {
    "worst": lambda row: SEVERITY.index(Status(row.status)),
    "newest": lambda row: -(row.state.evidence_on or _NEVER).toordinal(),
}


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks a reader wants to see; empty means all.

    Attributes:
        section: of one action or project.
        state: in one state.
        body: owed by one body.
        district: code of a district where something was recorded for them lately.
        sort: `plan` for the plan's order, `worst` or `newest` evidence first.
    """

    section: int | None = None
    state: str = ""
    body: int | None = None
    district: str = ""
    sort: str = "plan"

    def takes(self, row: TaskRow) -> bool:
        """Whether a task is among them."""
        return (
            (not self.section or row.task.section_id == self.section)
            and (not self.state or row.status == self.state)
            and (not self.body or any(duty.organisation_id == self.body for duty in row.duties))
        )


@dataclass(frozen=True, slots=True)
class TaskListing:
    """The tasks that a reader asked for: in groups in the plan's order, else as one list."""

    groups: tuple[TaskGroup, ...]
    rows: tuple[TaskRow, ...]
    own: tuple[TaskRow, ...]
    counts: tuple[tuple[str, int], ...]
    is_sorted: bool

    @property
    def everything(self) -> tuple[TaskRow, ...]:
        """Every row that is shown, those that persons made last."""
        return self.rows + self.own


@dataclass(frozen=True, slots=True)
class TaskList:
    """All tasks of a plan on a day, ready to be filtered."""

    judge: PlanJudge
    overview: PlanOverview
    districts: tuple[Region, ...]

    def listing(self, wanted: TaskFilter) -> TaskListing:
        """The tasks that a reader asked for."""
        rows = [row for row in self.overview.rows if wanted.takes(row)]
        own = [row for row in self.overview.own if wanted.takes(row)]
        if wanted.district:
            spoken = self._spoken_in(wanted.district)
            rows = [row for row in rows if row.task.pk in spoken]
            own = [row for row in own if row.task.pk in spoken]
        order = _ORDERS.get(wanted.sort)
        if order is not None:
            rows.sort(key=order)
            own.sort(key=order)
        short = {group.section.pk: group.short for group in self.overview.groups}
        groups = tuple(TaskGroup(group.section, group.rows, short[group.section.pk]) for group in groups_of(rows))
        return TaskListing(groups, tuple(rows), tuple(own), counted(rows), is_sorted=order is not None)

    def _spoken_in(self, code: str) -> frozenset[int]:
        covers = coverage(self.judge, self.overview.day).districts
        return next((cover.tasks for cover in covers if cover.region.code == code), frozenset())


def task_list(plan: Plan, day: date) -> TaskList:
    """All tasks of a plan as they stand on a day, ready to be filtered."""
    judge = judged_tasks(plan)
    return TaskList(judge, overview_of(judge, judge.on(day)), tuple(districts()))
