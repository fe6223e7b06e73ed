"""What happened to a notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SupervisionIssued:
    """A notice went out to a body."""

    notice_id: int
    task_id: int
    body_id: int
    colour: str


@dataclass(frozen=True, slots=True)
class SupervisionAnswered:
    """The body said why, what it does and until when."""

    notice_id: int
    task_id: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class SupervisionEscalated:
    """A notice went before the body above, or the leading office where there is none."""

    notice_id: int
    task_id: int
    cause: str
    colour: str


@dataclass(frozen=True, slots=True)
class SupervisionStruck:
    """The review accepted the answer; the matter is settled."""

    notice_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class SupervisionWithdrawn:
    """A notice was taken back."""

    notice_id: int
    task_id: int
