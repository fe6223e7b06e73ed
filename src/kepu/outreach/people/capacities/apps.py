"""The Django app of this room."""

from django.apps import AppConfig


class CapacitiesConfig(AppConfig):
    name = "kepu.outreach.people.capacities"
    label = "capacities"
    verbose_name = "科普人才"

    def ready(self) -> None:
        from kepu.directory.privacy.services import Retention, register_retention
        from kepu.outreach.people.capacities import subscribers  # noqa: F401 (listens from now on)
        from kepu.outreach.people.capacities.queries.lists import bearers_of_number
        from kepu.outreach.people.capacities.services import let_go_of_rosters
        from kepu.outreach.people.conflicts.rules import register_person_finder

        register_person_finder(bearers_of_number)
        register_retention(Retention("retention_person_rosters", let_go_of_rosters))
