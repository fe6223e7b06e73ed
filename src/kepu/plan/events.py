"""What happened to a plan."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanConfirmed:
    """A draft went live."""

    plan_id: int
    predecessor_id: int | None = None
