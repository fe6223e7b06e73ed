"""What can go wrong with closing a plan, told to the user."""

from kepu.foundation.errors import DomainError


class PlanNotOver(DomainError):
    """The plan's years are not over and nothing takes its place."""

    code = "plan_not_over"


class ClosingIncomplete(DomainError):
    """An unfinished task without an outcome, a reason or a place to go; `tasks` in the data lists them."""

    code = "closing_incomplete"
    status = 400
