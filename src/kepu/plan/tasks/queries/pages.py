"""What the public pages of a plan are made of: its tasks as they stand on a day, grouped, counted, filtered."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation
from kepu.plan.tasks.choices import DutyRole, SectionKind, Status, TaskOrigin
from kepu.plan.tasks.models import Duty, Plan, Section, Target, Task
from kepu.plan.tasks.queries.status import Judgement, PartState, PlanJudge, TaskState


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

    @property
    def lead(self) -> Duty | None:
        """Who leads, where the plan or a person said so."""
        return next((duty for duty in self.duties if duty.role in {DutyRole.LEAD, DutyRole.SOLE}), None)

    @property
    def others(self) -> str:
        """The bodies beside the lead, in a row."""
        lead = self.lead
        return _("、").join(duty.organisation.label for duty in self.duties if duty is not lead)

    @property
    def has_indicator(self) -> bool:
        """Whether an indicator of the ledger speaks for it."""
        return any(part.evidence for part in self.state.parts)


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """An action or project with its tasks, in the plan's order."""

    section: Section
    rows: tuple[TaskRow, ...]
    short: str = ""

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The states that occur, with their number."""
        return tuple((state, count) for state, count in counted(self.rows) if count)


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

    @property
    def actions(self) -> tuple[TaskGroup, ...]:
        """Groups that are no projects."""
        return tuple(group for group in self.groups if group.section.kind != SectionKind.PROJECT)

    @property
    def projects(self) -> tuple[TaskGroup, ...]:
        """Groups that are projects."""
        return tuple(group for group in self.groups if group.section.kind == SectionKind.PROJECT)

    @property
    def bodies(self) -> tuple[tuple[Organisation, int], ...]:
        """The bodies that the plan names, with the number of their tasks, most first."""
        found = {duty.organisation_id: duty.organisation for row in self.rows for duty in row.duties}
        tasks = Counter(duty.organisation_id for row in self.rows for duty in row.duties)
        rows = [(body, tasks[pk]) for pk, body in found.items()]
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0].sort_key)))


_beneath: list[Callable[[], Q]] = []


def register_beneath(which: Callable[[], Q]) -> None:
    """Let an app above say which plans only carry out another one; apps call this once, when they are ready."""
    _beneath.append(which)


def live_plan() -> Plan | None:
    """The plan that the site shows first: the newest one that stands beneath no other."""
    plans = Plan.objects.select_related("region")
    for which in _beneath:
        plans = plans.exclude(which())
    return plans.order_by("-period_start", "-pk").first()


def days_of(plan: Plan, today: date) -> tuple[date, date]:
    """The days on which a plan may be looked at: from its first to today, never beyond the year after its last."""
    start = date(plan.period_start, 1, 1) if plan.period_start else plan.issued_on or plan.confirmed_on
    end = date(plan.period_end + 1, 12, 31) if plan.period_end else today
    return start, max(start, min(today, end))


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


def is_over(judge: PlanJudge, day: date) -> bool:
    """Whether the plan's period has ended by a day, so that what is shown is its final state."""
    return bool(judge.ends_on and day > judge.ends_on)


def short_titles(titles: Sequence[str]) -> list[str]:
    """Titles without the words that all of them end with.

    Examples:
        >>> short_titles(["青少年科学素质提升行动", "农民科学素质提升行动"])
        ['青少年', '农民']
        >>> short_titles(["科普信息化提升工程"]), short_titles(["甲工程", "工程"])
        (['科普信息化提升工程'], ['甲工程', '工程'])
    """
    shared = 0
    if len(titles) > 1:
        for last in zip(*(reversed(title) for title in titles), strict=False):
            if len(set(last)) > 1:
                break
            shared += 1
    if not shared or any(len(title) == shared for title in titles):
        return list(titles)
    return [title[:-shared] for title in titles]


def groups_of(rows: Iterable[TaskRow]) -> tuple[TaskGroup, ...]:
    """Tasks under their actions and projects, in the order in which they come."""
    found: dict[int, list[TaskRow]] = {}
    for row in rows:
        found.setdefault(row.task.section_id, []).append(row)
    groups = [(members[0].task.section, tuple(members)) for members in found.values()]
    short: dict[int, str] = {}
    for kind in {section.kind for section, _members in groups}:
        alike = [section for section, _members in groups if section.kind == kind]
        titles = short_titles([section.title or section.number for section in alike])
        short |= {section.pk: title for section, title in zip(alike, titles, strict=True)}
    return tuple(TaskGroup(section, members, short[section.pk]) for section, members in groups)


def overview_of(judge: PlanJudge, judgement: Judgement) -> PlanOverview:
    """All judged tasks in the plan's order, grouped by action and project."""
    rows = rows_of(judge, judgement)
    printed = [row for row in rows if row.task.origin == TaskOrigin.TEXT]
    return PlanOverview(
        plan=judge.plan,
        day=judgement.day,
        groups=groups_of(printed),
        counts=counted(printed),
        tasks=len(printed),
        organisations=len({duty.organisation_id for row in printed for duty in row.duties if duty.printed_name}),
        duties=sum(1 for row in printed for duty in row.duties if duty.printed_name),
        targets=len(judgement.targets),
        own=tuple(row for row in rows if row.task.origin == TaskOrigin.PERSON),
        goals=tuple(judgement.targets[goal.pk] for goal in judge.goals),
        is_demonstration=judgement.is_demonstration,
        is_final=is_over(judge, judgement.day),
    )


def plan_overview(plan: Plan, day: date) -> PlanOverview:
    """All tasks of a plan as they stand on a day."""
    judge = judged_tasks(plan)
    return overview_of(judge, judge.on(day))
