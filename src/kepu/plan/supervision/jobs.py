"""Care for supervision every hour: the first run of a day proposes, escalates and reminds; the others find nothing new."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.plan.supervision import services

declare_kind("supervision.notice", _("督办单下发、退回、销号和撤回"), is_refusable=False)
declare_kind("supervision.reminder", _("督办快到期和逾期的提醒"))
declare_kind("supervision.review", _("督办反馈等待复核"))
declare_kind("supervision.escalated", _("下级单位的督办升级"), is_refusable=False)


@app.periodic(cron="17 * * * *")
@app.task(name="supervision.keep_notices", queueing_lock="supervision.keep_notices")
def keep_notices(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_notices()
