"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "kepu.outreach.people.volunteers"
    label = "volunteers"
    verbose_name = "志愿服务"

    def ready(self) -> None:
        from kepu.foundation.approvals.services import register_kind as register_approval
        from kepu.foundation.approvals.services import register_sameness
        from kepu.foundation.certificates.services import register_kind as register_certificate
        from kepu.outreach.bookings.rules import register_subject as register_booked
        from kepu.outreach.people.conflicts.queries import is_same_human
        from kepu.outreach.people.volunteers.queries.subjects import project_as_booked
        from kepu.outreach.people.volunteers.services import LATE_KIND, SERVICE_KIND, SHIFTS

        register_approval(LATE_KIND)
        register_sameness(is_same_human)
        register_certificate(SERVICE_KIND)
        register_booked(SHIFTS, project_as_booked, noun=_("志愿服务项目"), takes_anybody=False)
