"""What happened to tours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToursPublished:
    """Where the vans come in a month is public."""

    plan_id: int
    month: str


@dataclass(frozen=True, slots=True)
class TripLogged:
    """What a van did on a day is on record."""

    trip_id: int
