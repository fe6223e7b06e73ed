"""Dated lists and parameters as a Django app; what the rooms ship is loaded after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate


def _load_after_migration(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    from kepu.foundation.codes.models import Parameter
    from kepu.foundation.codes.services import load_rooms

    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
    if Parameter._meta.db_table in tables:  # noqa: SLF001 (Django documents _meta)
        load_rooms()


class CodesConfig(AppConfig):
    name = "kepu.foundation.codes"
    label = "codes"
    verbose_name = "码表与参数"

    def ready(self) -> None:
        post_migrate.connect(_load_after_migration, sender=self, dispatch_uid="codes.load_rooms")
