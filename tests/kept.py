"""A world that is dear to build: built once for a module, handed to each of its tests as a copy, in a savepoint of its own.

    _built, quarter = kept(opened_quarter, on=OPENED)

makes the fixture `quarter` of a module. A test with real transactions cannot ask for it; it builds a world for itself.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pytest
from django.db import transaction

from kepu.foundation import clock

T = TypeVar("T")


@dataclass
class _Kept:
    """A world inside a transaction that is never committed."""

    world: Any
    around: transaction.Atomic
    is_over: bool = False

    def let_go(self) -> None:
        if not self.is_over:
            self.is_over = True
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)


_now: list[_Kept] = []


def kept(build: Callable[[], T], *, on: date | None = None) -> tuple[Any, Any]:
    """Two fixtures: one builds the world for the module, the other gives a test its copy.

    Args:
        build: makes the world.
        on: the day on which it is built and each test runs; today where none is named.
    """

    def day() -> Any:
        return nullcontext() if on is None else clock.fixed(on)

    @pytest.fixture(scope="module", name="built_world")
    def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[_Kept]:
        around = transaction.atomic()
        with django_db_blocker.unblock(), day():
            around.__enter__()
            one = _Kept(build(), around)
        _now.append(one)
        yield one
        with django_db_blocker.unblock():
            one.let_go()
        _now.remove(one)

    @pytest.fixture
    def copy(built_world: _Kept, db: None) -> Iterator[T]:
        assert not built_world.is_over, "a test with real transactions builds its own world"
        with day():
            yield deepcopy(built_world.world)

    return built, copy


def let_go_for(item: pytest.Item, blocker: Any) -> None:
    """Before a test with real transactions, take back what its module keeps: other connections would wait for it."""
    marker = item.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        with blocker.unblock():
            for one in _now:
                one.let_go()
