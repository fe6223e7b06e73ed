"""Every morning: open the period that is over, take down what can be sent no more, remind whoever owes a report."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.plan.reports import services

declare_kind("reports.report", _("进展报告的填报、退回和采纳"))


@app.periodic(cron="23 22 * * *")
@app.task(name="reports.keep_periods", queueing_lock="reports.keep_periods")
def keep_periods(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_periods()
