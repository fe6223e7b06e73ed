"""Indicators as things that the public can ask about."""

from kepu.ledger.queries.indicators import indicators_visible_to
from kepu.oversight.queries import Subject


def indicator_as_subject(subject_id: str) -> Subject | None:
    """A public indicator by its code; no text says which body answers for a figure, so the office decides."""
    indicator = indicators_visible_to(None).filter(code=subject_id).order_by("-version").first()
    return Subject(indicator.name) if indicator else None
