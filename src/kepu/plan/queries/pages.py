"""What the public pages of a plan show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation
from kepu.plan.choices import DutyRole, SectionKind, Status, TaskOrigin
from kepu.plan.models import Duty, Plan, Section, Target, Task
from kepu.plan.rules.status import Kind, Reading, StatusView, Terms, target_status


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list, with its state and the sentence that explains it."""

    task: Task
    duties: tuple[Duty, ...]
    targets: tuple[Target, ...]
    status: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """An action or project with its tasks, in the plan's order."""

    section: Section
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """All tasks of a plan on a day."""

    plan: Plan
    day: date
    groups: tuple[TaskGroup, ...]
    counts: tuple[tuple[str, int], ...]
    tasks: int
    organisations: int
    duties: int
    targets: int


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target with its state."""

    target: Target
    status: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of the plan's words; `kind` is empty, `body` or `target`."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of a task shows."""

    row: TaskRow
    parts: tuple[TextPart, ...]
    targets: tuple[TargetView, ...]
    has_lead: bool
    previous: Task | None
    following: Task | None


@dataclass(frozen=True, slots=True)
class BodyPage:
    """What one body owes by a plan."""

    plan: Plan
    organisation: Organisation
    rows: tuple[TaskRow, ...]


def live_plan() -> Plan | None:
    """The plan that the site shows first: the newest one."""
    return Plan.objects.select_related("region").order_by("-period_start", "-pk").first()


def headline(plan: Plan) -> Target | None:
    """The one number that the plan is about: the first percentage among its goals."""
    goals = plan.targets.filter(section__kind=SectionKind.GOAL, is_struck=False).order_by("position")
    return goals.filter(unit="%").first() or goals.first()


def _judged(target: Target, day: date) -> StatusView:
    """Judge a target by what the ledger knows of it: nothing, as long as nobody chose what speaks for it."""
    readings: Sequence[Reading] = ()
    start = date(target.plan.period_start or day.year, 1, 1)
    kind = Kind.FLOW if target.period else Kind.STATE if target.unit == "%" else None
    terms = Terms(
        value=target.value,
        kind=kind,
        starts_on=start,
        due_on=target.decided_due_on,
        value_max=target.value_max,
        comparator=target.comparator,
        is_aspirational=target.is_aspirational,
        is_approximate=target.is_approximate,
        has_evidence=False,
    )
    return target_status(terms, readings, day)


def _sentence(view: StatusView) -> str:
    sentences = {
        "meaning_open": _("这个数字是每年还是累计，方案没有写明，要由具名的人决定。"),
        "no_evidence_chosen": _("还没有人选定用台账的哪个指标来衡量它。"),
        "no_number": _("方案没有给出数字，要由具名的人选定指标或节点。"),
    }
    return sentences[view.reason]


def _state_of(targets: Sequence[Target], day: date) -> tuple[str, str]:
    if not targets:
        return Status.UNDECIDED, _("方案没有给出数字，要由具名的人选定指标或节点。")
    view = _judged(targets[0], day)
    return view.status, _sentence(view)


def _rows(tasks: QuerySet[Task], day: date) -> list[TaskRow]:
    rows = []
    duties = Duty.objects.select_related("organisation").order_by("position")
    targets = Target.objects.filter(is_struck=False).select_related("plan").defer("plan__text")
    found = tasks.select_related("section", "plan").defer("plan__text")
    for task in found.prefetch_related(Prefetch("duties", duties), Prefetch("targets", targets)):
        own = tuple(task.targets.all())
        status, sentence = _state_of(own, day)
        rows.append(TaskRow(task, tuple(task.duties.all()), own, status, sentence))
    return rows


def plan_overview(plan: Plan, day: date) -> PlanOverview:
    """All tasks of the text in the plan's order, grouped by action and project."""
    rows = _rows(plan.tasks.filter(is_struck=False, origin=TaskOrigin.TEXT), day)
    groups: dict[int, list[TaskRow]] = {}
    for row in rows:
        groups.setdefault(row.task.section_id, []).append(row)
    counts = Counter(row.status for row in rows)
    return PlanOverview(
        plan=plan,
        day=day,
        groups=tuple(TaskGroup(members[0].task.section, tuple(members)) for members in groups.values()),
        counts=tuple((state.value, counts[state.value]) for state in Status),
        tasks=len(rows),
        organisations=len({duty.organisation_id for row in rows for duty in row.duties}),
        duties=sum(len(row.duties) for row in rows),
        targets=plan.targets.filter(is_struck=False).count(),
    )


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
    rows = _rows(plan.tasks.filter(slug=slug, is_struck=False), day)
    if not rows:
        return None
    row = rows[0]
    marks = [(d.start, d.end, "body") for d in row.duties if d.start is not None and d.end is not None]
    marks += [(target.start, target.end, "target") for target in row.targets]
    neighbours = plan.tasks.filter(is_struck=False)
    views = [(target, _judged(target, day)) for target in row.targets]
    return TaskPage(
        row=row,
        parts=text_parts(plan.text, row.task.start, row.task.end, marks),
        targets=tuple(TargetView(target, view.status, _sentence(view)) for target, view in views),
        has_lead=any(duty.role in {DutyRole.LEAD, DutyRole.SOLE} for duty in row.duties),
        previous=neighbours.filter(position__lt=row.task.position).order_by("-position").first(),
        following=neighbours.filter(position__gt=row.task.position).order_by("position").first(),
    )


def body_page(plan: Plan, organisation_id: int, day: date) -> BodyPage | None:
    """What one body owes, or None where it owes nothing by this plan."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return None
    rows = _rows(plan.tasks.filter(duties__organisation=organisation, is_struck=False), day)
    return BodyPage(plan, organisation, tuple(rows)) if rows else None


def bodies_of(plan: Plan) -> QuerySet[Organisation]:
    """The bodies that owe something, with the number of their tasks in `tasks`."""
    return (
        Organisation.objects.filter(duties__task__plan=plan, duties__task__is_struck=False)
        .annotate(tasks=Count("duties"))
        .order_by("-tasks", "sort_key")
    )
