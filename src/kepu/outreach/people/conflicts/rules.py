"""Rules of the graph: who is one human being, which bodies count as one, which mail domains tell a body."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kepu.outreach.people.conflicts.choices import Ground


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody is to judge or to serve: a person, a body, or a body's person (both)."""

    person: int | None = None
    body: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why somebody must not decide here."""

    ground: Ground
    through: str = ""
    """Who or what carries it, in words fit for the office; empty where the ground says all."""

    def __str__(self) -> str:
        return f"{self.ground.label}（{self.through}）" if self.through else str(self.ground.label)


def classes_of(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Bring entries that are one human being together, however long the chain (union-find).

    Args:
        pairs: entries that were found to be the same.

    Returns:
        Entry → all entries of that human being; entries without a pair are left out.

    Examples:
        >>> sorted(classes_of([(1, 2), (2, 3), (5, 6)])[1])
        [1, 2, 3]
    """
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        parent[root(one)] = root(other)
    members: dict[int, set[int]] = defaultdict(set)
    for node in parent:
        members[root(node)].add(node)
    return {node: frozenset(group) for group in members.values() for node in group}


def is_one_house(path: str, other: str) -> bool:
    """Whether two bodies are the same, or one stands above the other.

    Args:
        path: as `Organisation.path` has it, from the uppermost body down; empty where unknown.
        other: the same of the other body.

    Examples:
        >>> is_one_house("1/4/", "1/4/9/"), is_one_house("1/4/", "1/5/"), is_one_house("", "1/")
        (True, False, False)
    """
    return bool(path and other) and (path.startswith(other) or other.startswith(path))


def binds(until: date | None, on: date, years: int) -> bool:
    """Whether a tie that may have ended still binds on a day.

    Examples:
        >>> binds(date(2021, 9, 1), date(2024, 9, 1), 3), binds(date(2021, 9, 1), date(2024, 9, 2), 3)
        (True, False)
    """
    if until is None:
        return True
    return (on.year - until.year, on.month, on.day) <= (years, until.month, until.day)


def domain_of(mail: str, public: Iterable[str]) -> str:
    """The domain that tells somebody's body; empty for public mailboxes.

    Examples:
        >>> domain_of("a@lab.Example.cn", ["qq.com"]), domain_of("a@qq.com", ["qq.com"])
        ('lab.example.cn', '')
    """
    domain = mail.rpartition("@")[2].strip().lower()
    return "" if domain in {one.lower() for one in public} else domain


Found = Mapping[tuple[int, Target], tuple[Reason, ...]]

# --- numbers of registers that stand above ----------------------------------------------------------------------

PersonFinder = Callable[[str, bool], Iterable[int]]
"""Takes a number and whether only public pages count; gives the ids of the persons who bear it."""
_finders: list[PersonFinder] = []


def register_person_finder(finder: PersonFinder) -> None:
    """Let people be named by the numbers of a register; upper rooms call it when their app is ready."""
    _finders.append(finder)


def bearers_of(number: str, *, is_public: bool) -> set[int]:
    """Who bears a number in one of the registers."""
    return {person for finder in _finders for person in finder(number, is_public)}
