"""What happened in the library."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceWithdrawn:
    """A resource is shown and lent no more."""

    resource_id: int


@dataclass(frozen=True, slots=True)
class StockCounted:
    """The copies of a holding were counted."""

    holding_id: int
    good: int
    damaged: int
    lost: int


@dataclass(frozen=True, slots=True)
class LoanAsked:
    """Somebody wants to borrow copies."""

    loan_id: int
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class LoanAnswered:
    """The keeper agreed to a loan, or refused it."""

    loan_id: int
    is_agreed: bool
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class LoanHandedOut:
    """Copies went out."""

    loan_id: int


@dataclass(frozen=True, slots=True)
class LoanReturned:
    """Copies came back, some of them damaged, some lost."""

    loan_id: int
    copies: int
    damaged: int
    lost: int


@dataclass(frozen=True, slots=True)
class LoanCancelled:
    """A loan was called off before the copies went out."""

    loan_id: int
    subject_type: str
    subject_id: str
