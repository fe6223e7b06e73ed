"""What can go wrong in the ledger."""

from kepu.foundation.errors import DomainError, InputUnreadable


class FactRefused(InputUnreadable):
    """A fact breaks the rules of its indicator; `data["errors"]` holds one sentence per field."""

    code = "fact_refused"
    status = 422


class FactUnknown(DomainError):
    """No fact has this number."""

    code = "fact_unknown"
    status = 404


class FactKeyTaken(DomainError):
    """The idempotency key already names another fact."""

    code = "fact_key_taken"


class FactAlreadyReversed(DomainError):
    """A fact is reversed at most once."""

    code = "fact_already_reversed"


class ReversalNotReversible(DomainError):
    """A reversing fact is never reversed itself."""

    code = "reversal_not_reversible"


class StockAlreadyRecorded(DomainError):
    """A stock has one live value for each cell and day."""

    code = "stock_already_recorded"


class LoadRefused(InputUnreadable):
    """A load has rows that break rules; nothing of it was stored."""

    code = "load_refused"
    status = 422


class IndicatorUnknown(DomainError):
    """No indicator has this code."""

    code = "indicator_unknown"
    status = 404


class IndicatorFileInvalid(InputUnreadable):
    """An indicator list contradicts itself or what the ledger already holds."""

    code = "indicator_file_invalid"


class SheetAlreadyLoaded(DomainError):
    """Another file with the same rows was loaded before."""

    code = "sheet_already_loaded"
