"""Make the papers of a meeting."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.plan.matters import services

declare_kind("matters.matter", _("协调事项的受理、答复和议定"))
declare_kind("matters.meeting", _("领导小组会议的通知"), is_refusable=False)


@app.task(name="matters.make_papers")
def make_papers(meeting_id: int, progress_id: str) -> None:
    services.make_papers(meeting_id, progress_id)
