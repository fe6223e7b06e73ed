"""The Django app of this room."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "kepu.outreach.requests"
    label = "requests"
    verbose_name = "点单派单"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.foundation.certificates.services import register_kind
        from kepu.outreach.bookings.rules import register_subject
        from kepu.outreach.requests.queries.open import (
            SESSION_TYPE,
            manages_session,
            session_as_booked,
            sessions_managed,
        )
        from kepu.outreach.requests.services.thanks import THANKS_KIND

        register_kind(THANKS_KIND)
        register_subject(
            SESSION_TYPE, session_as_booked, noun=_("活动"), managed=sessions_managed, manages=manages_session
        )
