"""What the reader of plans returns: frozen statements, each pointing at its characters in the text."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """The facts on the face of the document; None where the text does not give them."""

    title: str | None = None
    plan_title: str | None = None
    issuer: str | None = None
    doc_number: str | None = None
    issued: str | None = None
    period: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    number: str | None
    title: str | None
    level: int
    path: tuple[str, ...]
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class LeadRule:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Duty:
    organisation: str
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    number: str | None
    title: str | None
    section_path: tuple[str, ...]
    span: Span
    body_span: Span
    duties: tuple[Duty, ...]
    has_others: bool


@dataclass(frozen=True, slots=True)
class Target:
    """One number that the plan promises to reach."""

    at: str
    measure: str
    value: Decimal
    value_max: Decimal | None
    unit: str | None
    comparator: str
    period: str | None
    deadline: int | None
    plan_end: int | None
    aspirational: bool
    approximate: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Decoy:
    """A number in the text that is no target, with the reason (shown at the check desk as 没有当作目标)."""

    text: str
    reason: str
    at: str
    span: Span


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    code: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A plan as read. `decoys` is for people who check the reading; it is not part of the JSON."""

    text: str
    document: Document
    sections: tuple[Section, ...]
    lead_rule: LeadRule | None
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    warnings: tuple[ReadingWarning, ...]
    decoys: tuple[Decoy, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the object that `kepu plan parse` prints: lists for tuples, plain numbers for decimals."""
        tree = asdict(self)
        del tree["decoys"]
        plain: dict[str, Any] = _plain(tree)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
