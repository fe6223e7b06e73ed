"""Projects, their shifts, seats in them, and the simple assignment."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand
from kepu.directory.privacy.queries import age_band_of, check_consent, guardians_of, standing_of
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import code_label, code_list, parameter
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.people.volunteers.choices import SeatState, ShiftState, VolunteerState
from kepu.outreach.people.volunteers.errors import SeatRefused, ShiftUnfit
from kepu.outreach.people.volunteers.models import Project, Shift, ShiftSeat, Team, Volunteer
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.rules import Need, Offer, Pair, assigned, minutes_between
from kepu.outreach.people.volunteers.services.register import PURPOSE

_LOOK = timedelta(days=30)


@transaction.atomic
def start_project(
    team: Team, *, title: str, field: str, receiver: Organisation, receiver_contact: Person | None, region: Region,
    needs: str, about: str, starts_on: date, ends_on: date, audience: str, actor: Person,
) -> Project:  # fmt: skip
    """Open a project of a team for a receiver.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: an unknown field, days out of order, or the leader of the team would confirm for the receiver.
    """
    if not may_keep_team(actor, team):
        raise NotAllowed
    if not Team.objects.filter(pk=team.pk, closed_on=None).exists():
        raise ShiftUnfit(_("这支队已经停止，请先恢复，或换一支队。"), field="team")
    if field not in code_list("volunteers.fields").labels:
        raise ShiftUnfit(_("请从列表里选服务领域。"), field="field")
    if ends_on < starts_on:
        raise ShiftUnfit(_("结束日期早于开始日期，请核对。"), field="ends_on")
    if receiver_contact is not None and receiver_contact.pk == team.leader_id:
        raise ShiftUnfit(_("接受方的确认人不能是队长：两方确认要由两个人来做。"), field="receiver_contact")
    project = Project.objects.create(
        team=team, title=title, field=field, receiver=receiver, receiver_contact=receiver_contact, region=region,
        needs=needs, about=about, starts_on=starts_on, ends_on=ends_on, audience=audience,
        is_demonstration=is_made_up(actor),
    )  # fmt: skip
    record("volunteers.project.started", project, actor=actor, receiver=receiver.pk, field=field)
    return project


@transaction.atomic
def plan_shift(
    project: Project, *, place: str, starts_at: datetime, ends_at: datetime, capacity: int, skill: str = "",
    counts: bool = True, leader: Person | None, actor: Person,
) -> Shift:  # fmt: skip
    """Plan a shift; its secret, from which the on-site code is made, never leaves the leader's page.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: times out of order, outside of the project, longer than a day may count, or an unknown skill.
    """
    if not may_keep_team(actor, project.team):
        raise NotAllowed
    if not Team.objects.filter(pk=project.team_id, closed_on=None).exists():
        raise ShiftUnfit(_("这支队已经停止，请先恢复，或换一支队。"), field="project")
    if ends_at <= starts_at:
        raise ShiftUnfit(_("结束时间要晚于开始时间。"), field="ends_at")
    day = timezone.localtime(starts_at).date()
    if not project.starts_on <= day <= project.ends_on:
        raise ShiftUnfit(_("这一天不在项目的起止日期里。"), field="starts_at")
    most = int(parameter("volunteers.hours_per_day").value * 60)
    if minutes_between(starts_at, ends_at) > most:
        raise ShiftUnfit(_("一个班次最多 %(hours)g 小时，请分成几班。") % {"hours": most / 60}, field="ends_at")
    if skill and skill not in code_list("volunteers.skills").labels:
        raise ShiftUnfit(_("请从列表里选技能。"), field="skill")
    shift = Shift.objects.create(
        project=project, place=place, starts_at=starts_at, ends_at=ends_at, capacity=capacity, skill=skill,
        counts=counts, leader=leader or project.team.leader, secret=secrets.token_bytes(32),
    )  # fmt: skip
    record("volunteers.shift.planned", shift, actor=actor, counts=counts)
    return shift


@transaction.atomic
def cancel_shift(shift_id: int, *, actor: Person) -> Shift:
    """Cancel a shift that has not begun.

    Raises:
        NotAllowed: the actor does not keep the team.
        ShiftUnfit: it began, or was cancelled.
    """
    shift = Shift.objects.select_for_update(of=("self",)).select_related("project__team").get(pk=shift_id)
    if not may_keep_team(actor, shift.project.team):
        raise NotAllowed
    if shift.state != ShiftState.OPEN or shift.starts_at <= now():
        raise ShiftUnfit(_("已经开始或取消了，不能再取消。"))
    shift.state = ShiftState.CANCELLED
    shift.save(update_fields=["state"])
    record("volunteers.shift.cancelled", shift, actor=actor)
    return shift


# --- seats: behind two functions, so that they can move onto `outreach.bookings` ---------------------------------


@transaction.atomic
def take_seat(shift_id: int, volunteer: Volunteer, *, is_assigned: bool = False, reason: str = "") -> ShiftSeat:
    """Take a seat under the lock of the shift: never one too many.

    Raises:
        ConsentMissing, GuardianNeeded: no consent to `volunteer` is in force.
        SeatRefused: full, over or cancelled, the skill is missing, another shift at the time, a child without its guardian.
    """
    check_consent(volunteer.person_id, PURPOSE)
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift_id)
    if shift.state != ShiftState.OPEN or shift.ends_at <= now():
        raise SeatRefused(_("这个班次已经结束或取消，请看看别的班次。"))
    if volunteer.state != VolunteerState.ACTIVE:
        raise SeatRefused(_("您已退出志愿者，请先重新登记。"))
    if shift.skill and shift.skill not in volunteer.skills:
        name = code_label("volunteers.skills", shift.skill)
        raise SeatRefused(_("这个班次要会“%(skill)s”。会的话，请先在“我的志愿服务”里补上。") % {"skill": name})
    taken = shift.seats.filter(state=SeatState.TAKEN)
    if own := taken.filter(volunteer=volunteer).first():
        return own
    if taken.count() >= shift.capacity:
        raise SeatRefused(_("名额满了，请看看别的班次。"))
    meets = Q(shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at, shift__state=ShiftState.OPEN)
    if volunteer.seats.filter(meets, state=SeatState.TAKEN).exists():
        raise SeatRefused(_("这段时间您已报了另一个班次，请先退出那一个。"))
    _refuse_child_alone(volunteer, shift)
    values = {"state": SeatState.TAKEN, "is_assigned": is_assigned, "reason": reason[:200], "taken_at": now()}
    seat, _made = ShiftSeat.objects.update_or_create(shift=shift, volunteer=volunteer, defaults=values)
    return seat


@transaction.atomic
def free_seat(shift_id: int, volunteer: Volunteer) -> ShiftSeat:
    """Give a seat back.

    Raises:
        SeatRefused: there is none.
    """
    seat = ShiftSeat.objects.select_for_update().filter(shift=shift_id, volunteer=volunteer).first()
    if seat is None or seat.state != SeatState.TAKEN:
        raise SeatRefused(_("您没有报这个班次。"))
    seat.state = SeatState.LEFT
    seat.save(update_fields=["state"])
    return seat


def _refuse_child_alone(volunteer: Volunteer, shift: Shift) -> None:
    """Under 14 never alone: a confirmed guardian has a seat in the same shift."""
    if age_band_of(volunteer.person_id) != AgeBand.CHILD:
        return
    guardians = guardians_of(volunteer.person_id).filter(confirmed_at__isnull=False).values("guardian")
    if not shift.seats.filter(state=SeatState.TAKEN, volunteer__person__in=guardians).exists():
        raise SeatRefused(_("未满 14 周岁要由监护人陪同：请监护人先登记为志愿者，并报同一个班次。"))


def join_shift(shift_id: int, *, actor: Person) -> ShiftSeat:
    """Sign oneself up.

    Raises:
        NotAllowed: the actor is no volunteer.
        ConsentMissing, GuardianNeeded, SeatRefused: as of `take_seat`.
    """
    volunteer = Volunteer.objects.filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed(_("请先登记为志愿者，再报名。"))
    seat = take_seat(shift_id, volunteer)
    record("volunteers.seat.taken", seat, actor=actor)
    return seat


def leave_shift(shift_id: int, *, actor: Person) -> ShiftSeat:
    """Step back from a shift.

    Raises:
        NotAllowed: the actor is no volunteer.
        SeatRefused: there is no seat.
    """
    volunteer = Volunteer.objects.filter(person=actor.pk).first()
    if volunteer is None:
        raise NotAllowed
    seat = free_seat(shift_id, volunteer)
    record("volunteers.seat.left", seat, actor=actor)
    return seat


@transaction.atomic
def assign_volunteers(shift_id: int, *, actor: Person) -> list[ShiftSeat]:
    """Fill the free places of a shift with those who gave their times, each with the reason; the same every time.

    Raises:
        NotAllowed: the actor does not keep the team.
    """
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("project__team", "project__region")
        .get(pk=shift_id)
    )
    if not may_keep_team(actor, shift.project.team):
        raise NotAllowed
    offers = _offers_for(shift)
    people = {
        volunteer.pk: volunteer for volunteer in Volunteer.objects.filter(pk__in=[o.volunteer_id for o in offers])
    }
    made: list[ShiftSeat] = []
    free = shift.capacity - shift.seats.filter(state=SeatState.TAKEN).count()
    for pair in assigned(_need_of(shift, len(offers)), offers):
        if len(made) >= free:
            break
        volunteer = people[pair.volunteer_id]
        if not standing_of(volunteer.person_id, PURPOSE).holds:
            continue
        try:
            with transaction.atomic():
                seat = take_seat(shift.pk, volunteer, is_assigned=True, reason=_reason(shift, pair))
        except SeatRefused:
            continue
        made.append(seat)
        record("volunteers.seat.assigned", seat, actor=actor, reason=seat.reason)
    return made


def _need_of(shift: Shift, free: int) -> Need:
    starts, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return Need(
        starts.weekday(), starts.date(), starts.time(), ends.time(), shift.skill, shift.project.region.path, free
    )


def _offers_for(shift: Shift) -> list[Offer]:
    near = Q(
        seats__state=SeatState.TAKEN, seats__shift__starts_at__range=(shift.starts_at - _LOOK, shift.ends_at + _LOOK)
    )
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
