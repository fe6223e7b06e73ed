"""What the search knows of venues; every visit of one becomes a fact."""

from collections.abc import Iterable

from kepu.foundation.events import subscribe
from kepu.foundation.queue.services import enqueue
from kepu.foundation.search.services import Entry, indexer
from kepu.outreach.bookings.events import CheckedIn
from kepu.outreach.venues.services.finding import SEARCHED, published_entries


@indexer(SEARCHED)
def all_venues() -> Iterable[Entry]:
    return published_entries()


@subscribe(CheckedIn)
def count_visit(event: CheckedIn) -> None:
    if event.subject_type == "venues.venue" and event.people:
        enqueue("venues.record_visit", arrival_id=event.arrival_id)
