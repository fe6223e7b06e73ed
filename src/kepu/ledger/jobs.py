"""Fold deltas every two seconds; load large spreadsheets, and those again whose worker was killed."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.ledger import services

declare_kind("ledger.import", _("表格导入的结果"))


@app.periodic(cron="* * * * * */2")
@app.task(name="ledger.fold_deltas", queueing_lock="ledger.fold_deltas")
def fold_deltas(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.fold_deltas()


@app.task(name="ledger.run_import")
def run_import(import_id: str) -> None:
    services.run_import(import_id)


@app.periodic(cron="* * * * *")
@app.task(name="ledger.resume_imports", queueing_lock="ledger.resume_imports")
def resume_imports(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the minute it was due
    services.resume_imports()
