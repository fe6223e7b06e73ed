"""The Django app of this room."""

from django.apps import AppConfig


class ToursConfig(AppConfig):
    name = "kepu.outreach.tours"
    label = "tours"
    verbose_name = "大篷车巡展"
