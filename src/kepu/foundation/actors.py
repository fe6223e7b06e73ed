"""What the foundation needs to know of a person who acts: an id, and whether a role is held."""

from typing import Any, Protocol


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
