"""The ledger as a Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "kepu.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.ledger.queries.subjects import indicator_as_subject
        from kepu.ledger.services.indicators import load_after_migrate
        from kepu.oversight.queries import register_subject

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="ledger.load_indicators")
        register_subject("ledger.indicator", indicator_as_subject, noun=_("指标"))
