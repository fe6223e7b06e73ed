"""What was planned or offered goes when its order is called off or unmet; an open session follows slot and gate.

A team that calls off the shift of its helpers, or loses its leader, is heard here too.
"""

from kepu.directory.privacy.events import PersonErased
from kepu.foundation.events import subscribe
from kepu.foundation.queue.services import enqueue
from kepu.outreach.bookings.events import CheckedIn, SlotCancelled
from kepu.outreach.people.volunteers.services import SHIFTS
from kepu.outreach.requests import services
from kepu.outreach.requests.events import OrderCancelled, OrderUnmet
from kepu.outreach.requests.queries.helpers import live_asks
from kepu.outreach.requests.queries.open import SESSION_TYPE


@subscribe(OrderCancelled)
def call_off(event: OrderCancelled) -> None:
    services.withdraw_offers(event.order_id)
    services.cancel_sessions_of(event.order_id)


@subscribe(OrderUnmet)
def take_back(event: OrderUnmet) -> None:
    services.withdraw_offers(event.order_id)


@subscribe(SlotCancelled)
def follow_slot(event: SlotCancelled) -> None:
    if event.subject_type == SESSION_TYPE:
        enqueue("requests.call_off_session", slot_id=event.slot_id)
    elif event.subject_type == SHIFTS and live_asks().filter(shift__slot=event.slot_id).exists():
        enqueue("requests.shift_called_off", slot_id=event.slot_id)


@subscribe(PersonErased)
def hang_asks_again(event: PersonErased) -> None:  # noqa: ARG001 the team says already that nobody leads it
    services.hang_asks_again()


@subscribe(CheckedIn)
def count_again(event: CheckedIn) -> None:
    if event.subject_type == SESSION_TYPE and event.people:
        enqueue("requests.recount_session", lock=f"requests.recount:{event.slot_id}", slot_id=event.slot_id)
