"""Reads of the plan room."""

from kepu.plan.queries.pages import (
    BodyPage,
    PlanOverview,
    TaskGroup,
    TaskPage,
    TaskRow,
    body_page,
    headline,
    live_plan,
    plan_overview,
    task_page,
    text_parts,
)

__all__ = [
    "BodyPage",
    "PlanOverview",
    "TaskGroup",
    "TaskPage",
    "TaskRow",
    "body_page",
    "headline",
    "live_plan",
    "plan_overview",
    "task_page",
    "text_parts",
]
