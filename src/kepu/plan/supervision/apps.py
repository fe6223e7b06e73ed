"""Supervision as a Django app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "kepu.plan.supervision"
    label = "supervision"
    verbose_name = "督办"

    def ready(self) -> None:
        from kepu.plan.supervision.queries.panels import desk_panel, public_panel
        from kepu.plan.tasks.queries import Place, register_panel

        register_panel(Place.PUBLIC_TASK, public_panel)
        register_panel(Place.DESK_TASK, desk_panel)
