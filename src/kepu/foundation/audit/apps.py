"""The audit trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kepu.foundation.audit"
    label = "audit"
    verbose_name = "审计"
