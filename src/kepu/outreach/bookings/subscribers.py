"""Bookings follow the erasure of a person, and a consent that is taken back."""

from kepu.directory.privacy.choices import ConsentState
from kepu.directory.privacy.events import ConsentAnswered, PersonErased
from kepu.foundation.events import subscribe
from kepu.outreach.bookings import services


@subscribe(PersonErased)
def give_up(event: PersonErased) -> None:
    services.give_up_all(event.person_id)


@subscribe(ConsentAnswered)
def give_up_with_consent(event: ConsentAnswered) -> None:
    if event.purpose == services.CONSENT and event.state == ConsentState.WITHDRAWN:
        services.give_up_all(event.person_id, with_rooms=False)
