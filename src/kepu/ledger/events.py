"""What happened in the ledger."""

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FactRecorded:
    """One fact more; `month` is the first day of its month. A reversal is a fact too."""

    fact_id: uuid.UUID
    indicator_code: str
    month: date


@dataclass(frozen=True, slots=True)
class FactsLoaded:
    """Many facts more, of these indicators and months."""

    indicator_codes: frozenset[str]
    months: frozenset[date]
    facts: int
