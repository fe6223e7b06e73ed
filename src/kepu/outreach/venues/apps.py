"""The Django app of this room."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "kepu.outreach.venues"
    label = "venues"
    verbose_name = "场馆"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.outreach.bookings.rules import register_subject as register_booked
        from kepu.outreach.venues.queries.subjects import (
            manages_venue,
            venue_as_booked,
            venue_as_subject,
            venue_hours,
            venues_managed,
        )
        from kepu.oversight.queries import register_subject

        register_subject("venues.venue", venue_as_subject, noun=_("场馆"))
        register_booked(
            "venues.venue",
            venue_as_booked,
            noun=_("场馆"),
            managed=venues_managed,
            manages=manages_venue,
            hours=venue_hours,
        )
