"""Writes of matters and meetings."""

from kepu.plan.matters.services.deciding import add_duty, issue_minutes, record_outcome, remove_duty
from kepu.plan.matters.services.following import carry_matters, end_plan, follow_task
from kepu.plan.matters.services.handling import answer_matter, close_matter, list_matter, return_matter
from kepu.plan.matters.services.meetings import (
    MeetingTerms,
    add_item,
    call_meeting,
    cancel_meeting,
    change_meeting,
    fix_agenda,
    hold_meeting,
    move_item,
    recommend,
    remove_item,
    reopen_agenda,
)
from kepu.plan.matters.services.papers import make_papers, remake_papers
from kepu.plan.matters.services.raising import (
    MatterWords,
    amend_matter,
    attach_file,
    detach_file,
    raise_matter,
    raise_obstacle,
    withdraw_matter,
)

__all__ = [
    "MatterWords",
    "MeetingTerms",
    "add_duty",
    "add_item",
    "amend_matter",
    "answer_matter",
    "attach_file",
    "call_meeting",
    "cancel_meeting",
    "carry_matters",
    "change_meeting",
    "close_matter",
    "detach_file",
    "end_plan",
    "fix_agenda",
    "follow_task",
    "hold_meeting",
    "issue_minutes",
    "list_matter",
    "make_papers",
    "move_item",
    "raise_matter",
    "raise_obstacle",
    "recommend",
    "record_outcome",
    "remake_papers",
    "remove_duty",
    "remove_item",
    "reopen_agenda",
    "return_matter",
    "withdraw_matter",
]
