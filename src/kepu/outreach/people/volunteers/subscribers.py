"""What volunteering does when a person is erased, and when a certificate of service moves."""

from kepu.directory.privacy.events import PersonErased
from kepu.foundation.certificates.events import (
    CertificateEnded,
    CertificateIssued,
    CertificateObjected,
    ObjectionSettled,
)
from kepu.foundation.certificates.services import drop_papers
from kepu.foundation.events import subscribe
from kepu.outreach.people.volunteers import services


@subscribe(PersonErased)
def forget_papers(event: PersonErased) -> None:
    """Papers with the name go, numbers and hours stay."""
    drop_papers(event.person_id)


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
