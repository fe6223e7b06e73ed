"""What happened to an evaluation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvaluationOpened:
    """The sheets are there and may be judged."""

    evaluation_id: int
    plan_id: int
    sheets: int


@dataclass(frozen=True, slots=True)
class SheetSubmitted:
    """A reviewer judged one task of one body."""

    sheet_id: int
    task_id: int
    body_id: int
    grade: str


@dataclass(frozen=True, slots=True)
class EvaluationClosed:
    """An evaluation is frozen as it was."""

    evaluation_id: int
    plan_id: int
    judged: int
    unjudged: int


@dataclass(frozen=True, slots=True)
class EvaluationPublished:
    """An evaluation is public."""

    evaluation_id: int
    plan_id: int
