"""The Django app of this room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "kepu.plan.monitoring"
    label = "monitoring"
    verbose_name = "监测报告"

    def ready(self) -> None:
        from kepu.plan.monitoring.queries.listing import public_door
        from kepu.plan.tasks.queries import register_plan_door

        register_plan_door(public_door)
