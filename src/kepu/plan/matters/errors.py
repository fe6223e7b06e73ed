"""What can go wrong with a matter or a meeting, told to the user."""

from kepu.foundation.errors import DomainError


class MatterMoved(DomainError):
    """The matter is not in a state in which this can be done, or was changed since the page was opened."""

    code = "matter_moved"


class MatterUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "matter_unfit"
    status = 400


class MatterRaised(DomainError):
    """The same obstacle of a report was raised before; `matter` in the data leads to it."""

    code = "matter_raised_before"


class MeetingMoved(DomainError):
    """The meeting is not in a state in which this can be done, often because somebody was quicker."""

    code = "meeting_moved"


class MeetingUnready(DomainError):
    """Something is missing before the next step; the message names it."""

    code = "meeting_unready"
