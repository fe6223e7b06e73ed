"""Which reports a person has to write or judge, and the overview of a plan: bodies and tasks by period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import inside
from kepu.foundation.clock import today
from kepu.plan.reports.choices import WITH_A_JUDGE, WITH_THE_BODY, ReportState
from kepu.plan.reports.models import Entry, Period, Report, ReportCalendar
from kepu.plan.reports.permissions import may_judge_report, may_pass_report, may_set_calendar, waits_for_the_district
from kepu.plan.reports.queries.timeliness import Timeliness, timeliness
from kepu.plan.reports.rules import Stretch, stretches
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.queries import days_of

PERIODS_SHOWN = 20
SENT_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ReportsDesk:
    """What one person has to do about reports, over all plans."""

    to_write: tuple[Report, ...]
    to_judge: tuple[Report, ...]
    sent: tuple[Report, ...]
    plans: tuple[Plan, ...]
    """Plans of which the person may read the overview."""
    day: date


@dataclass(frozen=True, slots=True)
class Cell:
    """One body in one period: its report, or none where it owed none."""

    report: Report | None
    is_late: bool

    @property
    def state(self) -> str:
        """The report's state, `late` where it is owed and its day is over, empty where there is none."""
        if self.report is None:
            return ""
        return "late" if self.is_late else self.report.state


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One body over the periods; on time and late are counted, never scored."""

    body: Organisation
    cells: tuple[Cell, ...]
    counts: Timeliness


@dataclass(frozen=True, slots=True)
class Said:
    """How many of a task's bodies were heard of it in one period."""

    bodies: int
    accepted: int
    with_words: int
    with_obstacle: int


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task over the periods."""

    task: Task
    said: tuple[Said | None, ...]


@dataclass(frozen=True, slots=True)
class ReportsOverview:
    """A plan's reports: bodies and tasks by period, newest period first."""

    plan: Plan
    calendar: ReportCalendar | None
    periods: tuple[Period, ...]
    bodies: tuple[BodyRow, ...]
    tasks: tuple[TaskLine, ...]
    due: tuple[Stretch, ...]
    """Periods that are over and that nobody opened, oldest first."""
    may_set: bool


def reports_visible_to(actor: Person) -> QuerySet[Report]:
    """Every report for those who read all; a liaison or a head those of the own bodies, a district officer those of the district."""
    reports = Report.objects.select_related("period__plan__region", "organisation__region")
    reports = reports.defer("period__plan__text")
    if actor.holds(Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR):
        return reports
    own = Q(organisation__in=actor.organisations(*BODY_ROLES))
    return reports.filter(own | inside(actor.regions(Role.DISTRICT_OFFICER), "organisation__region"))


def reports_desk(actor: Person) -> ReportsDesk:
    """What a person has to write, to judge and has sent, and the plans whose overview is open to that person."""
    visible = reports_visible_to(actor).filter(period__plan__state=PlanState.LIVE).defer("frozen", "period__plan__text")
    own = visible.filter(organisation__in=actor.organisations(Role.LIAISON))
    waiting = [
        report
        for report in visible.filter(state__in=WITH_A_JUDGE).order_by("period__until", "organisation__sort_key")
        if _waits_for(actor, report)
    ]
    reads = actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.AUDITOR)
    plans = Plan.objects.filter(state=PlanState.LIVE).defer("text") if reads else Plan.objects.none()
    to_write = sorted(own.filter(state__in=WITH_THE_BODY), key=lambda report: (report.due_on, report.pk))
    sent = own.exclude(state__in=WITH_THE_BODY).order_by("-period__until", "organisation__sort_key")[:SENT_SHOWN]
    return ReportsDesk(tuple(to_write), tuple(waiting), tuple(sent), tuple(plans), today())


def _waits_for(actor: Person, report: Report) -> bool:
    if report.state == ReportState.SUBMITTED and may_pass_report(actor, report):
        return True
    return may_accept_now(actor, report)


def may_accept_now(actor: Person, report: Report) -> bool:
    """Whether a report waits for the leading office and the actor is of it."""
    return report.state in WITH_A_JUDGE and may_judge_report(actor, report) and not waits_for_the_district(report)


def reports_overview(actor: Person, plan: Plan) -> ReportsOverview:
    """A plan's newest periods: who reported when, and of which tasks something was said."""
    day = today()
    visible = reports_visible_to(actor).filter(period__plan=plan)
    opened = list(Period.objects.filter(plan=plan).order_by("-since"))
    periods = opened[:PERIODS_SHOWN]
    shown = {period.pk: number for number, period in enumerate(periods)}
    by_body: dict[int, list[Report | None]] = {}
    for report in visible.filter(period__in=periods).select_related(None).defer("frozen").order_by():
        at = shown[report.period_id]
        report.period = periods[at]
        by_body.setdefault(report.organisation_id, [None] * len(periods))[at] = report
    bodies = Organisation.objects.in_bulk(by_body)
    rows = [_body_row(bodies[pk], cells, day) for pk, cells in by_body.items()]
    rows.sort(key=lambda row: (row.body.sort_key, row.body.name))
    calendar = ReportCalendar.objects.filter(plan=plan).first()
    if calendar is not None:
        calendar.plan = plan
    return ReportsOverview(
        plan=plan,
        calendar=calendar,
        periods=tuple(periods),
        bodies=tuple(rows),
        tasks=_task_lines(plan, visible, shown),
        due=unopened(calendar, opened, day) if calendar else (),
        may_set=may_set_calendar(actor, plan) and plan.state == PlanState.LIVE,
    )


def unopened(calendar: ReportCalendar, opened: Sequence[Period], day: date) -> tuple[Stretch, ...]:
    """The periods of a calendar that are over before a day and that nobody opened, whole or in parts."""
    due = due_stretches(calendar, day)
    return tuple(s for s in due if not any(one.since <= s.until and one.until >= s.since for one in opened))


def due_stretches(calendar: ReportCalendar, day: date) -> tuple[Stretch, ...]:
    """Every period of a calendar that is over before a day and lies inside the plan, oldest first."""
    plan = calendar.plan
    last = date(plan.period_end, 12, 31) if plan.period_end else day
    return tuple(s for s in stretches(calendar.frequency, calendar.starts_on, min(last, day)) if s.until < day)


def _body_row(body: Organisation, reports: Sequence[Report | None], day: date) -> BodyRow:
    cells = tuple(Cell(r, r is not None and r.is_with_the_body and r.due_on < day) for r in reports)
    return BodyRow(body, cells, timeliness((report for report in reports if report is not None), day))


def _task_lines(plan: Plan, visible: QuerySet[Report], shown: Mapping[int, int]) -> tuple[TaskLine, ...]:
    """What was said of each task in each period, counted by the database."""
    counted = (
        Entry.objects.filter(report__in=visible.filter(period__in=shown).order_by().values("pk"))
        .values_list("task_id", "report__period_id")
        .annotate(
            bodies=Count("pk"),
            accepted=Count("pk", filter=Q(report__state=ReportState.ACCEPTED)),
            with_words=Count("pk", filter=~Q(words="")),
            with_obstacle=Count("pk", filter=~Q(obstacle="")),
        )
        .order_by()
    )
    lines: dict[int, list[Said | None]] = {}
    for task_id, period_id, *numbers in counted:
        lines.setdefault(task_id, [None] * len(shown))[shown[period_id]] = Said(*numbers)
    tasks = plan.tasks.filter(pk__in=lines).select_related("plan").defer("plan__text")
    return tuple(TaskLine(task, tuple(lines[task.pk])) for task in tasks)


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A body's report in the list of one period."""

    report: Report
    cell: Cell
    said: int
    of: int


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """One period with every body's report."""

    period: Period
    reports: tuple[PeriodReport, ...]
    counts: tuple[tuple[str, int], ...]
    obstacles: tuple[Entry, ...]
    may_judge: bool


def period_page(actor: Person, pk: int) -> PeriodPage | None:
    """One period as far as the actor may see it; None where there is nothing."""
    period = Period.objects.select_related("plan__region").filter(pk=pk).first()
    if period is None:
        return None
    day = today()
    entries = Prefetch("entries", Entry.objects.select_related("task"))
    found = (
        reports_visible_to(actor).filter(period=period).prefetch_related(entries).defer("frozen", "period__plan__text")
    )
    rows = []
    for report in found.order_by("organisation__sort_key", "pk"):
        said = list(report.entries.all())
        cell = Cell(report, report.is_with_the_body and report.due_on < day)
        rows.append(PeriodReport(report, cell, sum(1 for entry in said if entry.words), len(said)))
    if not rows:
        return None
    states = [row.cell.state for row in rows]
    sent = [row.report for row in rows if not row.report.is_with_the_body]
    return PeriodPage(
        period=period,
        reports=tuple(rows),
        counts=tuple((state, states.count(state)) for state in ("late", *ReportState.values) if state in states),
        obstacles=tuple(
            Entry.objects.filter(report__in=sent)
            .exclude(obstacle="")
            .select_related("task__plan", "report__organisation")
        ),
        may_judge=may_set_calendar(actor, period.plan),
    )


def plan_days(plan: Plan) -> tuple[date, date]:
    """The first and the last day on which a calendar of a plan may begin."""
    return days_of(plan, date.max)
