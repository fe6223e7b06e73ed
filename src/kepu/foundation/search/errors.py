"""What the index refuses."""

from kepu.foundation.errors import DomainError


class MeaningIsOff(DomainError):
    """Search by meaning is not switched on, or cannot run here."""

    code = "meaning_is_off"
