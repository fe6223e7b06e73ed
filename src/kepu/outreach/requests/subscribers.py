"""What was planned or offered for an order goes when the order is called off, or counted as unmet."""

from kepu.foundation.events import subscribe
from kepu.outreach.requests import services
from kepu.outreach.requests.events import OrderCancelled, OrderUnmet


@subscribe(OrderCancelled)
def call_off(event: OrderCancelled) -> None:
    services.withdraw_offers(event.order_id)
    services.cancel_sessions_of(event.order_id)


@subscribe(OrderUnmet)
def take_back(event: OrderUnmet) -> None:
    services.withdraw_offers(event.order_id)
