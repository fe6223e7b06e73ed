"""The Django app of this room."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "kepu.foundation.approvals"
    label = "approvals"
    verbose_name = "双人核准"
