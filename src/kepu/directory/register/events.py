"""What happened in the register."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrganisationCreated:
    organisation_id: int


@dataclass(frozen=True, slots=True)
class RoleGranted:
    person_id: int
    role: str


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    person_id: int


@dataclass(frozen=True, slots=True)
class ResidentRegistered:
    """Somebody made an account by phone; a child's is not active before its guardian agreed."""

    person_id: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class ActingStarted:
    """Somebody of the office began to act for a resident."""

    acting_id: int
    operator_id: int
    resident_id: int
