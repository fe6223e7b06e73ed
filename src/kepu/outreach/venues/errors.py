"""What can go wrong with a venue, told to the user."""

from kepu.foundation.errors import DomainError


class VenueMoved(DomainError):
    """The venue is not in a state in which this can be done, often because somebody was quicker."""

    code = "venue_moved"


class VenueUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "venue_unfit"
    status = 400
