"""Writes of the graph: ties declared and taken back, entries found to be one human being."""

from kepu.outreach.people.conflicts.services.identities import decide_identity, find_doubles, note_double, undo_identity
from kepu.outreach.people.conflicts.services.ties import declare_tie, refuse_conflict, take_back_tie

__all__ = [
    "decide_identity",
    "declare_tie",
    "find_doubles",
    "note_double",
    "refuse_conflict",
    "take_back_tie",
    "undo_identity",
]
