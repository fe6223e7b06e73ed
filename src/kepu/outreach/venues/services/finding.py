"""What the search knows of venues: published ones, for everybody."""

from collections.abc import Iterable

from kepu.foundation.search.choices import Audience
from kepu.foundation.search.services import Entry, index, remove
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.queries.kinds import Kind, kind_of, kinds

SEARCHED = "venues.venue"


def entry_of(venue: Venue, known: dict[str, Kind] | None = None) -> Entry:
    """What is found of one venue."""
    kind = kind_of(venue.kind, known)
    told = [str(venue.details.get(one.name, "")) for one in kind.fields if one.kind == "text"]
    named = [one.title for one in venue.accreditations.all()]
    body = "\n".join([kind.label, venue.address, venue.region.name, venue.keeper.name, venue.summary, *told, *named])
    return Entry(SEARCHED, str(venue.pk), venue.name, venue.get_absolute_url(), body, Audience.PUBLIC)


def published_entries() -> Iterable[Entry]:
    """Everything that is found."""
    known = kinds()
    venues = Venue.objects.filter(state=VenueState.PUBLISHED).select_related("keeper", "region")
    for venue in venues.prefetch_related("accreditations"):
        yield entry_of(venue, known)


def found_again(venues: Iterable[Venue]) -> None:
    """Bring the index up to date with some venues, in the transaction that changed them."""
    known = kinds()
    shown = []
    for venue in venues:
        if venue.state == VenueState.PUBLISHED:
            shown.append(entry_of(venue, known))
        else:
            remove(SEARCHED, [str(venue.pk)])
    index(shown)
