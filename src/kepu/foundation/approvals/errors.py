"""What can go wrong when two people turn one key."""

from kepu.foundation.errors import DomainError


class ApprovalUnfit(DomainError):
    """The request lacks its reason, or the refusal its words."""

    code = "approval_unfit"
    status = 422


class ApprovalNotWaiting(DomainError):
    """Somebody decided it before, it was withdrawn, or its time is over."""

    code = "approval_not_waiting"


class SecondPersonNeeded(DomainError):
    """Who asked, by whatever account, can not approve."""

    code = "second_person_needed"
    status = 403


class ApprovalKindUnknown(LookupError):
    """No room registers this kind of act: a bug of the caller."""
