"""What happened to a question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question_id: int


@dataclass(frozen=True, slots=True)
class QuestionReleased:
    question_id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class QuestionReferred:
    question_id: int
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    question_id: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class QuestionReopened:
    question_id: int
    round: int


@dataclass(frozen=True, slots=True)
class QuestionClosed:
    question_id: int
    closing: str
