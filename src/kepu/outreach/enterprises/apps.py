"""The Django app of this room."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "kepu.outreach.enterprises"
    label = "enterprises"
    verbose_name = "企业需求"
