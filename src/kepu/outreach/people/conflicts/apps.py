"""The Django app of this room."""

from django.apps import AppConfig


class ConflictsConfig(AppConfig):
    name = "kepu.outreach.people.conflicts"
    label = "conflicts"
    verbose_name = "回避关系"
