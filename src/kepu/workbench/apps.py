"""The Django app of this room."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "kepu.workbench"
    label = "workbench"
    verbose_name = "工作台"
