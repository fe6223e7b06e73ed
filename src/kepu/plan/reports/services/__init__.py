"""Writes of periods and reports."""

from kepu.plan.reports.services.judging import accept_report, extend_report, pass_report, return_report
from kepu.plan.reports.services.keeping import KeepingReport, keep_periods
from kepu.plan.reports.services.periods import (
    CalendarTerms,
    carry_calendar,
    open_period,
    set_calendar,
)
from kepu.plan.reports.services.writing import (
    WantedEntry,
    WantedFigure,
    attach_file,
    detach_file,
    save_report,
    submit_report,
)

__all__ = [
    "CalendarTerms",
    "KeepingReport",
    "WantedEntry",
    "WantedFigure",
    "accept_report",
    "attach_file",
    "carry_calendar",
    "detach_file",
    "extend_report",
    "keep_periods",
    "open_period",
    "pass_report",
    "return_report",
    "save_report",
    "set_calendar",
    "submit_report",
]
