"""What happened to a plan at its end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanEnded:
    """A plan is closed, its final state frozen."""

    plan_id: int
    carried: int
    struck: int
