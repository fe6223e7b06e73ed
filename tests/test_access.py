"""Every URL of the project × every role, against the table in `tests/access/`."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

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


def answer_of(client: Client, row: Row, name: str, world: World) -> int | str:
    address = row.path or reverse(name, args=row.args(world))
    response = getattr(client, row.method)(address, row.data(world))
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return LOGIN
    return response.status_code


def test_every_url_is_in_the_table():
    missing = sorted({name for name in all_names(get_resolver().url_patterns) if line_of(name) is None})

    assert not missing, f"put a row for each into tests/access/<room>.py: {missing}"


def test_every_row_of_the_table_is_a_url():
    names = set(all_names(get_resolver().url_patterns))

    assert not [key for key in TABLE if "*" not in key and key not in names]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(key for key, row in TABLE.items() if not row.tested_by))
def test_each_role_gets_what_the_table_says(name):
    row, world, got = TABLE[name], World(), {}

    for column in COLUMNS:
        client = Client(raise_request_exception=False)
        if (person := world.actors[column]) is not None:
            client.force_login(person)
        got[column] = answer_of(client, row, name, world)

    assert got == row.answers


@pytest.mark.django_db
def test_the_admin_opens_only_for_administrators_who_are_staff():
    pages = [name for name in all_names(get_resolver().url_patterns) if name.startswith("admin:")]
    lists = [reverse(name) for name in pages if name.endswith(("_changelist", "_add", ":index"))]
    assert len(lists) > 5
    world = World()
    for column in COLUMNS:
        client = Client()
        if (person := world.actors[column]) is not None:
            client.force_login(person)
        assert {client.get(page).status_code for page in lists} == {302}, column
    staff = Client()
    staff.force_login(PersonFactory(role="administrator", is_staff=True))
    assert {staff.get(page).status_code for page in lists if page.endswith("/add/")} <= {403, 200}
    assert {staff.get(page).status_code for page in lists if not page.endswith("/add/")} == {200}
