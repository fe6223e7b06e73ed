"""Which monitoring reports there are, and the page of one."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.documents import Laid, chart_picture, laid_out
from kepu.foundation.queue.models import Progress
from kepu.plan.monitoring.choices import MonitoringState
from kepu.plan.monitoring.models import MonitoringReport, Paper
from kepu.plan.monitoring.permissions import may_make_report
from kepu.plan.monitoring.queries.paper import document_of
from kepu.plan.monitoring.queries.texts import TextPlace, texts_of
from kepu.plan.reports.choices import Frequency
from kepu.plan.reports.rules import Stretch, stretch_of
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import PlanDoor, days_of


def public_door(plan: Plan) -> PlanDoor:
    """To the list of a plan's published monitoring reports."""
    return PlanDoor(_("监测报告"), "file-text", reverse("monitoring:public", args=[plan.slug]))


@dataclass(frozen=True, slots=True)
class ReportList:
    """A plan's monitoring reports, newest first, and the stretches of days that are offered for a new one."""

    plan: Plan
    reports: tuple[MonitoringReport, ...]
    offered: tuple[Stretch, ...]
    may_make: bool


@dataclass(frozen=True, slots=True)
class MonitoringPage:
    """One report at the desk."""

    report: MonitoringReport
    laid: Laid
    texts: tuple[TextPlace, ...]
    papers: tuple[Paper, ...]
    progress: Progress | None
    may_edit: bool

    @property
    def is_making(self) -> bool:
        """Whether its papers are being made just now."""
        return self.progress is not None and not self.progress.is_over

    @property
    def has_papers(self) -> bool:
        """Whether the papers are of the report as it stands."""
        return len(self.papers) > 1 and all(paper.revision == self.report.revision for paper in self.papers)


def report_list(actor: Person, plan: Plan) -> ReportList:
    """A plan's monitoring reports as the desk lists them."""
    reports = tuple(MonitoringReport.objects.filter(plan=plan).select_related("made_by"))
    may_make = may_make_report(actor, plan) and plan.state == PlanState.LIVE
    known = {(report.since, report.until) for report in reports}
    offered = tuple(s for s in offered_stretches(plan, today()) if (s.since, s.until) not in known) if may_make else ()
    return ReportList(plan, reports, offered, may_make)


def offered_stretches(plan: Plan, day: date) -> tuple[Stretch, ...]:
    """The newest quarter, half-year and year that are over by a day and lie inside the plan, without repeating one."""
    first, _last = days_of(plan, day)
    end = date(plan.period_end, 12, 31) if plan.period_end else day
    found: list[Stretch] = []
    for frequency in Frequency:
        stretch = stretch_of(min(day, end), frequency)
        while stretch.until >= day or stretch.until > end:
            stretch = stretch_of(stretch.since.replace(day=1) - (date.resolution), frequency)
        if stretch.since >= first and stretch not in found:
            found.append(stretch)
    return tuple(found)


def monitoring_page(actor: Person, pk: int) -> MonitoringPage | None:
    """One report at the desk; None where there is none."""
    report = MonitoringReport.objects.select_related("plan__region", "progress").filter(pk=pk).first()
    if report is None:
        return None
    is_draft = report.state == MonitoringState.DRAFT
    return MonitoringPage(
        report=report,
        laid=laid_out(document_of(report)),
        texts=texts_of(report),
        papers=tuple(report.papers.select_related("file").order_by("kind")),
        progress=report.progress,
        may_edit=is_draft and may_make_report(actor, report.plan),
    )


def published_reports(plan: Plan) -> tuple[MonitoringReport, ...]:
    """What everybody reads, newest first."""
    return tuple(MonitoringReport.objects.filter(plan=plan, state=MonitoringState.PUBLISHED))


def published_page(plan: Plan, pk: int) -> tuple[MonitoringReport, Laid, tuple[Paper, ...]] | None:
    """A published report as a page; None where there is none."""
    published = MonitoringReport.objects.filter(plan=plan, pk=pk, state=MonitoringState.PUBLISHED)
    report = published.select_related("plan__region").first()
    if report is None:
        return None
    return report, laid_out(document_of(report)), tuple(report.papers.select_related("file").order_by("kind"))


def chart_of(pk: int, number: int, *, with_drafts: bool) -> bytes | None:
    """The drawing of a report's chart, counted from 1; None where there is none or the reader may not see it."""
    reports = MonitoringReport.objects.select_related("plan__region").filter(pk=pk)
    report = (reports if with_drafts else reports.filter(state=MonitoringState.PUBLISHED)).first()
    if report is None:
        return None
    charts = [item for item in laid_out(document_of(report)).items if item["kind"] == "chart"]
    return chart_picture(charts[number - 1], "svg") if 1 <= number <= len(charts) else None
