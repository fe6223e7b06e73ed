"""Look every morning for loans whose days are over."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.library import services

declare_kind("library.loan", _("借用的答复、取消和逾期"))


@app.periodic(cron="41 22 * * *")
@app.task(name="library.keep_loans", queueing_lock="library.keep_loans")
def keep_loans(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_loans()
