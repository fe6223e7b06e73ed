"""What the desk shows of a live plan: the tasks that the actor looks after, what is open about each, one task, one target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.ledger.models import Indicator
from kepu.ledger.queries import Question, values
from kepu.plan.tasks.choices import DutyRole, PlanState, TaskOrigin
from kepu.plan.tasks.models import Decision, Evidence, Milestone, Plan, Target, Task
from kepu.plan.tasks.permissions import may_complete_milestone, may_decide_plan
from kepu.plan.tasks.queries.pages import TaskRow, counted, judged_tasks, rows_of
from kepu.plan.tasks.queries.panels import Panel, Place, panels_of
from kepu.plan.tasks.queries.sentences import KINDS
from kepu.plan.tasks.queries.status import PartState, PlanJudge
from kepu.plan.tasks.queries.undecided import is_meaning_open, is_without_measure
from kepu.plan.tasks.queries.wording import promise_words, scope_words

READERS = (Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.AUDITOR)
RECENT_DAYS = 92
BLOCKING = ("measure", "meaning", "evidence")
WANTS = ("open", "lead", "made", "quiet")


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which tasks are asked for.

    Attributes:
        state: a code of `Status`.
        organisation: only tasks in which this body has a duty.
        district: shows for each task the newest material of this district.
        wants: `open` (something must be decided), `lead` (no lead), `made` (made by a person) or `quiet` (nothing from
            the district lately).
    """

    state: str = ""
    organisation: int | None = None
    district: Region | None = None
    wants: str = ""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A task with what is open about it, and what the chosen district gave.

    Attributes:
        row: the task as it stands.
        open: codes of what waits for a decision: `measure`, `meaning`, `evidence`, `lead`.
        here_on: the newest day with material from the chosen district.
        is_here: whether that is within the last 92 days.
    """

    row: TaskRow
    open: tuple[str, ...]
    here_on: date | None = None
    is_here: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it cannot be judged before somebody decides."""
        return any(code in BLOCKING for code in self.open)

    @property
    def lead(self) -> Organisation | None:
        """Who leads."""
        led = (DutyRole.LEAD, DutyRole.SOLE)
        return next((duty.organisation for duty in self.row.duties if duty.role in led), None)


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A target that belongs to no task, with what is open about it."""

    state: PartState
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskList:
    """The tasks on somebody's desk."""

    plan: Plan
    day: date
    rows: tuple[DeskRow, ...]
    goals: tuple[GoalRow, ...]
    counts: tuple[tuple[str, int], ...]
    all: int
    open: int
    bodies: tuple[Organisation, ...]
    filter: DeskFilter
    is_demonstration: bool
    may_decide: bool


def tasks_on_desk(actor: Person, plan: Plan) -> QuerySet[Task]:
    """All tasks for those who lead, look after a district, review or audit; for a liaison or a head those of the own bodies."""
    tasks = plan.tasks.filter(is_struck=False)
    if actor.holds(*READERS):
        return tasks
    return tasks.filter(pk__in=tasks.filter(duties__organisation__in=actor.organisations(*BODY_ROLES)).values("pk"))


def may_read_desk(actor: Person) -> bool:
    """Everyone with a role in the programme; who only keeps accounts has no business here."""
    return actor.holds(*READERS, *BODY_ROLES)


def _is_open_to(actor: Person, plan: Plan) -> bool:
    """Whether the actor may decide something about the plan now."""
    return plan.state == PlanState.LIVE and may_decide_plan(actor, plan)


def own_district(actor: Person) -> Region | None:
    """The district that a district officer looks after; None for everyone else."""
    if actor.holds(Role.LEADING_OFFICE) or not actor.holds(Role.DISTRICT_OFFICER):
        return None
    return next(iter(actor.regions(Role.DISTRICT_OFFICER)), None)


def open_codes(judge: PlanJudge, task: Task) -> tuple[str, ...]:
    """What of a task waits for a decision; its duties, targets, evidence and milestones are loaded."""
    terms = [judge.terms(target) for target in task.targets.all()]
    duties = list(task.duties.all())
    found = {
        "measure": is_without_measure(task),
        "meaning": any(is_meaning_open(one) for one in terms),
        "evidence": any(not one.has_evidence for one in terms),
        "lead": len(duties) > 1 and not any(d.role in {DutyRole.LEAD, DutyRole.SOLE} for d in duties),
    }
    return tuple(code for code, is_open in found.items() if is_open)


def desk_list(actor: Person, plan: Plan, day: date, wanted: DeskFilter) -> DeskList:
    """The tasks on an actor's desk as they stand on a day, what is undecided first, then in the plan's order."""
    judge = judged_tasks(plan, tasks_on_desk(actor, plan))
    judgement = judge.on(day)
    rows = rows_of(judge, judgement)
    here = _newest_in(judge, wanted.district, day)
    since = day - timedelta(days=RECENT_DAYS - 1)
    found = [
        DeskRow(row, open_codes(judge, row.task), on := here.get(row.task.pk), is_here=on is not None and on >= since)
        for row in rows
    ]
    shown = [one for one in found if _is_wanted(one, wanted)]
    shown.sort(key=lambda one: (not one.is_open, one.row.task.origin != TaskOrigin.TEXT, one.row.task.position))
    bodies = {duty.organisation_id: duty.organisation for row in rows for duty in row.duties}
    goals = tuple(GoalRow(judgement.targets[goal.pk], open_codes_of_target(judge, goal)) for goal in judge.goals)
    return DeskList(
        plan=plan,
        day=day,
        rows=tuple(shown),
        goals=goals,
        counts=counted(rows),
        all=len(rows),
        open=sum(1 for one in found if one.is_open) + sum(1 for goal in goals if goal.open),
        bodies=tuple(sorted(bodies.values(), key=lambda body: (body.sort_key, body.name))),
        filter=wanted,
        is_demonstration=judgement.is_demonstration,
        may_decide=_is_open_to(actor, plan),
    )


def open_codes_of_target(judge: PlanJudge, target: Target) -> tuple[str, ...]:
    """What of one target waits for a decision."""
    terms = judge.terms(target)
    found = {"meaning": is_meaning_open(terms), "evidence": not terms.has_evidence}
    return tuple(code for code, is_open in found.items() if is_open)


def _is_wanted(one: DeskRow, wanted: DeskFilter) -> bool:
    bodies = {duty.organisation_id for duty in one.row.duties}
    return (
        (not wanted.state or one.row.status == wanted.state)
        and (wanted.organisation is None or wanted.organisation in bodies)
        and (wanted.wants != "open" or one.is_open)
        and (wanted.wants != "lead" or "lead" in one.open)
        and (wanted.wants != "made" or one.row.task.origin == TaskOrigin.PERSON)
        and (wanted.wants != "quiet" or not one.is_here)
    )


def _newest_in(judge: PlanJudge, district: Region | None, day: date) -> Mapping[int, date]:
    """The newest day with material from a district, by task; one look at the ledger for all."""
    if district is None:
        return {}
    asked: list[tuple[int, Question]] = []
    for task in judge.tasks:
        for row in _evidence_of(task):
            if row.region is None or district.path.startswith(row.region.path):
                where = replace(judge.filter_of(row), regions=(district.pk,))
                asked.append((task.pk, Question(where, judge.starts_on, day)))
    newest: dict[int, date] = {}
    for (task_id, _question), answer in zip(asked, values([question for _id, question in asked]), strict=True):
        if answer.last_on is not None:
            newest[task_id] = max(answer.last_on, newest.get(task_id, answer.last_on))
    return newest


def _evidence_of(task: Task) -> list[Evidence]:
    return [*task.evidence.all(), *(row for target in task.targets.all() for row in target.evidence.all())]


def target_words(target: Target) -> str:
    """A promise in words, with what is promised before it."""
    promise = promise_words(
        target.comparator,
        target.value,
        target.unit,
        value_max=target.value_max,
        period=target.period,
        deadline=target.deadline,
    )
    return _("%(measure)s：%(promise)s") % {"measure": target.measure, "promise": promise}


# --- one task, one target -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A chosen indicator with its filter in words."""

    evidence: Evidence
    indicator: Indicator | None
    scope: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One target or indicator as the desk shows it."""

    state: PartState
    promise: str
    evidence: tuple[EvidenceRow, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskTask:
    """One task with everything that is decided about it, and what the actor may do."""

    plan: Plan
    day: date
    row: TaskRow
    open: tuple[str, ...]
    words: str
    targets: tuple[PartRow, ...]
    indicators: tuple[PartRow, ...]
    milestones: tuple[Milestone, ...]
    decisions: tuple[Decision, ...]
    has_printed_lead: bool
    panels: tuple[Panel, ...]
    is_demonstration: bool
    may_decide: bool
    may_complete: bool

    @property
    def task(self) -> Task:
        """The task itself."""
        return self.row.task

    @property
    def lead(self) -> Organisation | None:
        """Who leads."""
        return DeskRow(self.row, ()).lead


@dataclass(frozen=True, slots=True)
class DeskTarget:
    """One target with everything that is decided about it."""

    plan: Plan
    target: Target
    part: PartRow
    counts: str
    words: str
    decisions: tuple[Decision, ...]
    may_decide: bool


def desk_task(actor: Person, plan: Plan, slug: str, day: date) -> DeskTask | None:
    """One task of the actor's desk, or None where it is not there."""
    judge = judged_tasks(plan, tasks_on_desk(actor, plan).filter(slug=slug), with_goals=False)
    if not judge.tasks:
        return None
    judgement = judge.on(day)
    row = rows_of(judge, judgement)[0]
    task = row.task
    parts = [_part(judge, part) for part in row.state.parts]
    decisions = plan.decisions.filter(Q(task=task) | Q(target__task=task)).select_related("decided_by", "target")
    led = {DutyRole.LEAD, DutyRole.SOLE}
    return DeskTask(
        plan=plan,
        day=day,
        row=row,
        open=open_codes(judge, task),
        words=plan.text[task.start : task.end].strip(),
        targets=tuple(part for part in parts if part.state.kind == "target"),
        indicators=tuple(part for part in parts if part.state.kind == "indicator"),
        milestones=tuple(task.milestones.all()),
        decisions=tuple(decisions),
        has_printed_lead=task.origin == TaskOrigin.TEXT and any(duty.printed_role in led for duty in row.duties),
        panels=panels_of(Place.DESK_TASK, task, day),
        is_demonstration=judgement.is_demonstration,
        may_decide=_is_open_to(actor, plan),
        may_complete=plan.state == PlanState.LIVE and may_complete_milestone(actor, task),
    )


def desk_target(actor: Person, plan: Plan, pk: int, day: date) -> DeskTarget | None:
    """One target, of a task on the actor's desk or of the plan as a whole; None where it is not there."""
    target = plan.targets.filter(pk=pk, is_struck=False).select_related("task", "section").first()
    if target is None:
        return None
    tasks = tasks_on_desk(actor, plan).filter(pk=target.task_id) if target.task_id else plan.tasks.none()
    judge = judged_tasks(plan, tasks, with_goals=target.task_id is None)
    if target.task_id and not judge.tasks:
        return None
    state = judge.on(day).targets[target.pk]
    place = target.task or target.section
    around = (place.start, place.end) if place else (target.start, target.end)
    return DeskTarget(
        plan=plan,
        target=target,
        part=_part(judge, state),
        counts=KINDS[state.counts]() if state.counts else "",
        words=plan.text[around[0] : around[1]].strip(),
        decisions=tuple(target.decisions.select_related("decided_by", "target")),
        may_decide=_is_open_to(actor, plan),
    )


def _part(judge: PlanJudge, state: PartState) -> PartRow:
    rows: Sequence[EvidenceRow] = [
        EvidenceRow(row, judge.indicator_of(row), scope_words(row)) for row in state.evidence
    ]
    if state.target is None:
        return PartRow(state, "", tuple(rows), ())
    return PartRow(state, target_words(state.target), tuple(rows), open_codes_of_target(judge, state.target))
