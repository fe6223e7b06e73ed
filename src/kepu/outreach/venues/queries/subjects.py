"""A venue as what a public question is about."""

from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.oversight.queries import Subject
from kepu.oversight.queries.subjects import numeric_id


def venue_as_subject(subject_id: str) -> Subject | None:
    """A venue that the public sees; who keeps it answers."""
    pk = numeric_id(subject_id)
    venue = Venue.objects.exclude(state=VenueState.DRAFT).filter(pk=pk).first() if pk is not None else None
    if venue is None:
        return None
    return Subject(venue.name, venue.get_absolute_url(), venue.keeper_id, venue.region_id)
