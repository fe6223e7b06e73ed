"""The Django app of this room."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "kepu.outreach.library"
    label = "library"
    verbose_name = "资源库"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.directory.privacy.services import register_obstacle
        from kepu.outreach.library.queries.subjects import resource_as_subject
        from kepu.outreach.library.services import what_is_out
        from kepu.oversight.queries import register_subject

        register_obstacle(what_is_out)
        register_subject("library.resource", resource_as_subject, noun=_("资源"))
