"""The Django app of this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kepu.ledger"
    label = "ledger"
    verbose_name = "台账"
