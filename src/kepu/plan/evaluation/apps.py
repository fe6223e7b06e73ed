"""The Django app of this room."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "kepu.plan.evaluation"
    label = "evaluation"
    verbose_name = "评估"

    def ready(self) -> None:
        from kepu.plan.evaluation.queries.panels import desk_panel, public_door, public_panel
        from kepu.plan.tasks.queries import Place, register_panel, register_plan_door

        register_panel(Place.PUBLIC_TASK, public_panel)
        register_panel(Place.DESK_TASK, desk_panel)
        register_plan_door(public_door)
