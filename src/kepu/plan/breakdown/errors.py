"""What can go wrong with a breakdown, told to the user."""

from kepu.foundation.errors import DomainError


class ShareInvalid(DomainError):
    """A share cannot be; `field` in the data names the cell, `problems` all of them where there are several."""

    code = "share_invalid"
    status = 400


class BreakdownMoved(DomainError):
    """Somebody changed it since the page was opened; nothing was kept of this attempt."""

    code = "breakdown_moved"


class BreakdownNotDraft(DomainError):
    """An issued breakdown does not change any more; a new version takes its place."""

    code = "breakdown_not_draft"


class BreakdownNotReady(DomainError):
    """It cannot be issued or proposed yet; the words say what is missing."""

    code = "breakdown_not_ready"
    status = 400


class LinkInvalid(DomainError):
    """One plan or task cannot stand beneath the other."""

    code = "link_invalid"
    status = 400
