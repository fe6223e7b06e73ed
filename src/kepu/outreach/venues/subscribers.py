"""What the search and the public questions know of venues."""

from collections.abc import Iterable

from kepu.foundation.search.services import Entry, indexer
from kepu.outreach.venues.services.finding import SEARCHED, published_entries


@indexer(SEARCHED)
def all_venues() -> Iterable[Entry]:
    return published_entries()
