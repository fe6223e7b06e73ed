"""Matters follow the steps of their tasks; a plan that is over presses nobody any more."""

from kepu.foundation.events import subscribe
from kepu.plan.closing.events import PlanEnded
from kepu.plan.matters import services
from kepu.plan.tasks.events import PlanDecided


@subscribe(PlanDecided)
def follow_steps(event: PlanDecided) -> None:
    if event.task_id is not None:
        services.follow_task(event.task_id)


@subscribe(PlanEnded)
def rest(event: PlanEnded) -> None:
    services.end_plan(event.plan_id)
