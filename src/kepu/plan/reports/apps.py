"""The Django app of this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kepu.plan.reports"
    label = "reports"
    verbose_name = "进展报告"
