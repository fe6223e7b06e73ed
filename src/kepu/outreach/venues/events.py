"""What happened to a venue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VenuePublished:
    """The public can find a venue."""

    venue_id: int
    kind: str
    region_id: int


@dataclass(frozen=True, slots=True)
class VenueClosed:
    """A venue serves nobody any more."""

    venue_id: int


@dataclass(frozen=True, slots=True)
class VenueAccredited:
    """A venue was named a base of some level."""

    venue_id: int
    accreditation_id: int
    level: str


@dataclass(frozen=True, slots=True)
class ContentChanged:
    """Panels of a gallery, or what a room shows, were changed."""

    venue_id: int
    changed_on: str
    panels: int
