"""Pytest plugin: a database before the settings are read, and the state of its tables between tests.

Loaded by `addopts = ["-p", "kepu.foundation.testing"]`, because pytest-django reads the settings before any
`conftest.py`.

The migrations run once for a source: what they leave is kept as a template, and every worker of every run gets a copy.

After a test with real transactions every table gets back the rows that it had when the database was made; append-only
tables, whose triggers refuse that, too. On the test database only.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sysconfig
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest

import kepu
from kepu.foundation import database


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


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end: the collector of garbage need not walk through it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


# --- one migrated database, and its copies -------------------------------------------------------------------------

_TEMPLATE = "kepu_template"
_TEMPLATES_KEPT = 2  # another run may be about to copy the one before
_NO_PART_OF_TABLES = {"__pycache__", "static", "templates", "locale"}


def use_template() -> None:
    """Let the test database be a copy of one that went through the migrations of this very source.

    Made where it is missing, by the same migrations; a server that would keep its data through a power cut is somebody's
    own, where nothing is left behind.
    """
    from django.db import connection

    with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as server:
        if server.execute("show fsync").fetchone() != ("off",):
            return
        name = f"{_TEMPLATE}_{_digest_of_source()}"
        server.execute("select pg_advisory_lock(hashtext(%s))", [_TEMPLATE])  # until the connection is closed
        known = [row[0] for row in server.execute(_KNOWN_TEMPLATES, [f"{_TEMPLATE}_%"]).fetchall()]
        if name not in known:
            for old in known[_TEMPLATES_KEPT - 1 :]:
                server.execute(f"drop database {old} with (force)")
            _make_template(server, name)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


_KNOWN_TEMPLATES = "select datname from pg_database where datname like %s order by oid desc"


def _make_template(server: psycopg.Connection, name: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    server.execute(f"drop database if exists {_TEMPLATE} with (force)")
    server.execute(f"create database {_TEMPLATE}")
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = _TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        call_command("createcachetable", verbosity=0)
        keep_baseline()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    server.execute(f"alter database {_TEMPLATE} rename to {name}")


def _digest_of_source() -> str:
    """What the tables can depend on: our source with its lists, and which packages are installed."""
    found = hashlib.sha256()
    for folder in map(Path, kepu.__path__):
        for file in sorted(folder.rglob("*")):
            parts = file.relative_to(folder).parts
            if file.is_file() and not _NO_PART_OF_TABLES.intersection(parts):
                found.update("/".join(parts).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    found.update("\0".join(sorted(one.name for one in Path(sysconfig.get_path("purelib")).iterdir())).encode())
    return found.hexdigest()[:16]


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
        changed = [name for (name,) in cursor.fetchall()]
        if not changed:
            return
        # Triggers rest: the refusals of append-only tables, and the references between tables that all change together.
        # To delete a few rows is far cheaper than a new file for every table and index, which is what `truncate` makes.
        steps = ["begin", "set local session_replication_role = replica"]
        for name in changed:
            columns, identity = tables[name]
            steps.append(f"delete from {quote(name)}")  # noqa: S608 names from the catalogue
            if identity:
                steps.append(f"select setval({_sequence(quote(name), identity)}, 1, false)")
            if name in kept:
                steps += _refill(quote(name), columns, identity)
        cursor.execute("; ".join([*steps, "commit"]))


def _is_filled(table: str) -> str:
    return f"exists (select from {table})"


def _differs(table: str, columns: str) -> str:
    one, other = f"select {columns} from {table}", f"select {columns} from baseline.{table}"  # noqa: S608
    digest = "(select md5(string_agg(r::text, '|' order by r::text)) from ({}) r)"
    return f"{digest.format(one)} is distinct from {digest.format(other)}"


def _refill(table: str, columns: str, identity: str | None) -> Iterator[str]:
    """Copy the kept rows back, and let new rows be numbered after them."""
    yield f"insert into {table} ({columns}) overriding system value select {columns} from baseline.{table}"  # noqa: S608
    if identity:
        yield f"select setval({_sequence(table, identity)}, max({identity})) from {table}"  # noqa: S608


def _sequence(table: str, identity: str) -> str:
    column = identity.strip('"')
    return f"pg_get_serial_sequence('{table}', '{column}')"
