"""What can go wrong with a plan, told to the user."""

from kepu.foundation.errors import DomainError, InputUnreadable


class PlanUnreadable(InputUnreadable):
    """The file or text is no plan that can be read; `reason` in the data is the engine's code."""

    code = "plan_unreadable"


class DraftNotOpen(DomainError):
    """The draft is already live or given up; nothing in it changes any more."""

    code = "draft_not_open"


class PlanAlreadyLive(DraftNotOpen):
    """Somebody confirmed the draft before; `slug` in the data leads to the plan."""

    code = "plan_already_live"


class CorrectionInvalid(DomainError):
    """A correction names something that is not there, or a value that cannot be."""

    code = "correction_invalid"
    status = 400


class FindingMoved(DomainError):
    """Somebody else corrected the same thing since the page was opened; `fields` in the data say what they wrote."""

    code = "finding_moved"


class PlanNotReady(DomainError):
    """The draft cannot go live yet; the data say what stands in the way."""

    code = "plan_not_ready"


class PlanClosed(DomainError):
    """The plan is over, or an amended text took its place; nothing about it is decided any more."""

    code = "plan_closed"


class DecisionInvalid(DomainError):
    """What was decided cannot be; `field` in the data names the field that is wrong, where one is."""

    code = "decision_invalid"
    status = 400


class MilestoneDone(DomainError):
    """The step was completed before."""

    code = "milestone_done"
