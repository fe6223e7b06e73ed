"""Reads of periods and reports."""

from kepu.plan.reports.queries.frozen import FrozenReport, FrozenTask, thawed
from kepu.plan.reports.queries.listing import (
    PeriodPage,
    ReportsDesk,
    ReportsOverview,
    due_stretches,
    period_page,
    plan_days,
    reports_desk,
    reports_overview,
    reports_visible_to,
)
from kepu.plan.reports.queries.pages import (
    PublicReports,
    ReportPage,
    Spoken,
    public_report,
    public_reports,
    report_page,
    spoken_of,
)
from kepu.plan.reports.queries.prefill import Block, Line, blocks_of

__all__ = [
    "Block",
    "FrozenReport",
    "FrozenTask",
    "Line",
    "PeriodPage",
    "PublicReports",
    "ReportPage",
    "ReportsDesk",
    "ReportsOverview",
    "Spoken",
    "blocks_of",
    "due_stretches",
    "period_page",
    "plan_days",
    "public_report",
    "public_reports",
    "report_page",
    "reports_desk",
    "reports_overview",
    "reports_visible_to",
    "spoken_of",
    "thawed",
]
