"""Acts of named role-holders about a live plan; each is dated, shown and never erased by a later one."""

from kepu.plan.tasks.services.decisions.evidence import choose_evidence, drop_evidence, indicator_name
from kepu.plan.tasks.services.decisions.leads import decide_lead
from kepu.plan.tasks.services.decisions.making import make_task
from kepu.plan.tasks.services.decisions.meaning import Meaning, decide_meaning
from kepu.plan.tasks.services.decisions.milestones import (
    WantedStep,
    complete_milestone,
    reopen_milestone,
    set_milestones,
)
from kepu.plan.tasks.services.decisions.preview import Outlook, outlook

__all__ = [
    "Meaning",
    "Outlook",
    "WantedStep",
    "choose_evidence",
    "complete_milestone",
    "decide_lead",
    "decide_meaning",
    "drop_evidence",
    "indicator_name",
    "make_task",
    "outlook",
    "reopen_milestone",
    "set_milestones",
]
