"""What can go wrong with enterprises' needs, told to the user."""

from kepu.foundation.errors import DomainError


class NeedUnfit(DomainError):
    """What was written of a need does not go together."""

    code = "need_unfit"


class NeedMoved(DomainError):
    """The need is in another state than the step needs."""

    code = "need_moved"


class ProposalUnfit(DomainError):
    """What was written of a proposal does not go together."""

    code = "proposal_unfit"


class ProposalMoved(DomainError):
    """The proposal is answered already, or not yet."""

    code = "proposal_moved"
