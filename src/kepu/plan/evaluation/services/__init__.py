"""Writes of evaluations."""

from kepu.plan.evaluation.services.answering import agree_to_sheet, comment_on_sheet, reply_to_comment
from kepu.plan.evaluation.services.assigning import Distribution, assign_sheets, distribute_sheets
from kepu.plan.evaluation.services.closing import (
    close_evaluation,
    make_papers,
    publish_evaluation,
    release_findings,
    start_papers,
    write_summary,
)
from kepu.plan.evaluation.services.judging import WantedScore, WantedSheet, return_sheet, save_sheet, submit_sheet
from kepu.plan.evaluation.services.keeping import keep_evaluations
from kepu.plan.evaluation.services.preparing import (
    Terms,
    WantedCriterion,
    create_evaluation,
    edit_evaluation,
    open_judging,
    set_rubric,
)

__all__ = [
    "Distribution",
    "Terms",
    "WantedCriterion",
    "WantedScore",
    "WantedSheet",
    "agree_to_sheet",
    "assign_sheets",
    "close_evaluation",
    "comment_on_sheet",
    "create_evaluation",
    "distribute_sheets",
    "edit_evaluation",
    "keep_evaluations",
    "make_papers",
    "open_judging",
    "publish_evaluation",
    "release_findings",
    "reply_to_comment",
    "return_sheet",
    "save_sheet",
    "set_rubric",
    "start_papers",
    "submit_sheet",
    "write_summary",
]
