"""Who may fetch or change a file."""

from kepu.foundation.actors import Actor
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.models import StoredFile


def may_read_file(actor: Actor | None, file: StoredFile) -> bool:
    """Public files for everyone; staff files for whoever is signed in; private ones for their owner and the office."""
    if file.visibility == Visibility.PUBLIC:
        return True
    if actor is None or actor.pk is None:
        return False
    if file.visibility == Visibility.STAFF:
        return True
    return file.uploaded_by == actor.pk or actor.holds("leading_office", "auditor")


def may_change_file(actor: Actor, file: StoredFile) -> bool:
    """Its owner, the leading office and administrators."""
    return file.uploaded_by == actor.pk or actor.holds("leading_office", "administrator")
