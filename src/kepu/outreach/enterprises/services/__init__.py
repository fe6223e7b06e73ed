"""What can be done with enterprises' needs and workers' proposals."""

from kepu.outreach.enterprises.services.handling import (
    check_need,
    close_need,
    erase_contacts,
    mark_need_unmet,
    return_need,
)
from kepu.outreach.enterprises.services.ordering import (
    OrderTerms,
    note_held,
    note_missed,
    note_taken_up,
    order_for_need,
)
from kepu.outreach.enterprises.services.posting import NeedWords, change_need, post_need, withdraw_need
from kepu.outreach.enterprises.services.proposing import (
    ProposalWords,
    answer_proposal,
    record_proposal,
    record_result,
)

__all__ = [
    "NeedWords",
    "OrderTerms",
    "ProposalWords",
    "answer_proposal",
    "change_need",
    "check_need",
    "close_need",
    "erase_contacts",
    "mark_need_unmet",
    "note_held",
    "note_missed",
    "note_taken_up",
    "order_for_need",
    "post_need",
    "record_proposal",
    "record_result",
    "return_need",
    "withdraw_need",
]
