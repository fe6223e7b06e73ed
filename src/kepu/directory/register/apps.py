"""The register as a Django app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "kepu.directory.register"
    label = "directory"
    verbose_name = "机构与人员"
