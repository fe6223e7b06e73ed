"""The Django app of this room."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "kepu.plan.supervision"
    label = "supervision"
    verbose_name = "督办"
