"""The ledger as a Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "kepu.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        from kepu.ledger.services.indicators import load_after_migrate

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="ledger.load_indicators")
