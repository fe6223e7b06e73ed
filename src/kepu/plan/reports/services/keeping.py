"""What time does to reports: the period that is over opens, what can be sent no more is taken down, who owes is reminded."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.plan.reports.choices import WITH_THE_BODY
from kepu.plan.reports.models import Period, Report, ReportCalendar
from kepu.plan.reports.queries.settings import REMIND_DAYS, whole_number
from kepu.plan.reports.services.periods import open_due_period, settle_todo
from kepu.plan.reports.services.steps import tell_liaisons
from kepu.plan.tasks.choices import PlanState


@dataclass(frozen=True, slots=True)
class KeepingReport:
    """What a run of the daily care did."""

    opened: tuple[Period, ...]
    settled: int
    reminded: int


def keep_periods() -> KeepingReport:
    """Open what is due for every live plan with a calendar, settle to-dos, remind.

    Runs as often as one likes; each plan and each report is handled in a transaction of its own, and one that fails
    leaves the others alone.

    Raises:
        ExceptionGroup: what failed, after the rest is done.
    """
    calendars = ReportCalendar.objects.filter(plan__state=PlanState.LIVE).select_related("plan__region")
    owed = Report.objects.filter(state__in=WITH_THE_BODY).select_related("period__plan", "organisation__region")
    owed = owed.defer("frozen", "period__plan__text").order_by("pk")
    with care_round() as care:
        opened = care.each(open_due_period, calendars)
        settled = sum(care.each(settle_todo, owed))
        reminded = sum(care.each(remind_body, owed.filter(period__plan__state=PlanState.LIVE)))
        return KeepingReport(tuple(period for period in opened if period is not None), settled, reminded)


def remind_body(report: Report) -> bool:
    """Tell the liaisons of a report that is due in a few days or late; the same cause is told once.

    Returns:
        Whether the report is owed by then.
    """
    with city_words():
        day = today()
        if report.is_locked_on(day) or report.due_on > day + timedelta(days=whole_number(REMIND_DAYS)):
            return False
        said = {"period": report.period.label, "day": report.due_on.isoformat()}
        if report.due_on < day:
            locks_on = max(report.period.locks_on, report.due_on).isoformat()
            body = _("还可以补报，%(day)s 锁定。") % {"day": locks_on}
            tell_liaisons(report, f"late:{report.due_on}", _("%(period)s的进展报告已过期限") % said, body)
        else:
            tell_liaisons(report, f"soon:{report.due_on}", _("%(period)s的进展报告 %(day)s 到期") % said)
        return True
