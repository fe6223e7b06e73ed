"""The kinds of acts that need two persons, and who is one person; rooms above register both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kepu.foundation.actors import Actor
from kepu.foundation.approvals.errors import ApprovalKindUnknown

Arguments = Mapping[str, Any]
"""Plain values: numbers, texts, true and false, lists of them."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose to-do a request becomes: who holds a role, over a body or a region where one is named."""

    role: str
    organisation_id: int | None = None
    region_id: int | None = None


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """One kind of act that takes effect only when a second person agrees.

    Args:
        code: `room.verb_noun`, for ever.
        label: what it is, in words.
        title: one line about one request, made when it is asked.
        may_ask: whether a person may ask for it with these arguments.
        may_approve: whether a person may decide it; that it is somebody else is checked beside it.
        run: does it, in the transaction of the approval: arguments, who asked, who approves. What it returns is kept.
        addressee: whose to-do it becomes.
        days: how long it waits before it expires.
    """

    code: str
    label: str | Promise
    title: Callable[[Arguments], str]
    may_ask: Callable[[Actor, Arguments], bool]
    may_approve: Callable[[Actor, Arguments], bool]
    run: Callable[[Arguments, int, Actor], dict[str, Any]]
    addressee: Callable[[Arguments], Addressee]
    days: int = 14


SameCheck = Callable[[int, int], bool]
_kinds: dict[str, ApprovalKind] = {}
_same: list[SameCheck] = []


def register_kind(kind: ApprovalKind) -> None:
    """Let a room say what needs a second person."""
    _kinds[kind.code] = kind


def forget_kind(code: str) -> None:
    """Take a kind back (tests)."""
    _kinds.pop(code, None)


def kind_of(code: str) -> ApprovalKind:
    """The kind behind a code.

    Raises:
        ApprovalKindUnknown: no room registers it.
    """
    try:
        return _kinds[code]
    except KeyError:
        raise ApprovalKindUnknown(code) from None


def known_kinds() -> tuple[str, ...]:
    """The codes of all registered kinds."""
    return tuple(_kinds)


def register_sameness(check: SameCheck) -> None:
    """Let a room that knows of several accounts of one person say whether two accounts are the same.

    Args:
        check: two ids of persons; true where they are known, or strongly believed, to be one.
    """
    if check not in _same:
        _same.append(check)


def forget_sameness(check: SameCheck) -> None:
    """Take a check back (tests)."""
    _same.remove(check)


def is_same_person(one: int, other: int) -> bool:
    """Whether two accounts are one person, as far as any room knows."""
    return one == other or any(check(one, other) for check in _same)
