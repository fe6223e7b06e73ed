"""The Django app of this room."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "kepu.outreach.requests"
    label = "requests"
    verbose_name = "点单派单"
