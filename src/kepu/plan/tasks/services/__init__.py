"""Writes of the plan room."""

from kepu.plan.tasks.services.bodies import NewBody, create_bodies, create_body, guessed_bodies, match_body
from kepu.plan.tasks.services.comparison import accept_links, compare_draft, compare_plans, link_task
from kepu.plan.tasks.services.confirming import confirm_draft, load_plan, task_slug
from kepu.plan.tasks.services.decisions import (
    Meaning,
    Outlook,
    WantedStep,
    choose_evidence,
    complete_milestone,
    decide_lead,
    decide_meaning,
    drop_evidence,
    indicator_name,
    make_task,
    outlook,
    reopen_milestone,
    set_milestones,
)
from kepu.plan.tasks.services.drafts import create_draft, discard_draft, place_draft, resume_draft
from kepu.plan.tasks.services.findings import (
    add_finding,
    agree_with_finding,
    change_finding,
    restore_finding,
    strike_finding,
    undo_correction,
)
from kepu.plan.tasks.services.loading import name_systems
from kepu.plan.tasks.services.readings import TextRead, read_pasted, read_upload
from kepu.plan.tasks.services.undecided import asking_once

__all__ = [
    "Meaning",
    "NewBody",
    "Outlook",
    "TextRead",
    "WantedStep",
    "accept_links",
    "add_finding",
    "agree_with_finding",
    "asking_once",
    "change_finding",
    "choose_evidence",
    "compare_draft",
    "compare_plans",
    "complete_milestone",
    "confirm_draft",
    "create_bodies",
    "create_body",
    "create_draft",
    "decide_lead",
    "decide_meaning",
    "discard_draft",
    "drop_evidence",
    "guessed_bodies",
    "indicator_name",
    "link_task",
    "load_plan",
    "make_task",
    "match_body",
    "name_systems",
    "outlook",
    "place_draft",
    "read_pasted",
    "read_upload",
    "reopen_milestone",
    "restore_finding",
    "resume_draft",
    "set_milestones",
    "strike_finding",
    "task_slug",
    "undo_correction",
]
