"""Writes of supervision."""

from kepu.plan.supervision.services.answering import give_feedback, sign_notice
from kepu.plan.supervision.services.escalating import escalate_by_rule, escalate_notice
from kepu.plan.supervision.services.issuing import (
    IssueReport,
    issue_by_hand,
    issue_notice,
    issue_notices,
    withdraw_notice,
)
from kepu.plan.supervision.services.keeping import KeepingReport, keep_notices, recount_days, remind_body
from kepu.plan.supervision.services.proposing import Proposed, propose_notices
from kepu.plan.supervision.services.reviewing import return_notice, strike_notice

__all__ = [
    "IssueReport",
    "KeepingReport",
    "Proposed",
    "escalate_by_rule",
    "escalate_notice",
    "give_feedback",
    "issue_by_hand",
    "issue_notice",
    "issue_notices",
    "keep_notices",
    "propose_notices",
    "recount_days",
    "remind_body",
    "return_notice",
    "sign_notice",
    "strike_notice",
    "withdraw_notice",
]
