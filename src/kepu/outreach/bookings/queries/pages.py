"""What the pages show: slots of a thing, one slot, one's own bookings, the desk and the gate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum

from kepu.directory.privacy.queries import Standing, standing_of
from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.outreach.bookings.choices import ACTIVE_STATES, EXPECTED_STATES, BookingState, Channel, SlotState
from kepu.outreach.bookings.models import Booking, ChannelQuota, Slot
from kepu.outreach.bookings.permissions import may_manage_slot
from kepu.outreach.bookings.queries.people import active_at_same_time, block_of, code_now, code_seconds
from kepu.outreach.bookings.rules import BookingRules, Managed, seconds_left, takes_anybody

_SHOWN_DRAW = 2000


@dataclass(frozen=True, slots=True)
class SlotPage:
    """A slot as somebody sees it before booking."""

    slot: Slot
    free: int
    """Seats that a booking on the net could take now."""
    waiting: int
    entries: int
    rules: BookingRules
    standing: str
    """soon, draw, open, full, ended, cancelled: the page says each in one sentence."""
    own: Booking | None = None
    other: Booking | None = None
    """The person's booking for another slot at the same time."""
    blocked_until: datetime | None = None
    takes_groups: bool = False
    free_for_groups: int = 0
    """Seats that a group could take now; 0 where none is taken."""
    most_seats: int = 1
    consent: Standing | None = None
    """Where the person stands with the text on bookings; None for who is not signed in."""


def _free_online(quotas: Iterable[ChannelQuota]) -> int:
    return sum(
        quota.seats - quota.taken
        for quota in quotas
        if quota.channel == Channel.SHARED or (quota.channel == Channel.ONLINE and not quota.is_released)
    )


def _free_for_groups(quotas: Iterable[ChannelQuota]) -> int:
    kept = {quota.channel: quota.seats - quota.taken for quota in quotas if not quota.is_released}
    return kept[Channel.GROUP] + kept.get(Channel.SHARED, 0) if Channel.GROUP in kept else 0


def _page_of(slot: Slot, *, waiting: int = 0, entries: int = 0) -> SlotPage:
    quotas = list(slot.quotas.all())
    free, at = _free_online(quotas), now()
    takes_groups = any(quota.channel == Channel.GROUP for quota in quotas)
    rules = slot.said_rules
    if slot.state == SlotState.CANCELLED:
        standing = "cancelled"
    elif slot.state == SlotState.CLOSED or at >= slot.closes_at:
        standing = "ended"
    elif at < slot.opens_at:
        standing = "soon"
    elif slot.awaits_draw:
        standing = "draw"
    else:
        standing = "open" if free else "full"
    most = slot.capacity if takes_groups else min(rules.most_party, slot.capacity)
    return SlotPage(
        slot,
        free,
        waiting,
        entries,
        rules,
        standing,
        takes_groups=takes_groups,
        free_for_groups=_free_for_groups(quotas),
        most_seats=most,
    )


def slots_of(subject_type: str, subject_id: str, *, days: int = 31) -> list[SlotPage]:
    """The slots of a thing from now on, in order of time; two statements, however many there are."""
    at = now()
    found = Slot.objects.filter(
        subject_type=subject_type, subject_id=subject_id, ends_at__gt=at, starts_at__lt=at + timedelta(days=days)
    )
    return [_page_of(slot) for slot in found.prefetch_related("quotas")]


def slot_pages(slot_ids: Iterable[int]) -> dict[int, SlotPage]:
    """How some slots stand, by their numbers; two statements, however many there are."""
    found = Slot.objects.filter(pk__in=list(slot_ids)).prefetch_related("quotas")
    return {slot.pk: _page_of(slot) for slot in found}


def slot_page(slot_id: int, person: Person | None, *, purpose: str) -> SlotPage | None:
    """One slot for everybody, with what stands in the person's way where somebody is signed in.

    Args:
        slot_id: of the slot.
        person: who looks.
        purpose: code of the consent text to which who books agrees.
    """
    slot = Slot.objects.prefetch_related("quotas").filter(pk=slot_id).first()
    if slot is None:
        return None
    counts = slot.bookings.aggregate(
        waiting=Count("pk", filter=Q(state=BookingState.WAITING)),
        entries=Count("pk", filter=Q(state=BookingState.IN_DRAW)),
    )
    page = _page_of(slot, **counts)
    if person is None:
        return page
    found = active_at_same_time(person, slot)
    own = found if found is not None and found.slot_id == slot.pk else None
    return SlotPage(
        slot, page.free, page.waiting, page.entries, page.rules, page.standing,
        own=own, other=found if own is None else None, blocked_until=block_of(person, slot),
        takes_groups=page.takes_groups, free_for_groups=page.free_for_groups, most_seats=page.most_seats, consent=standing_of(person.pk, purpose),
    )  # fmt: skip


def drawn_numbers(slot: Slot) -> list[tuple[int, int, bool]]:
    """The result of a draw without anybody's name: rank, booking number, whether it got seats at once or later."""
    drawn = slot.bookings.filter(draw_rank__isnull=False).order_by("draw_rank")[:_SHOWN_DRAW]
    return [(one.draw_rank or 0, one.pk, bool(one.seated_in)) for one in drawn]


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """One's own booking with what its page needs."""

    booking: Booking
    slot: Slot
    place_in_line: int | None
    code: str
    """Shown while it opens the gate; empty otherwise."""
    code_seconds: int
    seconds_left: int
    may_cancel: bool
    has_own_page: bool = False
    """Whether the thing's own page says how one comes in, as for what only its room fills."""


def own_bookings(person: Person) -> QuerySet[Booking]:
    """Everything that a person booked, what is still to come first."""
    own = Booking.objects.filter(person=person).select_related("slot", "acted_by")
    return own.order_by(F("slot__starts_at").desc(), "-pk")


def own_booking(person: Person, booking_id: int) -> OwnBooking | None:
    """One of a person's own bookings, or None."""
    booking = own_bookings(person).filter(pk=booking_id).first()
    if booking is None:
        return None
    slot, seconds = booking.slot, code_seconds()
    is_open = takes_anybody(slot.subject_type)
    shows_code = is_open and booking.state == BookingState.BOOKED and slot.state == SlotState.OPEN
    has_begun = slot.starts_at <= now() and booking.state == BookingState.BOOKED
    return OwnBooking(
        booking,
        slot,
        _place_in_line(booking),
        code_now(booking, seconds=seconds) if shows_code else "",
        seconds,
        seconds_left(now(), seconds=seconds),
        may_cancel=booking.state in ACTIVE_STATES and not has_begun,
        has_own_page=not is_open,
    )


def _place_in_line(booking: Booking) -> int | None:
    """How many wait before, and oneself."""
    if booking.state != BookingState.WAITING:
        return None
    line = Booking.objects.filter(slot=booking.slot_id, state=BookingState.WAITING)
    if booking.draw_rank is not None:
        before = line.filter(draw_rank__lt=booking.draw_rank)
    else:
        before = line.filter(Q(draw_rank__isnull=False) | Q(pk__lt=booking.pk))
    return before.count() + 1


@dataclass(frozen=True, slots=True)
class DeskSlot:
    """A slot as its manager sees it."""

    slot: Slot
    quotas: tuple[ChannelQuota, ...]
    taken: int
    seats_by_state: dict[str, int]
    parties_by_state: dict[str, int]
    arrived: int

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.slot.capacity - self.taken

    @property
    def expected(self) -> int:
        """People who hold seats for sure."""
        return sum(self.seats_by_state.get(state, 0) for state in EXPECTED_STATES)


def desk_slots(managed: Mapping[str, Managed]) -> QuerySet[Slot]:
    """Slots of these things, and no others.

    Args:
        managed: what a person manages, as `managed_by` says it.
    """
    wanted = Q(pk__in=())
    for subject_type, ids in managed.items():
        wanted |= Q(subject_type=subject_type, subject_id__in=ids)
    return Slot.objects.filter(wanted).annotate(seats_taken=Sum("quotas__taken")).order_by("starts_at", "pk")


def desk_slot(actor: Person, slot_id: int) -> DeskSlot | None:
    """One slot with its counts for whoever manages it, or None."""
    slot = Slot.objects.filter(pk=slot_id).first()
    if slot is None or not may_manage_slot(actor, slot):
        return None
    quotas = tuple(slot.quotas.all())
    seats, parties = {}, {}
    counted = (
        slot.bookings.order_by()
        .values("state")
        .annotate(parties=Count("pk"), people=Sum(F("party_size") + F("accompanying")))
    )
    for row in counted:
        seats[row["state"]], parties[row["state"]] = row["people"], row["parties"]
    arrived = slot.bookings.aggregate(people=Sum("arrivals__people"))["people"] or 0
    return DeskSlot(slot, quotas, sum(quota.taken for quota in quotas), seats, parties, arrived)


def expected_at(slot: Slot, *, typed: str = "") -> list[Booking]:
    """The list of the gate: everybody who holds seats, with how many came; by name or number where typed.

    Args:
        slot: whose gate.
        typed: a part of the name, or the booking's number.
    """
    found = slot.bookings.filter(state__in=EXPECTED_STATES).select_related("person", "acted_by")
    found = found.annotate(came=Sum("arrivals__people")).order_by("pk")
    if typed.isascii() and typed.isdigit() and len(typed) < 19:  # noqa: PLR2004 of a bigint
        found = found.filter(pk=int(typed))
    elif typed:
        found = found.filter(Q(person__name__contains=typed) | Q(guest__contains=typed))
    return list(found)


def waiting_at(slot: Slot) -> list[Booking]:
    """Who waits, is offered seats, or stands in the draw, in the order of the list."""
    states = (BookingState.OFFERED, BookingState.WAITING, BookingState.IN_DRAW)
    return list(slot.bookings.filter(state__in=states).select_related("person", "acted_by"))
