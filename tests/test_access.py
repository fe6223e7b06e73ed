"""Every URL of the project × every role, against the table in `tests/access/`."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kepu.directory.register.models import Person
from tests.access import COLUMNS, LOGIN, Row, World
from tests.factories import PersonFactory

ROOMS = sorted(file.stem for file in Path(__file__).with_name("access").glob("*.py") if file.stem != "__init__")
TABLE: dict[str, Row] = {}
for room in ROOMS:
    TABLE |= import_module(f"tests.access.{room}").ACCESS


def all_names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    """The name of every pattern of the project, with its namespace; a pattern without a name by its text."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from all_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def line_of(name: str) -> Row | None:
    """The row of a URL: its own, or that of its family."""
    return TABLE.get(name) or next((row for key, row in TABLE.items() if "*" in key and fnmatchcase(name, key)), None)


def asked(row: Row, name: str, world: World) -> tuple[str, dict[str, Any]]:
    """Where a row is asked, with what."""
    return row.path or reverse(name, args=row.args(world)), row.data(world)


def answer_of(client: Client, method: str, address: str, data: dict[str, Any]) -> int | str:
    response = getattr(client, method)(address, data)
    doors = (reverse("account_login"), reverse("portal:sign_in"))  # of the office, of residents
    if response.status_code == 302 and response.url.startswith(doors):
        return LOGIN
    return response.status_code


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole table; each test works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World().made()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sessions(world: World, django_db_blocker: Any) -> dict[str, str]:
    """The session of everybody who signs in."""
    with django_db_blocker.unblock():
        return {column: session_of(person) for column, person in world.actors.items() if person is not None}


def session_of(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def seat(sessions: dict[str, str], column: str, **options: Any) -> Client:
    """A client of its own for a column of the table."""
    client = Client(**options)
    if column in sessions:
        client.cookies["sessionid"] = sessions[column]
    return client


def test_every_url_is_in_the_table():
    missing = sorted({name for name in all_names(get_resolver().url_patterns) if line_of(name) is None})

    assert not missing, f"put a row for each into tests/access/<room>.py: {missing}"


def test_every_row_of_the_table_is_a_url():
    names = set(all_names(get_resolver().url_patterns))

    assert not [key for key in TABLE if "*" not in key and key not in names]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(key for key, row in TABLE.items() if not row.tested_by))
def test_each_role_gets_what_the_table_says(name, world, sessions):
    row = TABLE[name]
    seats = {column: seat(sessions, column, raise_request_exception=False) for column in COLUMNS}

    if row.method == "get":  # reading changes nothing: one thing serves every role
        where = asked(row, name, world)
        got = {column: answer_of(client, "get", *where) for column, client in seats.items()}
    else:
        got = {column: answer_of(client, row.method, *asked(row, name, world)) for column, client in seats.items()}

    assert got == row.answers


@pytest.mark.django_db
def test_the_admin_opens_only_for_administrators_who_are_staff(world, sessions):
    pages = [name for name in all_names(get_resolver().url_patterns) if name.startswith("admin:")]
    lists = [reverse(name) for name in pages if name.endswith(("_changelist", "_add", ":index"))]
    assert len(lists) > 5
    for column in COLUMNS:
        client = seat(sessions, column)
        assert {client.get(page).status_code for page in lists} == {302}, column
    staff = Client()
    staff.force_login(PersonFactory(role="administrator", is_staff=True))
    assert {staff.get(page).status_code for page in lists if page.endswith("/add/")} <= {403, 200}
    assert {staff.get(page).status_code for page in lists if not page.endswith("/add/")} == {200}
