"""What can go wrong with certificates."""

from kepu.foundation.errors import DomainError


class CertificateUnfit(DomainError):
    """A part is missing, or its state does not let this happen."""

    code = "certificate_unfit"
    status = 422


class CertificateNotInState(DomainError):
    """The step does not fit the state: it was revoked, stopped, or is not published any more."""

    code = "certificate_not_in_state"


class TooManyChecks(DomainError):
    """One visitor checked too often within the hour."""

    code = "too_many_checks"
    status = 429


class CertificateKindUnknown(LookupError):
    """No room registers this kind: a bug of the caller."""
