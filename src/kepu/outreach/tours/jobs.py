"""Plan a month of tours."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.tours import services
from kepu.outreach.tours.choices import NOTICE

declare_kind(NOTICE, _("大篷车哪天来"))


@app.task(name="tours.run_plan")
def run_plan(plan_id: int) -> None:
    services.run_plan(plan_id)
