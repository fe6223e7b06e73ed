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
