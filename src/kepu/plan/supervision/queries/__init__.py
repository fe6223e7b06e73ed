"""Reads of supervision."""

from kepu.plan.supervision.queries.bodies import addressees, heads_of, liaisons_above, liaisons_of
from kepu.plan.supervision.queries.clock import due_escalation, is_late, late_now
from kepu.plan.supervision.queries.figures import colour_names, day_after, figures
from kepu.plan.supervision.queries.listing import (
    Counts,
    NoticeFilter,
    ProposalGroup,
    counts_for,
    desk_order,
    notices_visible_to,
    proposals_for,
    supervised_bodies,
)
from kepu.plan.supervision.queries.pages import HandPage, NoticePage, TrailLine, hand_page, notice_page
from kepu.plan.supervision.queries.panels import desk_panel, public_panel
from kepu.plan.supervision.queries.standing import Standing, standings
from kepu.plan.supervision.queries.table import notice_banner, notice_lines, notice_sheet

__all__ = [
    "Counts",
    "HandPage",
    "NoticeFilter",
    "NoticePage",
    "ProposalGroup",
    "Standing",
    "TrailLine",
    "addressees",
    "colour_names",
    "counts_for",
    "day_after",
    "desk_order",
    "desk_panel",
    "due_escalation",
    "figures",
    "hand_page",
    "heads_of",
    "is_late",
    "late_now",
    "liaisons_above",
    "liaisons_of",
    "notice_banner",
    "notice_lines",
    "notice_page",
    "notice_sheet",
    "notices_visible_to",
    "proposals_for",
    "public_panel",
    "standings",
    "supervised_bodies",
]
