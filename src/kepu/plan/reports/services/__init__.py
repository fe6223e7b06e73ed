"""Writes of periods and reports."""

from kepu.plan.reports.services.judging import accept_report, extend_report, pass_report, return_report
from kepu.plan.reports.services.periods import (
    CalendarTerms,
    carry_calendar,
    open_due_periods,
    open_period,
    set_calendar,
    settle_todos,
)
from kepu.plan.reports.services.reminding import remind_bodies
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
    "WantedEntry",
    "WantedFigure",
    "accept_report",
    "attach_file",
    "carry_calendar",
    "detach_file",
    "extend_report",
    "open_due_periods",
    "open_period",
    "pass_report",
    "remind_bodies",
    "return_report",
    "save_report",
    "set_calendar",
    "settle_todos",
    "submit_report",
]
