"""The draw: a published digest, a revealed seed, an order that everybody can compute, an answer for everyone."""

from django.db import transaction

from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.events import publish
from kepu.foundation.queue.services import enqueue
from kepu.outreach.bookings.choices import BookingState, SlotState
from kepu.outreach.bookings.events import Booked, SlotDrawn
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.rules import draw_order, first_fitting
from kepu.outreach.bookings.services.seats import held_pools, store_pools

_BATCH = 1000


@transaction.atomic
def draw(slot_id: int) -> int:
    """Draw lots among all entries of a slot whose time has come; who gets no seats waits, in the drawn order.

    Runs as often as one likes; a slot is drawn once.

    Returns:
        How many parties got seats.
    """
    slot = Slot.objects.select_for_update().get(pk=slot_id)
    if not slot.awaits_draw or slot.state != SlotState.OPEN or slot.draw_at is None or slot.draw_at > now():
        return 0
    entries = {one.pk: one for one in Booking.objects.select_for_update().filter(slot=slot, state=BookingState.IN_DRAW)}
    order = draw_order(bytes(slot.seed or b""), entries)
    pools = held_pools(slot)
    seated = dict(first_fitting(pools, [(pk, entries[pk].channel, entries[pk].seats) for pk in order]))
    store_pools(pools)
    at = now()
    for rank, pk in enumerate(order, start=1):
        one = entries[pk]
        one.draw_rank, one.changed_at, one.seated_in = rank, at, seated.get(pk, "")
        one.state = BookingState.BOOKED if pk in seated else BookingState.WAITING
    Booking.objects.bulk_update(entries.values(), ["draw_rank", "changed_at", "seated_in", "state"], batch_size=_BATCH)
    slot.drawn_at = at
    slot.save(update_fields=["drawn_at"])
    record("bookings.slot.drawn", slot, actor=None, entries=len(order), seated=len(seated), digest=slot.seed_digest)
    for pk in seated:
        publish(Booked(pk, slot.pk, slot.subject_type, slot.subject_id))
    publish(SlotDrawn(slot.pk, len(order), len(seated)))
    enqueue("bookings.tell_answers", slot_id=slot.pk)
    return len(seated)
