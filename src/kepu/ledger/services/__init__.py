"""Writes of the ledger: facts one by one and in bulk, reversals, folding, indicators, spreadsheets."""

from kepu.ledger.rules import FactDraft
from kepu.ledger.services.checking import FieldError
from kepu.ledger.services.facts import accept_facts_between, record_fact, reverse_fact
from kepu.ledger.services.folding import check_rollups, fold_deltas
from kepu.ledger.services.importing import (
    bring_sheet,
    cancel_import,
    resume_imports,
    run_import,
    start_import,
)
from kepu.ledger.services.indicators import load_indicators
from kepu.ledger.services.loading import LoadResult, load_facts
from kepu.ledger.services.marking import is_made_up

FactRow = FactDraft

__all__ = [
    "FactDraft",
    "FactRow",
    "FieldError",
    "LoadResult",
    "accept_facts_between",
    "bring_sheet",
    "cancel_import",
    "check_rollups",
    "fold_deltas",
    "is_made_up",
    "load_facts",
    "load_indicators",
    "record_fact",
    "resume_imports",
    "reverse_fact",
    "run_import",
    "start_import",
]
