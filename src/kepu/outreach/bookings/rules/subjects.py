"""For what slots are opened: upper rooms register their kinds of things here, when their app is ready."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise

from kepu.directory.register.models import Person


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing with slots, as it is called today."""

    title: str
    address: str = ""
    """Its public page; empty where it has none."""
    place: str = ""
    is_demonstration: bool = False


Managed: TypeAlias = Collection[str] | QuerySet[Any, Any]
"""Ids of things as text: a few, or a query set with one column that stays in the database."""

Hours: TypeAlias = Mapping[date, Sequence[tuple[time, time]]]
"""Day → from when until when it is open; a day without any is closed."""


@dataclass(frozen=True, slots=True)
class _Kind:
    noun: str | Promise
    finder: Callable[[str], Subject | None]
    managed: Callable[[Person], Managed]
    manages: Callable[[Person, str], bool] | None
    hours: Callable[[str, Sequence[date]], Hours] | None
    takes_anybody: bool


_kinds: dict[str, _Kind] = {}


def register_subject(
    subject_type: str,
    finder: Callable[[str], Subject | None],
    *,
    noun: str | Promise,
    managed: Callable[[Person], Managed] = lambda _person: (),
    manages: Callable[[Person, str], bool] | None = None,
    hours: Callable[[str, Sequence[date]], Hours] | None = None,
    takes_anybody: bool = True,
) -> None:
    """Let slots be opened for the things of one type.

    Args:
        subject_type: `room.noun`, such as `venues.venue`.
        finder: gets the id as text; returns None where the public sees no such thing.
        noun: what one of them is called (场馆).
        managed: gets a person; returns the ids, as text, of all things that the person manages.
        manages: gets a person and an id; says whether it is among them. Needed where `managed` is a query set.
        hours: gets an id and days; returns when it is open on each; a day that is left out is not known.
        takes_anybody: whether everybody may book on the pages of bookings; where not, its room decides who may come, and
            seats them with `seat_person`.
    """
    _kinds[subject_type] = _Kind(noun, finder, managed, manages, hours, takes_anybody)


def subject_of(subject_type: str, subject_id: str) -> Subject | None:
    """Find a thing, or None where the type or the id is unknown."""
    kind = _kinds.get(subject_type)
    return kind.finder(subject_id) if kind and subject_id else None


def subject_noun(subject_type: str) -> str:
    """What a thing of this type is called, or an empty string."""
    kind = _kinds.get(subject_type)
    return str(kind.noun) if kind else ""


def takes_anybody(subject_type: str) -> bool:
    """Whether everybody may book things of this type; False for a type that only its room fills."""
    kind = _kinds.get(subject_type)
    return kind is None or kind.takes_anybody


def filled_by_rooms() -> list[str]:
    """Types that only their rooms fill."""
    return [subject_type for subject_type, kind in _kinds.items() if not kind.takes_anybody]


def is_managed_by(person: Person, subject_type: str, subject_id: str) -> bool:
    """Whether the room that keeps the thing says that the person manages it."""
    kind = _kinds.get(subject_type)
    if kind is None:
        return False
    return kind.manages(person, subject_id) if kind.manages else subject_id in kind.managed(person)


def managed_by(person: Person) -> dict[str, Managed]:
    """Type → ids of all things that a person manages; types without any are left out."""
    found = {subject_type: kind.managed(person) for subject_type, kind in _kinds.items()}
    return {subject_type: ids for subject_type, ids in found.items() if _has_any(ids)}


def hours_of(subject_type: str, subject_id: str, days: Sequence[date]) -> Hours:
    """When a thing is open on days; empty where nobody says."""
    kind = _kinds.get(subject_type)
    return kind.hours(subject_id, days) if kind and kind.hours else {}


def _has_any(ids: Managed) -> bool:
    return ids.exists() if isinstance(ids, QuerySet) else bool(ids)


def read_subject(text: str) -> tuple[str, str]:
    """Type and id from `TYPE:ID` in an address."""
    subject_type, _mark, subject_id = text.partition(":")
    return subject_type[:60], subject_id[:64]
