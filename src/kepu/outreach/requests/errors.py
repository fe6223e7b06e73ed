"""What can go wrong with orders, told to the user."""

from typing import Any

from kepu.foundation.errors import DomainError


class OrderUnfit(DomainError):
    """What was written does not go together."""

    code = "order_unfit"


class OrderTwice(DomainError):
    """The same was asked for before, by the same phone or account."""

    code = "order_twice"

    def __init__(self, message: Any, *, order_id: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.order_id = order_id


class OrderMoved(DomainError):
    """The order is in another state than the step needs."""

    code = "order_moved"


class OfferUnfit(DomainError):
    """This person can not be sent there and then; the rule says why."""

    code = "offer_unfit"


class OfferMoved(DomainError):
    """The offer is answered, taken back or too old."""

    code = "offer_moved"


class SessionUnfit(DomainError):
    """Times, people or words of a session can not be."""

    code = "session_unfit"


class HelpersUnfit(DomainError):
    """The team is not asked any more, or the shift can not be opened like this."""

    code = "helpers_unfit"


class StandingUnfit(DomainError):
    """A part of a standing offer is missing, unknown, or contradicts another."""

    code = "standing_unfit"


class CampaignUnfit(DomainError):
    """Name, address or days of a campaign can not be."""

    code = "campaign_unfit"


class CodeWrong(DomainError):
    """Not the code that is shown now."""

    code = "code_wrong"
    status = 422


class RoundUnfit(DomainError):
    """Days or settings of a round do not go together, or nothing is there to match."""

    code = "round_unfit"
