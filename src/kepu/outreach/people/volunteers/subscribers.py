"""What volunteering does when a person is erased: papers with the name go, numbers and hours stay."""

from kepu.directory.privacy.events import PersonErased
from kepu.foundation.certificates.services import drop_papers
from kepu.foundation.events import subscribe


@subscribe(PersonErased)
def forget_papers(event: PersonErased) -> None:
    drop_papers(event.person_id)
