"""Make the papers of an evaluation; care for those that are being judged once a day."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.plan.evaluation import services

declare_kind("evaluation.sheets", _("评估表分派和退回"), is_refusable=False)
declare_kind("evaluation.result", _("本单位的评估结果和回应"), is_refusable=False)
declare_kind("evaluation.comment", _("被评单位陈述了意见"))
declare_kind("evaluation.reminder", _("评分快到期的提醒"))


@app.task(name="evaluation.make_papers")
def make_papers(evaluation_id: int, progress_id: str) -> None:
    services.make_papers(evaluation_id, progress_id)


@app.periodic(cron="41 22 * * *")
@app.task(name="evaluation.keep_evaluations", queueing_lock="evaluation.keep_evaluations")
def keep_evaluations(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_evaluations()
