"""What the foundation needs to know of who acts: an id, whether a role is held, and for whom somebody acts just now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

_on_behalf_of: ContextVar[int | None] = ContextVar("kepu_on_behalf_of", default=None)


class Actor(Protocol):
    """Anyone who acts; `directory.Person` is one. Roles are named by their stored code, e.g. `"administrator"`."""

    pk: Any

    @property
    def has_desk(self) -> bool:
        """Whether the person holds any role today; a resident who only signed in holds none."""
        ...

    def holds(self, *wanted: str) -> bool:
        """Whether the person holds one of the roles today."""
        ...


@contextmanager
def on_behalf_of(person_id: int | None) -> Iterator[None]:
    """Inside the block whoever acts does it for somebody else; the audit trail names both."""
    token = _on_behalf_of.set(person_id)
    try:
        yield
    finally:
        _on_behalf_of.reset(token)


def acted_for() -> int | None:
    """The person for whom somebody else acts just now; None where everybody acts for themselves."""
    return _on_behalf_of.get()
