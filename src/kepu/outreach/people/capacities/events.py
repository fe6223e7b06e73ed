"""What happens to what persons can give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapacityApplied:
    """Somebody asked to be admitted."""

    capacity_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CapacityAdmitted:
    """Somebody can be asked for a service from now on, until the day named."""

    capacity_id: int
    person_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CapacityEnded:
    """Somebody can no longer be asked."""

    capacity_id: int
    person_id: int
    kind: str
