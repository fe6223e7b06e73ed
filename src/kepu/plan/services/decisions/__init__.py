"""Acts of named role-holders about a live plan; each is dated, shown and never erased by a later one."""

from kepu.plan.services.decisions.evidence import choose_evidence, drop_evidence, indicator_name
from kepu.plan.services.decisions.leads import decide_lead
from kepu.plan.services.decisions.making import make_task
from kepu.plan.services.decisions.meaning import Meaning, decide_meaning
from kepu.plan.services.decisions.milestones import (
    WantedStep,
    complete_milestone,
    reopen_milestone,
    set_milestones,
)
from kepu.plan.services.decisions.preview import Outlook, outlook

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
