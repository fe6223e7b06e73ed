"""What happens between the two persons."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """Somebody asked; rooms above hang up a to-do for who may approve."""

    approval_id: int
    kind: str
    title: str
    reason: str
    role: str
    organisation_id: int | None
    region_id: int | None
    until: date


@dataclass(frozen=True, slots=True)
class ApprovalSettled:
    """Nothing waits any more: approved, refused, withdrawn or expired."""

    approval_id: int
    kind: str
    state: str
