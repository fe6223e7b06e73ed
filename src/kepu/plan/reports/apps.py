"""The Django app of this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kepu.plan.reports"
    label = "reports"
    verbose_name = "进展报告"

    def ready(self) -> None:
        from kepu.plan.reports.queries.panels import public_door, spoken_panel
        from kepu.plan.tasks.queries import Place, register_panel, register_plan_door

        register_panel(Place.PUBLIC_TASK, spoken_panel)
        register_panel(Place.DESK_TASK, spoken_panel)
        register_plan_door(public_door)
