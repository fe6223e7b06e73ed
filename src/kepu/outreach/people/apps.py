"""The Django app of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kepu.outreach.people"
    label = "people"
    verbose_name = "科普人才"
