"""The Django app of this room."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "kepu.outreach.requests"
    label = "requests"
    verbose_name = "点单派单"

    def ready(self) -> None:
        from kepu.foundation.certificates.services import register_kind
        from kepu.outreach.requests.services.thanks import THANKS_KIND

        register_kind(THANKS_KIND)
