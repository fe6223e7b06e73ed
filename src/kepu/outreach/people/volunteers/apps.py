"""The Django app of this room."""

from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "kepu.outreach.people.volunteers"
    label = "volunteers"
    verbose_name = "志愿服务"
