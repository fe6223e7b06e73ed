"""Matters follow the steps of their tasks, and an amended text; a plan that is over presses nobody any more."""

from kepu.foundation.events import subscribe
from kepu.plan.closing.events import PlanEnded
from kepu.plan.matters import services
from kepu.plan.tasks.events import PlanConfirmed, PlanDecided


@subscribe(PlanDecided)
def follow_steps(event: PlanDecided) -> None:
    if event.task_id is not None:
        services.follow_task(event.task_id)


@subscribe(PlanEnded)
def rest(event: PlanEnded) -> None:
    services.end_plan(event.plan_id)


@subscribe(PlanConfirmed)
def go_on(event: PlanConfirmed) -> None:
    if event.predecessor_id is not None:
        services.carry_matters(event.predecessor_id, event.plan_id)
