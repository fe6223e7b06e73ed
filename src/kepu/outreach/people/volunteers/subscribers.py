"""What volunteering does when a person is erased, and when a certificate of service moves."""

from kepu.directory.privacy.choices import ConsentState
from kepu.directory.privacy.events import ConsentAnswered, PersonErased
from kepu.foundation.certificates.events import (
    CertificateEnded,
    CertificateIssued,
    CertificateObjected,
    ObjectionSettled,
)
from kepu.foundation.certificates.services import drop_papers
from kepu.foundation.events import subscribe
from kepu.outreach.bookings.events import BookingCancelled
from kepu.outreach.people.volunteers import services
from kepu.outreach.people.volunteers.models import Volunteer


@subscribe(PersonErased)
def forget_papers(event: PersonErased) -> None:
    """Papers with the name go, numbers and hours stay."""
    drop_papers(event.person_id)


@subscribe(BookingCancelled)
def keep_children_guarded(event: BookingCancelled) -> None:
    services.keep_children_guarded(event.slot_id)


@subscribe(ConsentAnswered)
def give_up_with_consent(event: ConsentAnswered) -> None:
    """Who takes back the consent to volunteer comes to no shift."""
    volunteer = Volunteer.objects.filter(person=event.person_id).first()
    if volunteer is not None and event.purpose == services.PURPOSE and event.state == ConsentState.WITHDRAWN:
        services.give_up_seats(volunteer)


@subscribe(CertificateObjected)
def ask_to_settle(event: CertificateObjected) -> None:
    if event.kind == services.SERVICE:
        services.hang_objection(event.objection_id)


@subscribe(ObjectionSettled)
def take_down(event: ObjectionSettled) -> None:
    if event.kind == services.SERVICE:
        services.settle_todo(event.objection_id)


@subscribe(CertificateIssued)
def tell_holder(event: CertificateIssued) -> None:
    if event.kind == services.SERVICE:
        services.tell_issued(event.certificate_id)


@subscribe(CertificateEnded)
def tell_holder_of_end(event: CertificateEnded) -> None:
    if event.kind == services.SERVICE:
        services.tell_ended(event.certificate_id)
