"""The plan room as a Django app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "kepu.plan"
    label = "plan"
    verbose_name = "规划监测"
