"""The language of plans: a file in, tasks, duties and targets out, each pointing at its characters."""

from kepu.engines.policy.errors import PolicyUnreadable
from kepu.engines.policy.model import (
    Decoy,
    Document,
    Duty,
    LeadRule,
    PlanReading,
    ReadingWarning,
    Section,
    Span,
    Target,
    Task,
)
from kepu.engines.policy.parse import parse_file, parse_plan, parse_text

__all__ = [
    "Decoy",
    "Document",
    "Duty",
    "LeadRule",
    "PlanReading",
    "PolicyUnreadable",
    "ReadingWarning",
    "Section",
    "Span",
    "Target",
    "Task",
    "parse_file",
    "parse_plan",
    "parse_text",
]
