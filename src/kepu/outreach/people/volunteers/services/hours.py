"""Hours that cannot be bought: a code on the spot, two confirmations, a limit for the day, no overlap, reversal only."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import check_consent
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import parameter
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.queue.services import care_round
from kepu.outreach.bookings.services import note_arrival
from kepu.outreach.people.conflicts.queries import is_same_human
from kepu.outreach.people.volunteers.choices import HoursState, Origin, Satisfaction
from kepu.outreach.people.volunteers.errors import CodeWrong, HoursNotInState, HoursUnfit, OwnHours
from kepu.outreach.people.volunteers.events import HoursConfirmed, HoursReversed
from kepu.outreach.people.volunteers.models import ServiceHours, Shift, ShiftSeat, Volunteer
from kepu.outreach.people.volunteers.permissions import (
    is_own_hours,
    may_lead_shift,
    may_receive,
    may_reverse_hours,
)
from kepu.outreach.people.volunteers.rules import PURPOSE, fits, minutes_between
from kepu.outreach.people.volunteers.services.facts import record_facts, reverse_facts
from kepu.outreach.people.volunteers.services.telling import tell_hours

_EARLY = timedelta(hours=1)
_AN_HOUR = 60 * 60
_MOST_TRIES = 10


def _served_that_day(person_id: int, day: Any, *, without: int = 0) -> int:
    """Minutes of a person's day that are served or confirmed; the caller holds the lock of the volunteer."""
    rows = ServiceHours.objects.filter(
        person=person_id, served_on=day, state__in=(HoursState.SERVED, HoursState.CONFIRMED), counts=True
    )
    return sum(rows.exclude(pk=without).values_list("minutes", flat=True))


def _within_limit(person_id: int, day: Any, minutes: int, *, counts: bool, without: int = 0) -> int:
    """How many of these minutes the day still takes.

    Raises:
        HoursUnfit: none, or there were none.
    """
    if minutes < 1:
        raise HoursUnfit(_("不足一分钟，没有可记的时长。"))
    if not counts:
        return minutes
    most = int(parameter("volunteers.hours_per_day", on=day).value * 60)
    left = most - _served_that_day(person_id, day, without=without)
    if left <= 0:
        raise HoursUnfit(_("这一天已记满 %(hours)g 小时，不能再记。") % {"hours": most / 60})
    return min(minutes, left)


def _check_code(shift: Shift, code: str, actor: Person) -> None:
    """The code of this step or the last; ten wrong ones an hour. Outside of a transaction, or no wrong one would be counted."""
    key = f"volunteers.codes.{shift.pk}.{actor.pk}"
    if cache.get(key, 0) >= _MOST_TRIES:
        raise CodeWrong(_("错得太多了，请过一小时再试，或请带队人帮您看一看。"), field="code")
    if not fits(bytes(shift.secret), code, now()):
        cache.add(key, 0, _AN_HOUR)
        cache.incr(key)
        raise CodeWrong(_("现场码不对或已换了新的。请看带队人手机上现在的 6 位数字，再输一次。"), field="code")


def _own_seat(shift: Shift, actor: Person) -> ShiftSeat:
    volunteer = Volunteer.objects.select_for_update().filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed
    seat = shift.seats.taken().filter(volunteer=volunteer).first()
    if seat is None:
        raise HoursUnfit(_("您没有报这个班次，请先报名；还在候补的，等轮到了再来。"))
    seat.volunteer = volunteer
    return seat


def arrive(shift_id: int, code: str, *, actor: Person) -> ServiceHours:
    """Sign in on the spot with the code that the leader shows.

    Raises:
        NotAllowed: the actor is no volunteer.
        ConsentMissing, GuardianNeeded: no consent to `volunteer` is in force today.
        CodeWrong: not the code of this step or the last.
        HoursUnfit: no seat, too early or over, the day is full, or another service is still open.
    """
    shift = Shift.objects.select_related("project__team", "slot").get(pk=shift_id)
    with transaction.atomic():
        _own_seat(shift, actor)
    check_consent(actor.pk, PURPOSE)
    at = now()
    if shift.is_cancelled or not shift.starts_at - _EARLY <= at < shift.ends_at:
        raise HoursUnfit(_("还没到时间，或这一班已经结束。开始前一小时起可以签到。"))
    _check_code(shift, code, actor)
    return _sign_in(shift, at, actor)


@transaction.atomic
def _sign_in(shift: Shift, at: datetime, actor: Person) -> ServiceHours:
    seat = _own_seat(shift, actor)
    volunteer = seat.volunteer
    day = timezone.localtime(at).date()
    _within_limit(actor.pk, day, 1, counts=shift.counts)
    hours = ServiceHours(
        volunteer=volunteer, person=actor, project=shift.project, shift=shift, team=shift.project.team,
        origin=Origin.CODE, served_on=day, starts_at=at, counts=shift.counts, state=HoursState.ARRIVED,
        is_demonstration=volunteer.is_demonstration or shift.project.is_demonstration,
    )  # fmt: skip
    _save_alone(hours)
    note_arrival(seat.booking_id, at=at)
    record("volunteers.hours.arrived", hours, actor=actor, shift=shift.pk)
    return hours


def depart(shift_id: int, code: str, *, actor: Person, text: str = "") -> ServiceHours:
    """Sign out on the spot with the code that is shown then.

    Raises:
        CodeWrong: not the code of this step or the last.
        HoursUnfit: not signed in, less than a minute, or the day is full.
    """
    shift = Shift.objects.get(pk=shift_id)
    with transaction.atomic():
        _own_seat(shift, actor)
    if not ServiceHours.objects.filter(person=actor.pk, shift=shift, state=HoursState.ARRIVED).exists():
        raise HoursUnfit(_("您还没有签到，或已经签退。"))
    _check_code(shift, code, actor)
    return _sign_out(shift, now(), actor, text)


@transaction.atomic
def _sign_out(shift: Shift, at: datetime, actor: Person, text: str) -> ServiceHours:
    volunteer = _own_seat(shift, actor).volunteer
    open_ones = ServiceHours.objects.select_for_update().filter(volunteer=volunteer, shift=shift)
    hours = open_ones.filter(state=HoursState.ARRIVED).first()
    if hours is None:
        raise HoursUnfit(_("您还没有签到，或已经签退。"))
    spent = minutes_between(hours.starts_at, at)
    hours.minutes = _within_limit(actor.pk, hours.served_on, spent, counts=hours.counts, without=hours.pk)
    hours.is_capped, hours.ends_at = hours.minutes < spent, at
    hours.text, hours.state = text.strip()[:300], HoursState.SERVED
    hours.save(update_fields=["minutes", "is_capped", "ends_at", "text", "state"])
    record("volunteers.hours.departed", hours, actor=actor, minutes=hours.minutes)
    return hours


def _save_alone(hours: ServiceHours) -> None:
    """Keep it, unless the person serves somewhere else at that time: the database says so, however many try at once."""
    try:
        with transaction.atomic():
            hours.save()
    except IntegrityError as problem:
        if "hours_do_not_overlap" not in str(problem):
            raise
        raise HoursUnfit(_("这段时间已有另一段服务，同一人的时间不能重叠。")) from problem


def _to_confirm(hours_id: int, actor: Person, state: HoursState = HoursState.SERVED) -> ServiceHours:
    related = ("shift__project__team", "shift__project__receiver", "volunteer", "team", "project__receiver")
    hours = ServiceHours.objects.select_for_update(of=("self",)).select_related(*related).get(pk=hours_id)
    if is_own_hours(actor, hours):
        raise OwnHours(_("自己的时长要由别人确认。"))
    if hours.state != state:
        raise HoursNotInState(_("这段时长现在是“%(state)s”，不能这样做。") % {"state": hours.get_state_display()})
    return hours


@transaction.atomic
def confirm_as_leader(hours_id: int, *, actor: Person) -> ServiceHours:
    """The leader says that this person served; with the receiver's word it counts.

    Raises:
        NotAllowed: the actor does not lead the shift.
        OwnHours: the own ones, or the same person confirmed for the receiver.
        HoursNotInState: not waiting.
    """
    hours = _to_confirm(hours_id, actor)
    if hours.shift is None or not may_lead_shift(actor, hours.shift):
        raise NotAllowed
    if hours.receiver_by_id is not None and is_same_human(actor.pk, hours.receiver_by_id):
        raise OwnHours(_("两方确认要由两个人来做：您已代表接受方确认过。"))
    hours.leader_by, hours.leader_at = actor, now()
    hours.save(update_fields=["leader_by", "leader_at"])
    record("volunteers.hours.confirmed_by_leader", hours, actor=actor)
    return _count_if_both(hours, actor)


@transaction.atomic
def confirm_as_receiver(hours_id: int, *, actor: Person, satisfaction: str = "") -> ServiceHours:
    """The receiver says that this person served, and how content it is; with the leader's word it counts.

    Raises:
        NotAllowed: the actor does not speak for the receiver.
        OwnHours: the own ones, or the same person confirmed as leader.
        HoursNotInState: not waiting.
    """
    hours = _to_confirm(hours_id, actor)
    if hours.project is None or not may_receive(actor, hours.project):
        raise NotAllowed
    if hours.leader_by_id is not None and is_same_human(actor.pk, hours.leader_by_id):
        raise OwnHours(_("两方确认要由两个人来做：您已作为带队人确认过。"))
    hours.receiver_by, hours.receiver_at = actor, now()
    hours.satisfaction = satisfaction if satisfaction in Satisfaction.values else ""
    hours.save(update_fields=["receiver_by", "receiver_at", "satisfaction"])
    record("volunteers.hours.confirmed_by_receiver", hours, actor=actor)
    return _count_if_both(hours, actor)


def _count_if_both(hours: ServiceHours, actor: Person) -> ServiceHours:
    if hours.leader_by_id is None or hours.receiver_by_id is None:
        return hours
    return _count(hours, actor)


def _count(hours: ServiceHours, actor: Person) -> ServiceHours:
    hours.state = HoursState.CONFIRMED
    hours.facts = record_facts(hours) if hours.counts else []
    hours.save(update_fields=["state", "facts"])
    record("volunteers.hours.counted", hours, actor=actor, minutes=hours.minutes, origin=hours.origin)
    tell_hours(hours)
    publish(HoursConfirmed(hours.pk, hours.volunteer_id, hours.minutes))
    return hours


@transaction.atomic
def refuse_hours(hours_id: int, reason: str, *, actor: Person) -> ServiceHours:
    """The leader or the receiver says that it was not so.

    Raises:
        NotAllowed: neither of the two.
        OwnHours, HoursNotInState: as of confirming.
        HoursUnfit: no reason.
    """
    hours = _to_confirm(hours_id, actor)
    is_leader = hours.shift is not None and may_lead_shift(actor, hours.shift)
    if not is_leader and not (hours.project is not None and may_receive(actor, hours.project)):
        raise NotAllowed
    if not reason.strip():
        raise HoursUnfit(_("请写明为什么不确认，本人会看到。"), field="reason")
    hours.state, hours.reason = HoursState.REFUSED, reason.strip()[:300]
    hours.save(update_fields=["state", "reason"])
    record("volunteers.hours.refused", hours, actor=actor, reason=hours.reason)
    tell_hours(hours)
    return hours


@transaction.atomic
def reverse_hours(hours_id: int, reason: str, *, actor: Person) -> ServiceHours:
    """Take confirmed hours back; they stay readable, and so do the facts with their reversals.

    Raises:
        NotAllowed: not of the office, nor the officer of the district, or one's own.
        HoursNotInState: not confirmed, or reversed before.
        HoursUnfit: no reason.
    """
    hours = _to_confirm(hours_id, actor, HoursState.CONFIRMED)
    if not may_reverse_hours(actor, hours):
        raise NotAllowed
    if not reason.strip():
        raise HoursUnfit(_("请写明为什么冲正。"), field="reason")
    hours.state, hours.reason = HoursState.REVERSED, reason.strip()[:300]
    hours.reversed_by, hours.reversed_at = actor, now()
    hours.save(update_fields=["state", "reason", "reversed_by", "reversed_at"])
    reverse_facts(hours)
    record("volunteers.hours.reversed", hours, actor=actor, reason=hours.reason)
    tell_hours(hours)
    publish(HoursReversed(hours.pk, hours.volunteer_id))
    return hours


def enter_late(arguments: Any, asked_by: int, actor: Person) -> ServiceHours:
    """Enter hours afterwards, in the transaction of a second person's approval; they are called 补录 for ever.

    Args:
        arguments: volunteer, shift (or None), team, project (or None), starts_at, ends_at, text.
        asked_by: who asked.
        actor: who approves.

    Raises:
        OwnHours: one of the two is who served.
        HoursUnfit: overlap, a full day, or times that can not be.
    """
    volunteer = Volunteer.objects.select_for_update(of=("self",)).get(pk=arguments["volunteer"])
    if is_same_human(asked_by, volunteer.person_id) or is_same_human(actor.pk, volunteer.person_id):
        raise OwnHours(_("自己的时长不能由自己补录或核准。"))
    check_consent(volunteer.person_id, PURPOSE)
    starts_at, ends_at = (datetime.fromisoformat(arguments[name]) for name in ("starts_at", "ends_at"))
    day = timezone.localtime(starts_at).date()
    shift = Shift.objects.filter(pk=arguments["shift"] or 0).first()
    counts = shift.counts if shift else True
    spent = minutes_between(starts_at, ends_at)
    minutes = _within_limit(volunteer.person_id, day, spent, counts=counts)
    hours = ServiceHours(
        volunteer=volunteer, person_id=volunteer.person_id, project_id=arguments["project"], shift=shift,
        team_id=arguments["team"], origin=Origin.LATE, served_on=day, starts_at=starts_at, ends_at=ends_at,
        minutes=minutes, is_capped=minutes < spent, counts=counts, text=arguments["text"][:300],
        state=HoursState.SERVED, entered_by_id=asked_by, approved_by_id=actor.pk, reason=arguments["reason"][:300],
        is_demonstration=volunteer.is_demonstration,
    )  # fmt: skip
    _save_alone(hours)
    return _count(hours, actor)


def drop_forgotten() -> int:
    """Void sign-ins that nobody signed out of; the honest ones come in late, with a second person. Returns how many."""
    after = timedelta(hours=int(parameter("volunteers.forgotten_hours").value))
    open_ones = ServiceHours.objects.filter(state=HoursState.ARRIVED, shift__slot__ends_at__lt=now() - after)
    with care_round() as going:
        return sum(going.each(_void, open_ones.values_list("pk", flat=True)))


def _void(hours_id: int) -> int:
    hours = ServiceHours.objects.select_for_update().get(pk=hours_id)
    if hours.state != HoursState.ARRIVED:
        return 0
    hours.state = HoursState.VOID
    hours.save(update_fields=["state"])
    record("volunteers.hours.voided", hours, actor=None)
    return 1
