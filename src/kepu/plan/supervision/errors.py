"""What can go wrong with a notice, told to the user."""

from kepu.foundation.errors import DomainError


class NoticeMoved(DomainError):
    """The notice is not in a state in which this can be done, often because somebody was quicker."""

    code = "supervision_moved"


class NoticeOpen(DomainError):
    """The same body already has an open notice on the same task for the same reason; `number` leads to it."""

    code = "supervision_open"


class NoticeUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "supervision_unfit"
    status = 400


class JudgeOfOwnBody(DomainError):
    """Who speaks for the body, or wrote its answer, does not review it."""

    code = "judge_of_own_body"
    status = 403
