"""A need follows the orders that were made for it."""

from kepu.foundation.events import subscribe
from kepu.outreach.enterprises import services
from kepu.outreach.requests.events import OrderApproved, OrderCancelled, OrderUnmet, SessionHeld


@subscribe(SessionHeld)
def follow_held(event: SessionHeld) -> None:
    services.note_held(event.session_id, event.people)


@subscribe(OrderUnmet)
def follow_unmet(event: OrderUnmet) -> None:
    services.note_missed(event.order_id, event.rule)


@subscribe(OrderCancelled)
def follow_cancelled(event: OrderCancelled) -> None:
    services.note_missed(event.order_id)


@subscribe(OrderApproved)
def follow_taken_up(event: OrderApproved) -> None:
    services.note_taken_up(event.order_id)
