"""What can be asked about: the rooms register how to find a thing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from kepu.directory.register.models import Organisation


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that a question is about, as it is called today."""

    label: str
    address: str = ""
    """Its public page; empty where it has none."""
    owner_organisation_id: int | None = None
    """The body that owes the answer; None where no text says it, so the office decides."""
    region_id: int | None = None


Finder = Callable[[str], Subject | None]
_finders: dict[str, tuple[Finder, str | Promise]] = {}


def register_subject(subject_type: str, finder: Finder, *, noun: str | Promise) -> None:
    """Let people ask about the things of one type; rooms call this when their app is ready.

    Args:
        subject_type: `room.noun`, such as `plan.task`.
        finder: gets the id as text; returns None where the public sees no such thing.
        noun: what one of them is called (任务).
    """
    _finders[subject_type] = (finder, noun)


def subject_of(subject_type: str, subject_id: str) -> Subject | None:
    """Find a thing, or None where the type or the id is unknown."""
    found = _finders.get(subject_type)
    return found[0](subject_id) if found and subject_id else None


def subject_noun(subject_type: str) -> str:
    """What a thing of this type is called, or an empty string."""
    found = _finders.get(subject_type)
    return str(found[1]) if found else ""


def subject_types() -> list[tuple[str, str]]:
    """Every type that can be asked about, with its word."""
    return [(subject_type, str(noun)) for subject_type, (_finder, noun) in _finders.items()]


def split_about(about: str) -> tuple[str, str]:
    """Type and id from `TYPE:ID` in an address."""
    subject_type, _mark, subject_id = about.partition(":")
    return subject_type[:60], subject_id[:64]


def numeric_id(subject_id: str) -> int | None:
    """An id as a number, for finders of numbered rows; None for anything else."""
    is_number = subject_id.isascii() and subject_id.isdigit() and len(subject_id) < 19  # noqa: PLR2004 of a bigint
    return int(subject_id) if is_number else None


def body_as_subject(subject_id: str) -> Subject | None:
    """A body of the register: it answers for itself."""
    pk = numeric_id(subject_id)
    body = Organisation.objects.filter(pk=pk).first() if pk is not None else None
    return Subject(body.name, owner_organisation_id=body.pk, region_id=body.region_id) if body else None
