"""The Django app of this room."""

from django.apps import AppConfig


class BreakdownConfig(AppConfig):
    name = "kepu.plan.breakdown"
    label = "breakdown"
    verbose_name = "任务分解"
