"""An amended text goes on reporting as the one before it did."""

from kepu.foundation.events import subscribe
from kepu.plan.reports import services
from kepu.plan.tasks.events import PlanConfirmed


@subscribe(PlanConfirmed)
def go_on_reporting(event: PlanConfirmed) -> None:
    if event.predecessor_id is not None:
        services.carry_calendar(event.predecessor_id, event.plan_id)
