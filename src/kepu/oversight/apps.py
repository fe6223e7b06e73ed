"""Public oversight as a Django app."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "kepu.oversight"
    label = "oversight"
    verbose_name = "公众监督"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.oversight.queries.subjects import body_as_subject, register_subject

        register_subject("directory.organisation", body_as_subject, noun=_("单位"))
