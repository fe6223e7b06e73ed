"""What happened to a monitoring report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonitoringPublished:
    """A report is public and does not change any more."""

    report_id: int
    plan_id: int
