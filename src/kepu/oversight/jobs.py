"""Care for questions every hour: the first run of a day closes what fell silent and names what is overdue."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.oversight import services

declare_kind("oversight.question", _("公众提问等待答复"))


@app.periodic(cron="7 * * * *")
@app.task(name="oversight.keep_questions", queueing_lock="oversight.keep_questions")
def keep_questions(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_questions()
