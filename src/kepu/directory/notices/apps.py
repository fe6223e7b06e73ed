"""The Django app of this room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "kepu.directory.notices"
    label = "notices"
    verbose_name = "通知"
