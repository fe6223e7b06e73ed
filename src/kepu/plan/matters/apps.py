"""Matters to settle as a Django app."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "kepu.plan.matters"
    label = "matters"
    verbose_name = "协调事项"

    def ready(self) -> None:
        from kepu.plan.matters import subscribers  # noqa: F401 (listens from now on)
        from kepu.plan.matters.queries.panels import desk_panel, public_panel
        from kepu.plan.tasks.queries import Place, register_panel

        register_panel(Place.PUBLIC_TASK, public_panel)
        register_panel(Place.DESK_TASK, desk_panel)
