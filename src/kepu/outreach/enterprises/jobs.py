"""What enterprises' needs do by themselves."""

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kepu.directory.notices.queries import declare_kind
from kepu.outreach.enterprises import services

declare_kind("enterprises.need", _("企业需求办到哪一步"))


@app.periodic(cron="47 19 * * *")
@app.task(name="enterprises.erase_contacts", queueing_lock="enterprises.erase_contacts")
def erase_contacts(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.erase_contacts()
