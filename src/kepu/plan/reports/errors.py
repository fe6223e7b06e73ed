"""What can go wrong with periods and reports, told to the user."""

from kepu.foundation.errors import DomainError


class CalendarMissing(DomainError):
    """Nobody set how often the plan's bodies report."""

    code = "report_calendar_missing"


class CalendarInvalid(DomainError):
    """A reporting calendar that cannot be; `field` names what is wrong."""

    code = "report_calendar_invalid"
    status = 400


class PeriodNotDue(DomainError):
    """The period is not over, lies outside the plan, or is open already."""

    code = "period_not_due"


class PeriodLocked(DomainError):
    """The day after which nothing is taken any more is over, and no exception was made."""

    code = "period_locked"


class ReportMoved(DomainError):
    """The report is in another state or another wording than the page showed, often because somebody was quicker."""

    code = "report_moved"


class ReportUnfit(DomainError):
    """A text, a number or a day that the report cannot take; `field` names it."""

    code = "report_unfit"
    status = 400


class ReportIncomplete(DomainError):
    """A task without a word; `entries` in the data lists them."""

    code = "report_incomplete"
    status = 400
