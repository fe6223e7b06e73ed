"""Reads of matters and meetings."""

from kepu.plan.matters.queries.agenda import ItemPage, item_of_duty, item_page
from kepu.plan.matters.queries.duties import LiveDuty, duties_of, live_duty
from kepu.plan.matters.queries.listing import (
    MatterFilter,
    MatterRow,
    Obstacle,
    counts_for,
    desk_order,
    matters_visible_to,
    meetings_visible_to,
    obstacles_for,
    raising_bodies,
    rows_of,
)
from kepu.plan.matters.queries.offers import FoundObstacle, Place, callable_plans, obstacle_for, raising_places
from kepu.plan.matters.queries.pages import (
    MatterPage,
    MeetingPage,
    PaperPage,
    matter_page,
    meeting_page,
    paper_page,
)
from kepu.plan.matters.queries.panels import desk_panel, public_panel
from kepu.plan.matters.queries.paper import document_of, draw_paper
from kepu.plan.matters.queries.table import matter_lines, matter_sheet, matters_banner
from kepu.plan.matters.queries.wording import ObstacleWords, bodies_of_plan, tasks_of_plan, words_of_obstacle

__all__ = [
    "FoundObstacle",
    "ItemPage",
    "LiveDuty",
    "MatterFilter",
    "MatterPage",
    "MatterRow",
    "MeetingPage",
    "Obstacle",
    "ObstacleWords",
    "PaperPage",
    "Place",
    "bodies_of_plan",
    "callable_plans",
    "counts_for",
    "desk_order",
    "desk_panel",
    "document_of",
    "draw_paper",
    "duties_of",
    "item_of_duty",
    "item_page",
    "live_duty",
    "matter_lines",
    "matter_page",
    "matter_sheet",
    "matters_banner",
    "matters_visible_to",
    "meeting_page",
    "meetings_visible_to",
    "obstacle_for",
    "obstacles_for",
    "paper_page",
    "public_panel",
    "raising_bodies",
    "raising_places",
    "rows_of",
    "tasks_of_plan",
    "words_of_obstacle",
]
