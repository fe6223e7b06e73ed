"""Pages of the ledger."""

from kepu.ledger.views import data, desk, record, sheets

__all__ = ["data", "desk", "record", "sheets"]
