"""Whether what somebody records is real."""

from django.conf import settings

from kepu.directory.register.models import Person


def is_made_up(actor: Person | None) -> bool:
    """On a demonstration site, and by a demonstration person, everything recorded is made up and marked so."""
    return bool(settings.KEPU_IS_DEMONSTRATION) or (actor is not None and actor.is_demonstration)
