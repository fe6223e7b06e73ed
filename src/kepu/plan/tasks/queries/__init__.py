"""Reads of the plan room."""

from kepu.plan.tasks.queries.bodies import BodyList, BodyPage, body_list, body_page
from kepu.plan.tasks.queries.changes import Changes, changes_of, lately
from kepu.plan.tasks.queries.export import task_csv
from kepu.plan.tasks.queries.goal import GoalChart, goal_chart, headline
from kepu.plan.tasks.queries.listing import TaskFilter, TaskList, TaskListing, task_list
from kepu.plan.tasks.queries.pages import (
    PlanOverview,
    TaskGroup,
    TaskRow,
    days_of,
    judged_tasks,
    live_plan,
    overview_of,
    plan_overview,
    register_beneath,
)
from kepu.plan.tasks.queries.panels import Panel, Place, PlanDoor, doors_of, register_panel, register_plan_door
from kepu.plan.tasks.queries.places import Coverage, DistrictPage, coverage, district_list, district_page
from kepu.plan.tasks.queries.task_page import TaskPage, task_page, text_parts

__all__ = [
    "BodyList",
    "BodyPage",
    "Changes",
    "Coverage",
    "DistrictPage",
    "GoalChart",
    "Panel",
    "Place",
    "PlanDoor",
    "PlanOverview",
    "TaskFilter",
    "TaskGroup",
    "TaskList",
    "TaskListing",
    "TaskPage",
    "TaskRow",
    "body_list",
    "body_page",
    "changes_of",
    "coverage",
    "days_of",
    "district_list",
    "district_page",
    "doors_of",
    "goal_chart",
    "headline",
    "judged_tasks",
    "lately",
    "live_plan",
    "overview_of",
    "plan_overview",
    "register_beneath",
    "register_panel",
    "register_plan_door",
    "task_csv",
    "task_list",
    "task_page",
    "text_parts",
]
