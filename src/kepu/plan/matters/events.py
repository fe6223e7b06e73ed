"""What happened to a matter or a meeting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterRaised:
    """A body brought up what it cannot solve alone."""

    matter_id: int
    body_id: int


@dataclass(frozen=True, slots=True)
class MatterAnswered:
    """The office settled a matter with words, without a meeting."""

    matter_id: int


@dataclass(frozen=True, slots=True)
class AgendaFixed:
    """A meeting's agenda stands and the bodies are invited."""

    meeting_id: int


@dataclass(frozen=True, slots=True)
class MinutesIssued:
    """A meeting's minutes are out; its duties are steps of their tasks."""

    meeting_id: int
    duties: int


@dataclass(frozen=True, slots=True)
class MatterSettled:
    """Every duty of a decided matter is done."""

    matter_id: int
