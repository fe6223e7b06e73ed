"""The Django app of this room."""

from django.apps import AppConfig


class ClosingConfig(AppConfig):
    name = "kepu.plan.closing"
    label = "closing"
    verbose_name = "收官"

    def ready(self) -> None:
        from kepu.plan.closing.queries import ending_panel, final_door
        from kepu.plan.tasks.queries import Place, register_panel, register_plan_door

        register_panel(Place.PUBLIC_TASK, ending_panel)
        register_panel(Place.DESK_TASK, ending_panel)
        register_plan_door(final_door)
