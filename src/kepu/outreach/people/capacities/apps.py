"""The Django app of this room."""

from django.apps import AppConfig


class CapacitiesConfig(AppConfig):
    name = "kepu.outreach.people.capacities"
    label = "capacities"
    verbose_name = "科普人才"
