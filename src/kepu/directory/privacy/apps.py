"""The Django app of this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kepu.directory.privacy"
    label = "privacy"
    verbose_name = "个人信息"
