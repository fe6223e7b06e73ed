"""The Django app of this room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kepu.portal"
    label = "portal"
    verbose_name = "公众门户"
