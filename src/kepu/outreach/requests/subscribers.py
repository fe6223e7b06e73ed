"""What was planned for an order goes when the order is called off."""

from kepu.foundation.events import subscribe
from kepu.outreach.requests import services
from kepu.outreach.requests.events import OrderCancelled


@subscribe(OrderCancelled)
def call_off(event: OrderCancelled) -> None:
    services.withdraw_offers(event.order_id)
    services.cancel_sessions_of(event.order_id)
