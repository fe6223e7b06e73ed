"""The Django app of this room."""

from django.apps import AppConfig


class BreakdownConfig(AppConfig):
    name = "kepu.plan.breakdown"
    label = "breakdown"
    verbose_name = "任务分解"

    def ready(self) -> None:
        from kepu.plan.breakdown.queries.children import beneath_another
        from kepu.plan.breakdown.queries.panels import (
            desk_links_panel,
            desk_shares_panel,
            links_panel,
            shares_panel,
        )
        from kepu.plan.tasks.queries import Place, register_beneath, register_panel

        register_panel(Place.PUBLIC_TASK, shares_panel)
        register_panel(Place.PUBLIC_TASK, links_panel)
        register_panel(Place.DESK_TASK, desk_shares_panel)
        register_panel(Place.DESK_TASK, desk_links_panel)
        register_beneath(beneath_another)
