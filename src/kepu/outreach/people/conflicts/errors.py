"""What a tie can not be."""

from kepu.foundation.errors import DomainError


class TieUnfit(DomainError):
    """A tie needs two ends that differ, and days in order."""

    code = "tie_unfit"


class TieOver(DomainError):
    """The tie was taken back already."""

    code = "tie_over"


class IdentityUnfit(DomainError):
    """A decision about two entries needs a reason, and is made about what lies there now."""

    code = "identity_unfit"


class ConflictOfInterest(DomainError):
    """This person must not judge, accompany or decide here; the message says why."""

    code = "conflict_of_interest"
