"""An order that is called off, or counted as unmet, wants no van any more."""

from kepu.foundation.events import subscribe
from kepu.outreach.requests.events import OrderCancelled, OrderUnmet
from kepu.outreach.tours import services


@subscribe(OrderCancelled)
def drop_cancelled(event: OrderCancelled) -> None:
    services.drop_wish_of(event.order_id)


@subscribe(OrderUnmet)
def drop_unmet(event: OrderUnmet) -> None:
    services.drop_wish_of(event.order_id)
