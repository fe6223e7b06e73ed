"""The Django app of this room."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "kepu.outreach.venues"
    label = "venues"
    verbose_name = "场馆"
