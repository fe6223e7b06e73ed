"""Numbers that are never used again, consent at each use, minors with a guardian, teams, seats, assignment."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded
from kepu.directory.privacy.queries import consent_text
from kepu.directory.privacy.services import (
    answer_consent,
    confirm_guardian,
    declare_guardian,
    set_birthday,
    withdraw_consent,
)
from kepu.foundation.clock import now, today
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.bookings.choices import BookingState
from kepu.outreach.bookings.errors import SlotNotOpen, SlotUnfit
from kepu.outreach.bookings.services import accept_offer, cancel_booking, tell_cancelled
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.volunteers.choices import VolunteerState
from kepu.outreach.people.volunteers.errors import SeatRefused, ShiftUnfit, TeamUnfit, VolunteerUnfit
from kepu.outreach.people.volunteers.models import ShiftSeat, Team, Volunteer
from kepu.outreach.people.volunteers.queries import counters, volunteers_for
from kepu.outreach.people.volunteers.services import (
    assign_volunteers,
    cancel_shift,
    change_volunteer,
    end_volunteer,
    join_shift,
    join_team,
    leave_shift,
    note_commendation,
    note_training,
    plan_shift,
    register_oneself,
    register_volunteer,
    start_team,
)
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import book, register_halls
from tests.outreach.bookings.factories import slot as hall_slot
from tests.outreach.people.volunteers.worlds import World, agree, grown_up, volunteer

pytestmark = pytest.mark.django_db
register_halls()


def test_numbers_run_and_who_comes_back_has_the_old_one(world):
    assert world.city.code == "3702"
    first, second = volunteer(), volunteer()
    assert (first.number, second.number) == ("370200000001", "370200000002")
    with pytest.raises(VolunteerUnfit):
        register_volunteer(first.person_id, actor=first.person)
    end_volunteer(first.pk, actor=first.person)
    with pytest.raises(VolunteerUnfit):
        end_volunteer(first.pk, actor=first.person)
    assert volunteer().number.endswith("3")
    back = register_volunteer(first.person_id, actor=first.person)
    assert (back.number, back.state) == (first.number, VolunteerState.ACTIVE)


def test_nobody_registers_another_or_without_consent_or_twice(world):
    person = PersonFactory()
    with pytest.raises(ConsentMissing):
        register_volunteer(person.pk, actor=person)
    with pytest.raises(NotAllowed):
        register_volunteer(person.pk, actor=PersonFactory())
    one, other = volunteer().person, grown_up()
    low, high = sorted((one.pk, other.pk))
    SameIdentity.objects.create(
        first_id=low, second_id=high, state="same", found_at=now(), decided_by=world.office, decided_at=now()
    )
    with pytest.raises(VolunteerUnfit, match="另一个账号"):
        register_volunteer(other.pk, actor=other)


def test_refusing_is_one_step_and_registers_nobody(world):
    person, digest = PersonFactory(), consent_text("volunteer").digest
    set_birthday(person.pk, date(1980, 1, 1), actor=None)
    given = {"text_digest": digest, "region": world.city, "skills": [], "is_registered": True, "actor": person}

    assert register_oneself(is_given=False, **given) is None
    assert not Volunteer.objects.exists()
    assert register_oneself(is_given=True, **given).is_registered


def test_the_two_registers_are_counted_apart(world):
    volunteer()
    volunteer(is_registered=True)
    volunteer(is_association=False, is_registered=True)
    with pytest.raises(VolunteerUnfit):
        volunteer(is_association=False)
    found = counters()
    assert (found.association, found.registered, found.ended) == (2, 2, 0)


def minor(age, world):
    """Somebody of an age, with a guardian who agreed."""
    child, guardian = PersonFactory(), grown_up()
    set_birthday(child.pk, today().replace(month=1, day=1, year=today().year - age), actor=None)
    with pytest.raises(GuardianNeeded):
        agree(child)
    found = declare_guardian(child.pk, guardian.pk, "parent", actor=child)
    confirm_guardian(found.pk, actor=guardian)
    digest = consent_text("volunteer").digest
    answer_consent(child.pk, "volunteer", is_given=True, text_digest=digest, actor=guardian)
    return register_volunteer(child.pk, actor=child), guardian


def test_from_14_a_guardians_consent_is_enough(world):
    who, _guardian = minor(15, world)
    assert join_shift(world.now_shift.pk, actor=who.person).is_taken


def test_under_14_nobody_serves_alone(world):
    who, guardian = minor(12, world)
    with pytest.raises(SeatRefused, match="陪同"):
        join_shift(world.now_shift.pk, actor=who.person)
    register_volunteer(guardian.pk, actor=guardian)
    join_shift(world.now_shift.pk, actor=guardian)
    assert join_shift(world.now_shift.pk, actor=who.person).is_taken


def test_a_birthday_that_is_corrected_stops_the_next_seat(world):
    who = volunteer()
    set_birthday(who.person_id, today().replace(month=1, day=1, year=today().year - 16), actor=None)
    with pytest.raises(GuardianNeeded):
        join_shift(world.now_shift.pk, actor=who.person)


def test_teams_stand_on_their_ladder(world):
    given = {"region": world.district, "host": world.host, "leader": None, "actor": world.office}
    with pytest.raises(TeamUnfit):
        start_team("甲支队", level=2, parent=None, **given)
    detachment = start_team("甲支队", level=2, parent=world.corps, **given)
    with pytest.raises(TeamUnfit):
        start_team("乙支队", level=2, parent=detachment, **given)
    with pytest.raises(TeamUnfit):
        start_team("丙总队", level=1, parent=detachment, **given)
    with pytest.raises(TeamUnfit, match="同名"):
        start_team("甲支队", level=3, parent=detachment, **given)
    with pytest.raises(NotAllowed):
        start_team("丁队", level=4, parent=detachment, **(given | {"actor": PersonFactory()}))
    with pytest.raises(IntegrityError, match="team_corps_on_top"), transaction.atomic():
        Team.objects.filter(pk=world.corps.pk).update(parent=detachment)


def test_a_deputy_is_named_by_who_keeps_the_team(world):
    who = volunteer()
    join_team(world.team, who, actor=who.person)
    with pytest.raises(NotAllowed):
        join_team(world.team, who, actor=who.person, is_deputy=True)
    assert join_team(world.team, who, actor=world.leader, is_deputy=True).is_deputy
    assert world.team.members.count() == 1


def test_training_and_commendation_are_put_on_record_by_the_desk(world):
    who = volunteer()
    training = {"title": "急救", "organiser": "示例红十字会", "held_on": today(), "hours": 4}
    with pytest.raises(NotAllowed):
        note_training(who, **training, actor=who.person)
    with pytest.raises(VolunteerUnfit):
        note_training(who, **(training | {"held_on": today() + timedelta(days=1)}), actor=world.office)
    note_training(who, **training, actor=world.office)
    note_commendation(who, title="示例表彰", giver="示例科协", given_on=today(), actor=world.office)
    assert who.trainings.count() == who.commendations.count() == 1
    with pytest.raises(NotAllowed):
        note_commendation(who, title="x", giver="y", given_on=today(), actor=who.person)


def test_a_shift_fits_its_project_and_a_day(world):
    at = now() + timedelta(days=1)
    given = {"place": "x", "capacity": 1, "leader": None, "actor": world.office}
    for starts, ends, more in (
        (at, at, {}),
        (at, at + timedelta(hours=9), {}),
        (at + timedelta(days=90), at + timedelta(days=90, hours=1), {}),
        (at, at + timedelta(hours=1), {"skill": "flying"}),
    ):
        with pytest.raises(ShiftUnfit):
            plan_shift(world.project, starts_at=starts, ends_at=ends, **given, **more)
    with pytest.raises(NotAllowed):
        plan_shift(world.project, starts_at=at, ends_at=at + timedelta(hours=1), **(given | {"actor": PersonFactory()}))


def test_who_comes_too_late_waits_and_is_offered_what_falls_free(world):
    shift = world.shift(starts=600, capacity=1)
    one, other = volunteer(), volunteer()
    join_shift(shift.pk, actor=one.person)
    assert join_shift(shift.pk, actor=one.person).volunteer == one  # twice is once

    waiting = join_shift(shift.pk, actor=other.person)
    assert (waiting.booking.state, waiting.is_taken) == (BookingState.WAITING, False)
    leave_shift(shift.pk, actor=one.person)
    with pytest.raises(SeatRefused):
        leave_shift(shift.pk, actor=one.person)

    waiting.booking.refresh_from_db()
    assert waiting.booking.state == BookingState.OFFERED
    accept_offer(waiting.booking_id, actor=other.person)
    assert ShiftSeat.objects.get(volunteer=other).is_taken
    with pytest.raises(SeatRefused, match="一个时间只能约一场"):
        join_shift(world.shift(starts=610).pk, actor=other.person)


def test_a_visit_at_the_time_of_a_shift_is_a_second_thing_too(world):
    who, shift = volunteer(), world.shift(starts=600)
    visit = hall_slot(starts_at=shift.starts_at, ends_at=shift.ends_at)
    book(visit, who.person)
    with pytest.raises(SeatRefused, match="一个时间只能约一场"):
        join_shift(shift.pk, actor=who.person)


def test_the_pages_of_bookings_do_not_let_anybody_into_a_shift(client, world):
    shift, who = world.shift(starts=600), volunteer()
    with pytest.raises(SlotNotOpen, match="自己的页面"):
        book(shift.slot, who.person)
    client.force_login(who.person)
    page = client.get(reverse("bookings:slot", args=[shift.slot_id]))
    assert page.headers["Location"] == reverse("volunteers:project", args=[world.project.pk])
    assert client.get(reverse("bookings:slots", args=[f"volunteers.project:{world.project.pk}"])).status_code == 404
    client.force_login(world.office)
    assert client.get(reverse("bookings:desk_slot", args=[shift.slot_id])).status_code == 404


def test_who_ends_or_takes_the_consent_back_comes_to_no_shift(world):
    shift = world.shift(starts=600, capacity=1)
    one, other, third = volunteer(), volunteer(), volunteer()
    for who in (one, other, third):
        join_shift(shift.pk, actor=who.person)

    end_volunteer(one.pk, actor=one.person)
    assert state_of(other) == BookingState.OFFERED
    withdraw_consent(other.person_id, "volunteer", actor=other.person)
    assert state_of(other) == BookingState.CANCELLED
    assert state_of(third) == BookingState.OFFERED


def test_taking_back_the_consent_to_bookings_leaves_the_shift(world):
    who, shift = volunteer(), world.shift(starts=600)
    visit = hall_slot(days=3)
    visited = book(visit, who.person)
    join_shift(shift.pk, actor=who.person)

    withdraw_consent(who.person_id, "booking", actor=who.person)

    visited.refresh_from_db()
    assert visited.state == BookingState.CANCELLED
    assert state_of(who) == BookingState.BOOKED


def test_a_child_whose_guardian_steps_back_does_not_go_alone(world):
    who, guardian = minor(12, world)
    register_volunteer(guardian.pk, actor=guardian)
    shift = world.shift(starts=600)
    join_shift(shift.pk, actor=guardian)
    join_shift(shift.pk, actor=who.person)

    seat = ShiftSeat.objects.get(volunteer__person=guardian)
    cancel_booking(seat.booking_id, actor=guardian)  # by the page of bookings, which knows of no child

    assert state_of(who) == BookingState.CANCELLED
    assert Notice.objects.filter(person=who.person, title__contains="监护人不去了").exists()


def state_of(who) -> str:
    return ShiftSeat.objects.select_related("booking").get(volunteer=who).booking.state


def test_a_skill_is_asked_for(world):
    shift = world.shift(skill="guide")
    with pytest.raises(SeatRefused, match="讲解"):
        join_shift(shift.pk, actor=volunteer().person)
    assert join_shift(shift.pk, actor=volunteer(skills=["guide"]).person)
    with pytest.raises(VolunteerUnfit):
        volunteer(skills=["flying"])


def test_a_cancelled_shift_takes_nobody(world):
    shift = world.shift(starts=600)
    with pytest.raises(NotAllowed):
        cancel_shift(shift.pk, reason="下雨", actor=PersonFactory())
    with pytest.raises(SlotUnfit, match="为什么取消"):
        cancel_shift(shift.pk, reason=" ", actor=world.leader)
    coming = volunteer()
    join_shift(shift.pk, actor=coming.person)
    cancel_shift(shift.pk, reason="下雨", actor=world.leader)
    assert state_of(coming) == BookingState.CANCELLED
    assert tell_cancelled(shift.slot_id) == 1
    with pytest.raises(SlotNotOpen):
        join_shift(shift.pk, actor=volunteer().person)
    for gone in (shift, world.now_shift):
        with pytest.raises(ShiftUnfit):
            cancel_shift(gone.pk, reason="下雨", actor=world.leader)


def offering(world, *, region=None, skills=(), starts=time(0), ends=time(23, 59)):
    who = volunteer(region=region, skills=skills)
    times = [(day, starts, ends) for day in range(7)]
    return change_volunteer(
        who.pk, actor=who.person, skills=skills, times=times, takes_assignments=True, is_name_public=False
    )


def noon(world, **more):
    from django.utils import timezone

    day = timezone.localtime(now()) + timedelta(days=2)
    begins = day.replace(hour=10, minute=0, second=0, microsecond=0)
    return plan_shift(
        world.project, place="示例地点", starts_at=begins, ends_at=begins + timedelta(hours=2), leader=None,
        actor=world.office, **more,
    )  # fmt: skip


def test_who_gave_times_is_assigned_with_a_reason_and_always_the_same_way(world):
    far, near = offering(world), offering(world, region=world.district)
    offering(world, region=world.district, starts=time(11))  # not free for all of it
    volunteer()  # gave no times
    shift = noon(world, capacity=1)

    with pytest.raises(NotAllowed):
        assign_volunteers(shift.pk, actor=PersonFactory())
    (seat,) = assign_volunteers(shift.pk, actor=world.leader)

    assert seat.volunteer == near
    assert "有空，住得近，前后 30 天里已有 0 班" in seat.reason
    assert Notice.objects.get(person=near.person, kind="volunteers.seat").body == seat.reason
    leave_shift(shift.pk, actor=near.person)
    (again,) = assign_volunteers(shift.pk, actor=world.leader)  # who stepped back is not asked again
    assert again.volunteer == far
    assert assign_volunteers(shift.pk, actor=world.leader) == []


def test_assignment_asks_for_the_skill(world):
    offering(world, region=world.district)
    able = offering(world, skills=["sign"])
    (seat,) = assign_volunteers(noon(world, capacity=3, skill="sign").pk, actor=world.office)
    assert seat.volunteer == able
    assert "手语" in seat.reason
    with pytest.raises(IntegrityError, match="shift_seat_assigned_has_reason"), transaction.atomic():
        ShiftSeat.objects.filter(pk=seat.pk).update(reason="")


def test_nobody_sets_the_times_of_another_or_times_that_run_backwards(world):
    who = volunteer()
    given = {"skills": [], "takes_assignments": True, "is_name_public": False}
    with pytest.raises(NotAllowed):
        change_volunteer(who.pk, actor=world.office, times=[], **given)
    with pytest.raises(VolunteerUnfit):
        change_volunteer(who.pk, actor=who.person, times=[(0, time(9), time(8))], **given)


def test_the_desk_reaches_as_far_as_its_role(world):
    here, _elsewhere = volunteer(region=world.district), volunteer()
    officer = PersonFactory(role="district_officer", region=world.district)
    liaison = PersonFactory(role="liaison", organisation=world.host)
    assert list(volunteers_for(officer)) == [here]
    assert list(volunteers_for(liaison)) == []
    join_team(world.team, _elsewhere, actor=world.office)
    assert list(volunteers_for(liaison)) == [_elsewhere]
    assert volunteers_for(world.office).count() == 2


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "volunteer_"),
        ({"ended_on": date(2025, 1, 1)}, "volunteer_ended_has_day"),
        ({"is_association": False}, "volunteer_in_a_register"),
    ],
)
def test_the_database_refuses_volunteers_that_say_nothing(world, values, constraint):
    who = volunteer()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Volunteer.objects.filter(pk=who.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_place_one_has_it():
    world = World()
    shift = world.shift(capacity=1)
    wanting = [volunteer() for _ in range(4)]
    together, given = threading.Barrier(4), []

    def do(who):
        together.wait()
        try:
            given.append(join_shift(shift.pk, actor=who.person).booking.state)
        except DomainError as problem:
            given.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(who,)) for who in wanting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == ["booked"] + ["waiting"] * 3
