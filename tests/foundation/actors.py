"""People for tests of the foundation, which knows no directory."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Someone:
    """A person with some roles."""

    pk: int = 7
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def has_desk(self):
        return bool(self.roles)

    def holds(self, *wanted):
        return bool(self.roles.intersection(wanted))


def someone(*roles: str, pk: int = 7) -> Someone:
    return Someone(pk=pk, roles=frozenset(roles))
