"""The page of one report: to be written, to be judged, to be read."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.plan.reports.choices import ReportState
from kepu.plan.reports.models import Entry, Period, Report, ReportStep
from kepu.plan.reports.permissions import may_judge_report, may_pass_report, may_write_report
from kepu.plan.reports.queries.frozen import FrozenReport, thawed
from kepu.plan.reports.queries.listing import may_accept_now, reports_visible_to
from kepu.plan.reports.queries.prefill import Block, blocks_of
from kepu.plan.reports.queries.timeliness import Timeliness, timeliness
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Task


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report as one person sees it.

    Attributes:
        blocks: its tasks as they stand now, while the body may still write; else empty.
        frozen: as it was sent last; None while nothing was sent.
        is_locked: whether the lock is passed while the body has not sent it.
    """

    report: Report
    day: date
    blocks: tuple[Block, ...]
    frozen: FrozenReport | None
    steps: tuple[ReportStep, ...]
    is_locked: bool
    is_late: bool
    may_write: bool
    may_pass: bool
    may_accept: bool
    may_return: bool
    may_extend: bool
    returned: ReportStep | None

    @property
    def known(self) -> int:
        """Of how many tasks the ledger speaks."""
        return sum(1 for block in self.blocks if block.is_known)

    @property
    def silent(self) -> tuple[Block, ...]:
        """The tasks of which neither the ledger nor the body says anything yet."""
        return tuple(block for block in self.blocks if block.is_missing)

    @property
    def is_demonstration(self) -> bool:
        """Whether anything in it is made up."""
        return self.report.period.plan.is_demonstration


def report_page(actor: Person, pk: int) -> ReportPage | None:
    """One report with what the actor may do about it; None where the actor may not see it."""
    report = reports_visible_to(actor).filter(pk=pk).first()
    if report is None:
        return None
    day = today()
    is_locked = report.is_locked_on(day)
    is_open = report.period.plan.state == PlanState.LIVE
    may_write = is_open and report.is_with_the_body and not is_locked and may_write_report(actor, report)
    may_pass = is_open and report.state == ReportState.SUBMITTED and may_pass_report(actor, report)
    may_accept = is_open and may_accept_now(actor, report)
    may_judge = is_open and may_judge_report(actor, report)
    steps = tuple(report.steps.all())
    returned = [step for step in steps if step.kind == "returned"]
    return ReportPage(
        report=report,
        day=day,
        blocks=blocks_of(report) if report.is_with_the_body else (),
        frozen=thawed(report),
        steps=steps,
        is_locked=is_locked,
        is_late=report.is_with_the_body and report.due_on < day,
        may_write=may_write,
        may_pass=may_pass,
        may_accept=may_accept,
        may_return=may_pass or (may_judge and not report.is_with_the_body and report.state != ReportState.ACCEPTED),
        may_extend=may_judge and report.is_with_the_body,
        returned=returned[-1] if returned and report.state == ReportState.RETURNED else None,
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one body said of a task in one accepted report."""

    report: Report
    words: str


@dataclass(frozen=True, slots=True)
class PublicPeriod:
    """One period as everybody sees it: how many bodies reported, on time or late, and the accepted reports."""

    period: Period
    counts: Timeliness
    accepted: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class PublicReports:
    """A plan's periods as everybody sees them."""

    plan: Plan
    periods: tuple[PublicPeriod, ...]


def spoken_of(task: Task, day: date, *, most: int = 6) -> tuple[Spoken, ...]:
    """What bodies said of a task in the reports that were accepted by a day, newest first."""
    said = (
        Entry.objects.filter(task=task, report__state=ReportState.ACCEPTED, report__accepted_on__lte=day)
        .exclude(words="")
        .select_related("report__period", "report__organisation")
        .defer("report__frozen")
        .order_by("-report__period__since", "report__organisation__sort_key", "pk")
    )
    return tuple(Spoken(entry.report, entry.words) for entry in said[:most])


def public_reports(plan: Plan, day: date) -> PublicReports:
    """A plan's periods that were opened by a day, newest first."""
    periods = []
    reports_of = Prefetch("reports", Report.objects.select_related("organisation", "period").defer("frozen"))
    for period in Period.objects.filter(plan=plan, opened_on__lte=day).prefetch_related(reports_of):
        reports = list(period.reports.all())
        accepted = [r for r in reports if r.accepted_on is not None and r.accepted_on <= day]
        accepted.sort(key=lambda report: (report.organisation.sort_key, report.pk))
        periods.append(PublicPeriod(period, timeliness(reports, day), tuple(accepted)))
    return PublicReports(plan, tuple(periods))


def public_report(plan: Plan, pk: int) -> tuple[Report, FrozenReport] | None:
    """An accepted report as everybody reads it; None where there is none."""
    report = (
        Report.objects.filter(period__plan=plan, pk=pk, state=ReportState.ACCEPTED)
        .select_related("period__plan", "organisation")
        .first()
    )
    kept = thawed(report) if report is not None else None
    return None if report is None or kept is None else (report, kept)
