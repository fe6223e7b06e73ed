"""What the erasure of a person does to a row that points at one: declared by every model, carried out by `directory.privacy`."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Act(StrEnum):
    """What becomes of a row whose person is erased."""

    DELETE = "delete"
    """The row goes: it is about this person and nobody else."""
    BLANK = "blank"
    """The row stays and no longer points at the person."""
    KEEP = "keep"
    """The row stays and points at what is left of the person: a number without a name."""


@dataclass(frozen=True, slots=True)
class OnErasure:
    """What the erasure of a person does to the rows that point at one by one field.

    Models say it in a class attribute, by the name of the field:

        ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": BLANK.clearing("contact")}
    """

    act: Act
    clears: tuple[str, ...] = ()
    """Names of fields that are emptied as well: what was typed about the person."""

    def clearing(self, *fields: str) -> "OnErasure":
        """The same, and empty these fields."""
        return replace(self, clears=fields)


DELETE = OnErasure(Act.DELETE)
BLANK = OnErasure(Act.BLANK)
KEEP = OnErasure(Act.KEEP)
