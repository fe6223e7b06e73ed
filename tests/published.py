"""Hear what is published while a block runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kepu.foundation import events


@contextmanager
def heard(*kinds: type[Any]) -> Iterator[list[Any]]:
    """The events of these classes, in the order in which they came."""
    found: list[Any] = []
    for kind in kinds:
        events.subscribe(kind)(found.append)
    try:
        yield found
    finally:
        for kind in kinds:
            events._subscribers[kind].remove(found.append)
