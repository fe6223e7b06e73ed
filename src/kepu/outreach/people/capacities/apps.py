"""The Django app of this room."""

from django.apps import AppConfig


class CapacitiesConfig(AppConfig):
    name = "kepu.outreach.people.capacities"
    label = "capacities"
    verbose_name = "科普人才"

    def ready(self) -> None:
        from kepu.directory.privacy.services import Retention, register_retention
        from kepu.outreach.people.capacities import subscribers  # noqa: F401 (listens from now on)
        from kepu.outreach.people.capacities.services import let_go_of_rosters

        register_retention(Retention("retention_person_rosters", let_go_of_rosters))
