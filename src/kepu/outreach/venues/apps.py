"""The Django app of this room."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "kepu.outreach.venues"
    label = "venues"
    verbose_name = "场馆"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.outreach.venues.queries.subjects import venue_as_subject
        from kepu.oversight.queries import register_subject

        register_subject("venues.venue", venue_as_subject, noun=_("场馆"))
