"""Pytest plugin: a database before the settings are read, and the state of its tables between tests.

Loaded by `addopts = ["-p", "kepu.foundation.testing"]`, because pytest-django reads the settings before any
`conftest.py`.

After a test with real transactions every table gets back the rows that it had when the database was made; append-only
tables, whose triggers refuse that, too. On the test database only.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kepu.foundation import database

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


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


def pytest_configure() -> None:
    """Replace Django's flush, which empties every table and lets all rooms load their lists again: a second each time."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda _self: restore_baseline()  # type: ignore[attr-defined]  # noqa: SLF001


# --- the state in which the database was made ---------------------------------------------------------------------

_TABLES = """
select c.relname,
       array_agg(quote_ident(a.attname) order by a.attnum) filter (where a.attgenerated = ''),
       (array_agg(quote_ident(a.attname) order by a.attnum)
            filter (where pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null))[1]
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
group by c.relname order by c.relname
"""


def keep_baseline() -> None:
    """Copy every row that is there after the migrations, so that a test with real transactions can be undone.

    Call it once, when the test database was made; a database that is used again keeps its first copy.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_namespace where nspname = 'baseline'")
        if cursor.fetchone():
            return
        cursor.execute("create schema baseline")
        cursor.execute(_TABLES)
        for table, columns, _identity in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(f"select exists (select from {name})")  # noqa: S608 names from the catalogue
            if cursor.fetchone() == (True,):
                cursor.execute(f"create table baseline.{name} as select {', '.join(columns)} from {name}")  # noqa: S608


def restore_baseline() -> None:
    """Bring every table back to the rows that it had when the database was made."""
    from django.db import connection

    if not str(connection.settings_dict["NAME"]).startswith("test_"):
        return  # the last test took its database down with it; no other is ever emptied
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relnamespace = 'baseline'::regnamespace and relkind = 'r'")
        kept = {name for (name,) in cursor.fetchall()}
        cursor.execute(_TABLES)
        tables = {name: (", ".join(columns), identity) for name, columns, identity in cursor.fetchall()}
        quote = connection.ops.quote_name
        questions = [
            f"select '{name}' where {_differs(quote(name), columns) if name in kept else _is_filled(quote(name))}"
            for name, (columns, _identity) in tables.items()
        ]
        cursor.execute(" union all ".join(questions))
        changed = [quote(name) for (name,) in cursor.fetchall()]
        if not changed:
            return
        cursor.execute("set session_replication_role = replica")  # the refusals of append-only tables are triggers
        try:
            cursor.execute(f"truncate {', '.join(changed)} restart identity cascade")
            for name in kept:
                columns, identity = tables[name]
                cursor.execute(f"select {_is_filled(quote(name))}")
                if cursor.fetchone() == (False,):
                    _refill(cursor, quote(name), columns, identity)
        finally:
            cursor.execute("set session_replication_role = default")


def _is_filled(table: str) -> str:
    return f"exists (select from {table})"


def _differs(table: str, columns: str) -> str:
    one, other = f"select {columns} from {table}", f"select {columns} from baseline.{table}"  # noqa: S608
    digest = "(select md5(string_agg(r::text, '|' order by r::text)) from ({}) r)"
    return f"{digest.format(one)} is distinct from {digest.format(other)}"


def _refill(cursor: CursorWrapper, table: str, columns: str, identity: str | None) -> None:
    """Copy the kept rows back, and let new rows be numbered after them."""
    cursor.execute(f"insert into {table} ({columns}) overriding system value select {columns} from baseline.{table}")  # noqa: S608
    if identity:
        name = identity.strip('"')
        cursor.execute(f"select setval(pg_get_serial_sequence('{table}', '{name}'), max({identity})) from {table}")  # noqa: S608
