"""Remind the bodies that owe a report: once before it is due, once when it is late."""

from datetime import timedelta

from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.reports.choices import WITH_THE_BODY
from kepu.plan.reports.models import Report
from kepu.plan.reports.queries.settings import REMIND_DAYS, whole_number
from kepu.plan.reports.services.steps import tell_liaisons
from kepu.plan.tasks.choices import PlanState


def remind_bodies() -> int:
    """Tell the liaisons of every report that is due in a few days or late; the same cause is told once.

    Returns:
        How many reports are owed by then.
    """
    with city_words():
        day = today()
        soon = day + timedelta(days=whole_number(REMIND_DAYS))
        owed = Report.objects.filter(state__in=WITH_THE_BODY, period__plan__state=PlanState.LIVE)
        count = 0
        for report in owed.select_related("period__plan", "organisation__region").defer("frozen", "period__plan__text"):
            if report.is_locked_on(day) or report.due_on > soon:
                continue
            count += 1
            period = report.period.label
            if report.due_on < day:
                title = _("%(period)s的进展报告已过期限") % {"period": period}
                body = _("还可以补报，%(day)s 锁定。") % {"day": max(report.period.locks_on, report.due_on).isoformat()}
                tell_liaisons(report, f"late:{report.due_on}", title, body)
            else:
                title = _("%(period)s的进展报告 %(day)s 到期") % {"period": period, "day": report.due_on.isoformat()}
                tell_liaisons(report, f"soon:{report.due_on}", title)
        return count
