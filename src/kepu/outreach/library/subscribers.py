"""Loans follow the erasure of a person."""

from kepu.directory.privacy.events import PersonErased
from kepu.foundation.events import subscribe
from kepu.outreach.library import services


@subscribe(PersonErased)
def give_up(event: PersonErased) -> None:
    services.give_up_loans(event.person_id)
