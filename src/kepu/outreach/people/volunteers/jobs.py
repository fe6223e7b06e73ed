"""Void sign-ins that nobody signed out of."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.people.volunteers import services

declare_kind("volunteers.certificate", _("志愿服务证明办到哪一步"))
declare_kind("volunteers.hours", _("志愿服务时长确认了没有"))
declare_kind("volunteers.seat", _("志愿服务班次的名额有变动"))


@app.periodic(cron="35 * * * *")
@app.task(name="volunteers.drop_forgotten", queueing_lock="volunteers.drop_forgotten")
def drop_forgotten(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.drop_forgotten()
