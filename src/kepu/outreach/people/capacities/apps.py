"""The Django app of this room."""

from django.apps import AppConfig


class CapacitiesConfig(AppConfig):
    name = "kepu.outreach.people.capacities"
    label = "capacities"
    verbose_name = "科普人才"

    def ready(self) -> None:
        from kepu.outreach.people.capacities import subscribers  # noqa: F401 (listens from now on)
