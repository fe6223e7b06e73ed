"""What happened to a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeriodOpened:
    """The bodies of a plan are asked to report."""

    period_id: int
    plan_id: int


@dataclass(frozen=True, slots=True)
class ReportSubmitted:
    """A body reported."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ReportAccepted:
    """A report is locked as it was, and its numbers are facts."""

    report_id: int
    facts: int
