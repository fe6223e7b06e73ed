"""What happened to a plan."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanConfirmed:
    """A draft went live."""

    plan_id: int
    predecessor_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlanDecided:
    """A role-holder decided something about a plan."""

    plan_id: int
    decision_id: int
    kind: str
    task_id: int | None = None
    target_id: int | None = None
