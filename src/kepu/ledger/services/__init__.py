"""Writes of the ledger: facts one by one and in bulk, reversals, folding, indicators."""

from kepu.ledger.rules import FactDraft
from kepu.ledger.services.checking import FieldError
from kepu.ledger.services.facts import accept_facts_between, record_fact, reverse_fact
from kepu.ledger.services.folding import check_rollups, fold_deltas
from kepu.ledger.services.indicators import load_indicators
from kepu.ledger.services.loading import LoadResult, load_facts

FactRow = FactDraft

__all__ = [
    "FactDraft",
    "FactRow",
    "FieldError",
    "LoadResult",
    "accept_facts_between",
    "check_rollups",
    "fold_deltas",
    "load_facts",
    "load_indicators",
    "record_fact",
    "reverse_fact",
]
