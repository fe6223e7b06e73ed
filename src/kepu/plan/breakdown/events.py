"""What happened to a breakdown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakdownIssued:
    """A version came into force."""

    breakdown_id: int
    target_id: int
    number: int


@dataclass(frozen=True, slots=True)
class ChildPlanLinked:
    """A plan was put beneath another one."""

    parent_id: int
    child_id: int
