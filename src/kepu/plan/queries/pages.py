"""What the public pages of a plan show: all tasks, one task, one body."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, QuerySet

from kepu.directory.register.models import Organisation
from kepu.plan.choices import DutyRole, SectionKind, Status, TaskOrigin
from kepu.plan.models import Decision, Duty, Milestone, Plan, Section, Target, Task
from kepu.plan.queries.status import Judgement, PartState, PlanJudge, TaskState


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list, with its state and the sentence that explains it."""

    task: Task
    duties: tuple[Duty, ...]
    targets: tuple[Target, ...]
    state: TaskState

    @property
    def status(self) -> str:
        """The state's code."""
        return self.state.status

    @property
    def sentence(self) -> str:
        """Why it is so."""
        return self.state.sentence

    @property
    def label(self) -> str:
        """The title, or the code where the plan gives none."""
        return self.task.title or self.task.code


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """An action or project with its tasks, in the plan's order."""

    section: Section
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """All tasks of a plan on a day; those that persons made stand apart and are not counted."""

    plan: Plan
    day: date
    groups: tuple[TaskGroup, ...]
    counts: tuple[tuple[str, int], ...]
    tasks: int
    organisations: int
    duties: int
    targets: int
    own: tuple[TaskRow, ...]
    goals: tuple[PartState, ...]
    is_demonstration: bool
    is_final: bool

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """All tasks of the text, in its order."""
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of the plan's words; `kind` is empty, `body` or `target`."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of a task shows, its facts apart."""

    row: TaskRow
    parts: tuple[TextPart, ...]
    milestones: tuple[Milestone, ...]
    decisions: tuple[Decision, ...]
    has_lead: bool
    previous: Task | None
    following: Task | None
    judge: PlanJudge


@dataclass(frozen=True, slots=True)
class BodyPage:
    """What one body owes by a plan."""

    plan: Plan
    organisation: Organisation
    rows: tuple[TaskRow, ...]
    counts: tuple[tuple[str, int], ...]
    is_demonstration: bool


def live_plan() -> Plan | None:
    """The plan that the site shows first: the newest one."""
    return Plan.objects.select_related("region").order_by("-period_start", "-pk").first()


def days_of(plan: Plan, today: date) -> tuple[date, date]:
    """The days on which a plan may be looked at: from its first to today, never beyond the year after its last."""
    start = date(plan.period_start, 1, 1) if plan.period_start else plan.issued_on or plan.confirmed_on
    end = date(plan.period_end + 1, 12, 31) if plan.period_end else today
    return start, max(start, min(today, end))


def headline(plan: Plan) -> Target | None:
    """The one number that the plan is about: the first percentage among its goals."""
    goals = plan.targets.filter(section__kind=SectionKind.GOAL, is_struck=False).order_by("position")
    return goals.filter(unit="%").first() or goals.first()


def judged_tasks(plan: Plan, tasks: QuerySet[Task] | None = None, *, with_goals: bool = True) -> PlanJudge:
    """Tasks with their sections and duties, ready to be judged on any day."""
    duties = Duty.objects.select_related("organisation").order_by("position")
    found = plan.tasks.filter(is_struck=False) if tasks is None else tasks
    return PlanJudge(
        plan, found.select_related("section").prefetch_related(Prefetch("duties", duties)), with_goals=with_goals
    )


def rows_of(judge: PlanJudge, judgement: Judgement) -> list[TaskRow]:
    """Judged tasks as rows, in the plan's order."""
    return [
        TaskRow(task, tuple(task.duties.all()), tuple(task.targets.all()), judgement.tasks[task.pk])
        for task in judge.tasks
    ]


def counted(rows: Iterable[TaskRow]) -> tuple[tuple[str, int], ...]:
    """How many tasks are in each state, in the states' order."""
    found = Counter(row.status for row in rows)
    return tuple((state.value, found[state.value]) for state in Status)


def overview_of(judge: PlanJudge, judgement: Judgement) -> PlanOverview:
    """All judged tasks in the plan's order, grouped by action and project."""
    rows = rows_of(judge, judgement)
    printed = [row for row in rows if row.task.origin == TaskOrigin.TEXT]
    groups: dict[int, list[TaskRow]] = {}
    for row in printed:
        groups.setdefault(row.task.section_id, []).append(row)
    plan = judge.plan
    return PlanOverview(
        plan=plan,
        day=judgement.day,
        groups=tuple(TaskGroup(members[0].task.section, tuple(members)) for members in groups.values()),
        counts=counted(printed),
        tasks=len(printed),
        organisations=len({duty.organisation_id for row in printed for duty in row.duties if duty.printed_name}),
        duties=sum(1 for row in printed for duty in row.duties if duty.printed_name),
        targets=len(judgement.targets),
        own=tuple(row for row in rows if row.task.origin == TaskOrigin.PERSON),
        goals=tuple(judgement.targets[goal.pk] for goal in judge.goals),
        is_demonstration=judgement.is_demonstration,
        is_final=bool(judge.ends_on and judgement.day > judge.ends_on),
    )


def plan_overview(plan: Plan, day: date) -> PlanOverview:
    """All tasks of a plan as they stand on a day."""
    judge = judged_tasks(plan)
    return overview_of(judge, judge.on(day))


def text_parts(text: str, start: int, end: int, marks: Sequence[tuple[int, int, str]]) -> tuple[TextPart, ...]:
    """Cut [start, end) of a text at its marks.

    Args:
        text: the plan's words.
        start: first character shown.
        end: the one after the last.
        marks: start, end and kind of what is marked; those that overlap an earlier one are left out.
    """
    parts: list[TextPart] = []
    at = start
    for begin, stop, kind in sorted(marks):
        if begin < at or stop > end:
            continue
        parts.append(TextPart(text[at:begin]))
        parts.append(TextPart(text[begin:stop], kind))
        at = stop
    parts.append(TextPart(text[at:end]))
    return tuple(part for part in parts if part.text)


def task_page(plan: Plan, slug: str, day: date) -> TaskPage | None:
    """The page of one task, or None where the plan has no such task."""
    judge = judged_tasks(plan, plan.tasks.filter(slug=slug, is_struck=False), with_goals=False)
    if not judge.tasks:
        return None
    row = rows_of(judge, judge.on(day))[0]
    task = row.task
    marks = [(d.start, d.end, "body") for d in row.duties if d.start is not None and d.end is not None]
    marks += [(target.start, target.end, "target") for target in row.targets]
    neighbours = plan.tasks.filter(is_struck=False)
    return TaskPage(
        row=row,
        parts=text_parts(plan.text, task.start, task.end, marks),
        milestones=tuple(task.milestones.all()),
        decisions=tuple(task.decisions.select_related("decided_by", "target")),
        has_lead=any(duty.role in {DutyRole.LEAD, DutyRole.SOLE} for duty in row.duties),
        previous=neighbours.filter(position__lt=task.position).order_by("-position").first(),
        following=neighbours.filter(position__gt=task.position).order_by("position").first(),
        judge=judge,
    )


def body_page(plan: Plan, organisation_id: int, day: date) -> BodyPage | None:
    """What one body owes, or None where it owes nothing by this plan."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return None
    judge = judged_tasks(plan, plan.tasks.filter(duties__organisation=organisation, is_struck=False), with_goals=False)
    judgement = judge.on(day)
    rows = rows_of(judge, judgement)
    if not rows:
        return None
    return BodyPage(plan, organisation, tuple(rows), counted(rows), judgement.is_demonstration)


def bodies_of(plan: Plan) -> QuerySet[Organisation]:
    """The bodies that owe something, with the number of their tasks in `tasks`."""
    return (
        Organisation.objects.filter(duties__task__plan=plan, duties__task__is_struck=False)
        .annotate(tasks=Count("duties"))
        .order_by("-tasks", "sort_key")
    )
