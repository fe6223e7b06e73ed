"""What can go wrong with tours, told to the user."""

from kepu.foundation.errors import DomainError


class TourUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "tour_unfit"
    status = 400


class TourMoved(DomainError):
    """The plan or wish is in another state than the step needs."""

    code = "tour_moved"


class TourBroken(DomainError):
    """A plan breaks a rule; it is not kept."""

    code = "tour_broken"
    status = 500
