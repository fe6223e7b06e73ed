"""What happens to personal data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person's data was erased; rooms drop what they derived from it (search entries, pictures)."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """Somebody agreed, refused or withdrew."""

    person_id: int
    purpose: str
    state: str


@dataclass(frozen=True, slots=True)
class BirthdayChanged:
    """A birthday was set or corrected: what is open for the person may need a guardian from now on."""

    person_id: int
