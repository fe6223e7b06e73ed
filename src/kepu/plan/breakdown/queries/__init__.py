"""Reads of the breakdown room."""

from kepu.plan.breakdown.queries.children import ChildPlans, child_plans
from kepu.plan.breakdown.queries.desk import DeskPlan, OwnShares, desk_plans, own_shares
from kepu.plan.breakdown.queries.frames import Frame, check_words, checks_of, frame_of, in_force, regions_beneath
from kepu.plan.breakdown.queries.matrix import TargetBreakdown, promise_of, target_breakdown
from kepu.plan.breakdown.queries.sheets import share_banner, share_lines, share_sheet

__all__ = [
    "ChildPlans",
    "DeskPlan",
    "Frame",
    "OwnShares",
    "TargetBreakdown",
    "check_words",
    "checks_of",
    "child_plans",
    "desk_plans",
    "frame_of",
    "in_force",
    "own_shares",
    "promise_of",
    "regions_beneath",
    "share_banner",
    "share_lines",
    "share_sheet",
    "target_breakdown",
]
