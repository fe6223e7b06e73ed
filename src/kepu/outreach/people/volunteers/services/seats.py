"""Places in shifts: who may come is decided here, the seat by `outreach.bookings`."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.privacy.choices import AgeBand
from kepu.directory.privacy.queries import age_band_of, check_consent, guardians_of, standing_of
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import code_label
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.outreach.bookings.choices import ACTIVE_STATES, CancelledBy
from kepu.outreach.bookings.errors import AlreadyBooked, SlotFull
from kepu.outreach.bookings.services import cancel_booking, hold_slot, release_seat, seat_person
from kepu.outreach.people.volunteers.choices import VolunteerState
from kepu.outreach.people.volunteers.errors import SeatRefused
from kepu.outreach.people.volunteers.models import TAKEN_STATES, Shift, ShiftSeat, Volunteer
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.rules import PURPOSE, Need, Offer, Pair, assigned

_LOOK = timedelta(days=30)


@transaction.atomic
def take_seat(shift_id: int, volunteer: Volunteer, *, actor: Person, reason: str = "", waits: bool = True) -> ShiftSeat:
    """Give a volunteer a seat, or a place in the line where none is left; twice is once.

    Args:
        shift_id: of the shift.
        volunteer: who comes.
        actor: the volunteer, or who assigns.
        reason: why it was assigned; empty where the volunteer signed up.
        waits: whether to wait where the shift is full.

    Raises:
        ConsentMissing, GuardianNeeded: no consent to `volunteer` is in force.
        SeatRefused: over or cancelled, the skill is missing, something else at the time, a child without its guardian.
        SlotNotOpen: over or cancelled meanwhile.
        SlotFull: full, and the volunteer does not wait.
    """
    check_consent(volunteer.person_id, PURPOSE)
    shift = Shift.objects.select_related("slot", "project").get(pk=shift_id)
    hold_slot(shift.slot_id)
    if volunteer.state != VolunteerState.ACTIVE:
        raise SeatRefused(_("您已退出志愿者，请先重新登记。"))
    if shift.skill and shift.skill not in volunteer.skills:
        name = code_label("volunteers.skills", shift.skill)
        raise SeatRefused(_("这个班次要会“%(skill)s”。会的话，请先在“我的志愿服务”里补上。") % {"skill": name})
    if own := shift.seats.active().filter(volunteer=volunteer).select_related("booking").first():
        return own
    _refuse_child_alone(volunteer, shift)
    try:
        booking = seat_person(shift.slot_id, volunteer.person, actor=actor, waits=waits)
    except AlreadyBooked as other:
        if own := shift.seats.active().filter(volunteer=volunteer).select_related("booking").first():
            return own  # from another window, meanwhile
        raise SeatRefused(other.message) from other
    values = {"booking": booking, "is_assigned": bool(reason), "reason": reason[:200]}
    seat, _made = ShiftSeat.objects.update_or_create(shift=shift, volunteer=volunteer, defaults=values)
    return seat


def _refuse_child_alone(volunteer: Volunteer, shift: Shift) -> None:
    """Under 14 never alone: a confirmed guardian has a seat in the same shift, and keeps it until this is decided."""
    if age_band_of(volunteer.person_id) == AgeBand.CHILD and not _guarded(volunteer.person_id, shift):
        raise SeatRefused(_("未满 14 周岁要由监护人陪同：请监护人先登记为志愿者，并报同一个班次。"))


def _guarded(child_id: int, shift: Shift) -> bool:
    guardians = guardians_of(child_id).filter(confirmed_at__isnull=False).values("guardian")
    with_it = shift.seats.select_for_update(of=("booking",)).select_related("booking")
    return bool(with_it.filter(booking__state__in=TAKEN_STATES, volunteer__person__in=guardians).order_by("booking"))


@transaction.atomic
def keep_children_guarded(slot_id: int) -> int:
    """After somebody gave a seat back: children who would be alone give theirs back too, and are told why.

    Returns:
        How many.
    """
    shift = Shift.objects.filter(slot=slot_id).select_related("project", "slot").first()
    if shift is None or shift.starts_at <= now():
        return 0
    freed = 0
    for seat in shift.seats.active().select_related("volunteer__person", "booking"):
        person = seat.volunteer.person
        if age_band_of(person.pk) != AgeBand.CHILD or _guarded(person.pk, shift):
            continue
        if release_seat(seat.booking_id):
            freed += 1
            with city_words():
                title = _("“%(title)s”的名额退了：监护人不去了，未满 14 周岁不能一个人去。")
                notify(
                    person, key=f"volunteers.alone:{seat.booking_id}", kind="volunteers.seat",
                    title=title % {"title": shift.project.title}, body="",
                    url=reverse("volunteers:project", args=[shift.project_id]), is_urgent=True,
                )  # fmt: skip
    return freed


def give_up_seats(volunteer: Volunteer) -> int:
    """Give back what a volunteer holds of shifts that are to come; who waits is offered it. Returns how many."""
    held = volunteer.seats.filter(booking__state__in=ACTIVE_STATES, shift__slot__starts_at__gt=now())
    numbers = list(held.order_by("booking").values_list("booking", flat=True))
    return sum(release_seat(booking_id, by=CancelledBy.PERSON) for booking_id in numbers)


def join_shift(shift_id: int, *, actor: Person) -> ShiftSeat:
    """Sign oneself up; where the shift is full, wait.

    Raises:
        NotAllowed: the actor is no volunteer.
        ConsentMissing, GuardianNeeded, SeatRefused, SlotNotOpen: as of `take_seat`.
    """
    volunteer = Volunteer.objects.select_related("person").filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed(_("请先登记为志愿者，再报名。"))
    seat = take_seat(shift_id, volunteer, actor=actor)
    record("volunteers.seat.taken", seat, actor=actor, state=seat.booking.state)
    return seat


@transaction.atomic
def leave_shift(shift_id: int, *, actor: Person) -> ShiftSeat:
    """Step back from a shift, or from its waiting list.

    Raises:
        NotAllowed: the actor is no volunteer.
        SeatRefused: there is no seat.
        BookingMoved: the shift has begun.
    """
    volunteer = Volunteer.objects.filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed
    seat = ShiftSeat.objects.active().filter(shift=shift_id, volunteer=volunteer).first()
    if seat is None:
        raise SeatRefused(_("您没有报这个班次。"))
    seat.booking = cancel_booking(seat.booking_id, actor=actor)
    record("volunteers.seat.left", seat, actor=actor)
    return seat


@transaction.atomic
def assign_volunteers(shift_id: int, *, actor: Person) -> list[ShiftSeat]:
    """Fill the free places of a shift with those who gave their times, each with the reason; the same every time.

    Raises:
        NotAllowed: the actor does not keep the team.
        SlotNotOpen: over or cancelled.
    """
    shift = Shift.objects.select_related("project__team", "project__region", "slot").get(pk=shift_id)
    if not may_keep_team(actor, shift.project.team):
        raise NotAllowed
    offers = _offers_for(shift)
    people = {
        volunteer.pk: volunteer
        for volunteer in Volunteer.objects.select_related("person").filter(pk__in=[o.volunteer_id for o in offers])
    }
    made: list[ShiftSeat] = []
    for pair in assigned(_need_of(shift, len(offers)), offers):
        volunteer = people[pair.volunteer_id]
        if not standing_of(volunteer.person_id, PURPOSE).holds:
            continue
        try:
            with transaction.atomic():
                seat = take_seat(shift.pk, volunteer, actor=actor, reason=_reason(shift, pair), waits=False)
        except SlotFull:
            break
        except SeatRefused:
            continue
        made.append(seat)
        record("volunteers.seat.assigned", seat, actor=actor, reason=seat.reason)
        _tell_assigned(shift, seat)
    return made


def _tell_assigned(shift: Shift, seat: ShiftSeat) -> None:
    """Who is assigned hears it, with the reason, and how to step back."""
    with city_words():
        said = {"title": shift.project.title, "at": f"{timezone.localtime(shift.starts_at):%m-%d %H:%M}"}
        notify(
            seat.volunteer.person, key=f"volunteers.assigned:{seat.booking_id}", kind="volunteers.seat",
            title=_("给您安排了一个班次：%(title)s，%(at)s。去不了，请在“我的志愿服务”里退出") % said,
            body=seat.reason, url=reverse("volunteers:me"),
        )  # fmt: skip


def _need_of(shift: Shift, free: int) -> Need:
    starts, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return Need(
        starts.weekday(), starts.date(), starts.time(), ends.time(), shift.skill, shift.project.region.path, free
    )


def _offers_for(shift: Shift) -> list[Offer]:
    days = (shift.starts_at - _LOOK, shift.ends_at + _LOOK)
    near = Q(seats__booking__state__in=TAKEN_STATES, seats__shift__slot__starts_at__range=days)
    found = (
        Volunteer.objects.filter(takes_assignments=True, state=VolunteerState.ACTIVE)
        .exclude(seats__shift=shift)  # who took a place, and who left it
        .select_related("region")
        .prefetch_related("times")
        .annotate(busy=Count("seats", filter=near))
    )
    return [
        Offer(
            volunteer.pk,
            volunteer.number,
            tuple((time.weekday, time.starts, time.ends) for time in volunteer.times.all()),
            frozenset(volunteer.skills),
            volunteer.region.path if volunteer.region else "",
            volunteer.busy,
        )
        for volunteer in found
    ]


def _reason(shift: Shift, pair: Pair) -> str:
    weekday = timezone.localtime(shift.starts_at).weekday()
    said = {
        "day": "周" + "一二三四五六日"[weekday],
        "starts": f"{pair.starts:%H:%M}",
        "ends": f"{pair.ends:%H:%M}",
        "near": _("住得近") if pair.is_near else _("不住在本地"),
        "busy": pair.busy,
    }
    words = _("%(day)s %(starts)s–%(ends)s 有空，%(near)s，前后 30 天里已有 %(busy)d 班") % said
    return words + (
        _("，会“%(skill)s”") % {"skill": code_label("volunteers.skills", shift.skill)} if shift.skill else ""
    )
