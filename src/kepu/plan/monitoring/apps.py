"""The Django app of this room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "kepu.plan.monitoring"
    label = "monitoring"
    verbose_name = "监测报告"
