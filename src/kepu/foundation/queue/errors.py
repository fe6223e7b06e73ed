"""What can go wrong with long work."""

from kepu.foundation.errors import DomainError


class WorkCancelled(DomainError):
    """The person who started the work asked to stop it."""

    code = "work_cancelled"


class JobUnknown(LookupError):
    """No job has this name: a bug of the caller."""
