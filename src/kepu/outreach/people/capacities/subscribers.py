"""Tell the index who can be found; forget who was erased."""

from kepu.directory.privacy.events import ConsentAnswered, PersonErased
from kepu.foundation.events import subscribe
from kepu.foundation.search.services import indexer
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.queries import ENTRY_KIND, all_entries

indexer(ENTRY_KIND)(all_entries)


@subscribe(PersonErased)
def forget(event: PersonErased) -> None:
    services.forget_person(event.person_id)


@subscribe(ConsentAnswered)
def leave_with_consent(event: ConsentAnswered) -> None:
    services.follow_consent(event.person_id, event.purpose, event.state)
