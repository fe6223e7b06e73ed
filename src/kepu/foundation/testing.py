"""Pytest plugin: a database before the settings are read, and tables that Django's flush does not know.

Loaded by `addopts = ["-p", "kepu.foundation.testing"]`, because pytest-django reads the settings before any
`conftest.py`.

Append-only tables refuse TRUNCATE, so their models are unmanaged and Django's flush leaves them alone. They are emptied
here, on the test database only. They must not hold database foreign keys to managed tables (`db_constraint=False`):
PostgreSQL refuses to truncate a table that another one references.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from pytest_django.plugin import blocking_manager_key

from kepu.foundation import database

_QUEUE_TABLES = ("procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers")
_BRINGS_TRANSACTIONS = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", type=Path, help="run on this PostgreSQL instead of the embedded one")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the test server before pytest-django looks for it; workers inherit the address."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not early_config.known_args_namespace.help:
        try:
            database.ensure_running(for_tests=True, programs=early_config.known_args_namespace.server)
        except database.DatabaseUnavailable as problem:
            raise pytest.UsageError(f"测试需要数据库：{problem}") from None
    return (yield)


def pytest_unconfigure() -> None:
    """Give the server up; the last test run to end stops it."""
    database.release()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """After a test with real transactions, empty the queue and the append-only tables.

    Only now: Django's own flush comes first and lets `post_migrate` run again, whose loaders leave records.
    """
    result = yield
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and (marker.kwargs.get("transaction") or bool(marker.args and marker.args[0]))
    if asked or _BRINGS_TRANSACTIONS & set(getattr(item, "fixturenames", ())):
        with item.config.stash[blocking_manager_key].unblock():
            empty_append_only_tables()
    return result


def empty_append_only_tables() -> None:
    """Empty the queue and the tables that refuse it, on a test database only."""
    from django.apps import apps
    from django.conf import settings
    from django.db import connection

    if not str(connection.settings_dict["NAME"]).startswith("test_"):
        return  # the last test took its database down with it; no other is ever emptied
    names = {*_QUEUE_TABLES, *getattr(settings, "KEPU_APPEND_ONLY_TABLES", ())}
    names |= {
        model._meta.db_table  # noqa: SLF001 Django's documented interface
        for model in apps.get_models()
        if not model._meta.managed and model.__module__.startswith("kepu.")  # noqa: SLF001
    }
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind in ('r', 'p') and relname = any(%s)", [list(names)])
        tables = [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        filled = []
        for table in tables:
            cursor.execute(f"select exists (select from {table})")  # noqa: S608 names from the catalogue
            if cursor.fetchone() == (True,):
                filled.append(table)
        if filled:
            cursor.execute("set session_replication_role = replica")  # the refusals of these tables are triggers
            try:
                cursor.execute(f"truncate {', '.join(filled)} restart identity cascade")
            finally:
                cursor.execute("set session_replication_role = default")
