"""Writes of the breakdown room."""

from kepu.plan.breakdown.services.carrying import carry_breakdowns
from kepu.plan.breakdown.services.children import Pair, confirm_parents, link_plan, pairs_of, unlink_plan
from kepu.plan.breakdown.services.drafting import (
    WantedShare,
    cell_name,
    discard_breakdown,
    set_shares,
    start_breakdown,
)
from kepu.plan.breakdown.services.importing import import_shares
from kepu.plan.breakdown.services.issuing import issue_breakdown
from kepu.plan.breakdown.services.proposing import Proposal, propose_shares

__all__ = [
    "Pair",
    "Proposal",
    "WantedShare",
    "carry_breakdowns",
    "cell_name",
    "confirm_parents",
    "discard_breakdown",
    "import_shares",
    "issue_breakdown",
    "link_plan",
    "pairs_of",
    "propose_shares",
    "set_shares",
    "start_breakdown",
    "unlink_plan",
]
