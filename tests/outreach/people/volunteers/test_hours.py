"""Hours cannot be bought: a code on the spot, two other persons, a limit for the day, no overlap, reversal only."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing
from kepu.directory.privacy.queries import ledger_key_of
from kepu.directory.privacy.services import erase_person, withdraw_consent
from kepu.foundation.approvals.errors import SecondPersonNeeded
from kepu.foundation.approvals.services import approve
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now
from kepu.foundation.codes.services import override_parameter
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.ledger.models import Fact
from kepu.outreach.bookings.models import Arrival, Slot
from kepu.outreach.bookings.services import keep_slots
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.volunteers.choices import Anomaly, HoursState, Origin
from kepu.outreach.people.volunteers.errors import CodeWrong, HoursNotInState, HoursUnfit, OwnHours
from kepu.outreach.people.volunteers.models import ServiceHours
from kepu.outreach.people.volunteers.queries import anomalies
from kepu.outreach.people.volunteers.rules import code_in_step, fits, step_of
from kepu.outreach.people.volunteers.services import (
    arrive,
    ask_late_hours,
    confirm_as_leader,
    confirm_as_receiver,
    depart,
    drop_forgotten,
    join_shift,
    refuse_hours,
    reverse_hours,
)
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import (
    World,
    agree,
    arrived,
    code,
    confirmed,
    given_up,
    grown_up,
    seated,
    served,
    volunteer,
)


def test_a_code_is_taken_in_its_step_and_the_next_and_not_later():
    secret, at = b"s" * 32, now().replace(second=0, microsecond=0)
    typed = code_in_step(secret, step_of(at))

    assert fits(secret, typed, at + timedelta(seconds=59))
    assert fits(secret, f" {typed[:3]} {typed[3:]} ", at + timedelta(seconds=119))
    assert not fits(secret, typed, at + timedelta(seconds=120))
    assert not fits(secret, typed, at - timedelta(seconds=1))
    assert not fits(b"t" * 32, typed, at)


def test_hours_count_when_leader_and_receiver_confirmed(world):
    hours = served(world)

    assert hours.state == HoursState.SERVED
    assert confirm_as_leader(hours.pk, actor=world.leader).state == HoursState.SERVED
    assert not Fact.objects.exists()
    done = confirm_as_receiver(hours.pk, actor=world.contact, satisfaction="good")

    assert done.state == HoursState.CONFIRMED
    assert done.minutes == 90
    facts = {fact.indicator.code: fact for fact in Fact.objects.select_related("indicator")}
    assert set(facts) == {"volunteer_hours", "volunteers_active"}
    assert facts["volunteer_hours"].quantity == Decimal("1.5")
    assert facts["volunteer_hours"].organisation_id == world.host.pk
    assert facts["volunteer_hours"].audience == "elderly"
    assert bytes(facts["volunteers_active"].person) == ledger_key_of(hours.person_id)
    assert AuditEntry.objects.filter(action="volunteers.hours.counted").count() == 1


def test_a_wrong_code_is_refused_and_ten_wrong_ones_shut_the_door(world):
    who = volunteer()
    shift = world.now_shift
    join_shift(shift.pk, actor=who.person)
    wrong = f"{(int(code(shift)) + 1) % 10**6:06d}"
    for _ in range(10):
        with pytest.raises(CodeWrong):
            arrive(shift.pk, wrong, actor=who.person)
    with pytest.raises(CodeWrong, match="错得太多"):
        arrive(shift.pk, code(shift), actor=who.person)
    assert not ServiceHours.objects.exists()


def test_nobody_arrives_without_a_seat_or_before_the_time(world):
    who = volunteer()
    with pytest.raises(HoursUnfit, match="先报名"):
        arrive(world.now_shift.pk, code(world.now_shift), actor=who.person)
    tomorrow = world.shift(starts=24 * 60)
    join_shift(tomorrow.pk, actor=who.person)
    with pytest.raises(HoursUnfit, match="还没到时间"):
        arrive(tomorrow.pk, code(tomorrow), actor=who.person)
    with pytest.raises(NotAllowed):
        arrive(world.now_shift.pk, code(world.now_shift), actor=PersonFactory())


def test_nobody_confirms_the_own_hours_and_nobody_for_both_sides(world):
    own = served(world, volunteer_of(world.leader))
    with pytest.raises(OwnHours):
        confirm_as_leader(own.pk, actor=world.leader)
    other = served(world)
    with pytest.raises(NotAllowed):
        confirm_as_leader(other.pk, actor=world.contact)
    with pytest.raises(NotAllowed):
        confirm_as_receiver(other.pk, actor=world.leader)
    with pytest.raises(NotAllowed):
        confirm_as_receiver(other.pk, actor=PersonFactory())
    world.project.receiver_contact = world.leader
    world.project.save(update_fields=["receiver_contact"])
    confirm_as_leader(other.pk, actor=world.leader)
    with pytest.raises(OwnHours, match="两个人"):
        confirm_as_receiver(other.pk, actor=world.leader)


def volunteer_of(person):
    from kepu.outreach.people.volunteers.services import register_volunteer

    return register_volunteer(person.pk, actor=person)


def test_a_second_account_of_who_served_does_not_confirm(world):
    hours = served(world)
    low, high = sorted((hours.person_id, world.contact.pk))
    SameIdentity.objects.create(
        first_id=low, second_id=high, state="same", found_at=now(), decided_by=world.office, decided_at=now()
    )
    with pytest.raises(OwnHours):
        confirm_as_receiver(hours.pk, actor=world.contact)


def test_a_day_takes_eight_hours_and_the_rest_is_cut_off(world):
    override_parameter("volunteers.hours_per_day", actor=world.office, value="2", reason="试")
    world.__dict__["now_shift"] = world.shift(minutes=120)
    hours = served(world, ago=150)

    assert hours.minutes == 120
    assert hours.is_capped
    given_up(hours.shift)
    again = world.shift(starts=-1, minutes=60)
    join_shift(again.pk, actor=hours.person)
    with pytest.raises(HoursUnfit, match="记满 2 小时"):
        arrive(again.pk, code(again), actor=hours.person)


def test_a_person_is_not_in_two_places_at_once(world):
    hours = arrived(world, ago=0)
    other = world.shift()
    given_up(hours.shift)
    join_shift(other.pk, actor=hours.person)
    with pytest.raises(HoursUnfit, match="不能重叠"):
        arrive(other.pk, code(other), actor=hours.person)


def test_the_database_itself_refuses_overlap(world):
    hours = confirmed(world)
    copy = ServiceHours.objects.get(pk=hours.pk)
    copy.pk, copy.state, copy.facts = None, HoursState.SERVED, []
    with pytest.raises(IntegrityError, match="hours_do_not_overlap"), transaction.atomic():
        copy.save()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "hours_state_known"),
        ({"ends_at": None}, "hours_served_have_end"),
        ({"satisfaction": "great"}, "hours_satisfaction_known"),
        ({"state": "confirmed"}, "hours_confirmed_by_both"),
        ({"state": "reversed"}, "hours_reversed_has_reason"),
    ],
)
def test_the_database_refuses_hours_that_say_nothing(world, values, constraint):
    hours = served(world)
    if constraint == "hours_reversed_has_reason":
        values = values | {"leader_by": world.leader, "receiver_by": world.contact}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ServiceHours.objects.filter(pk=hours.pk).update(**values)


def test_the_database_refuses_confirmers_who_are_one(world):
    hours = served(world)
    for values, constraint in (
        ({"leader_by": hours.person}, "hours_not_by_oneself"),
        ({"leader_by": world.leader, "receiver_by": world.leader}, "hours_by_two_persons"),
        ({"ends_at": hours.starts_at}, "hours_times_in_order"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ServiceHours.objects.filter(pk=hours.pk).update(**values)
    with pytest.raises(DatabaseError, match="hours_never_edited"), transaction.atomic():
        ServiceHours.objects.filter(pk=hours.pk).update(origin="late")


def test_confirmed_hours_are_never_edited_and_never_deleted(world):
    hours = confirmed(world)
    for values in ({"minutes": 480}, {"state": "served"}, {"text": "别的"}, {"leader_by": world.office}):
        with pytest.raises(DatabaseError, match="hours_never_edited"), transaction.atomic():
            ServiceHours.objects.filter(pk=hours.pk).update(**values)
    with pytest.raises(DatabaseError, match="hours_never_edited"), transaction.atomic():
        ServiceHours.objects.filter(pk=hours.pk).delete()


def test_a_reversal_takes_the_facts_back_and_leaves_everything_readable(world):
    hours = confirmed(world)
    with pytest.raises(NotAllowed):
        reverse_hours(hours.pk, "人没来", actor=world.leader)
    with pytest.raises(HoursUnfit):
        reverse_hours(hours.pk, " ", actor=world.office)

    reverse_hours(hours.pk, "人没来", actor=world.office)

    assert ServiceHours.objects.get().state == HoursState.REVERSED
    assert Fact.objects.count() == 4
    assert sum(fact.quantity for fact in Fact.objects.filter(indicator__code="volunteer_hours")) == 0
    with pytest.raises(HoursNotInState):
        reverse_hours(hours.pk, "再来", actor=world.office)
    assert served(world, hours.volunteer).state == HoursState.SERVED  # the time is free again


def test_refused_hours_do_not_count_and_say_why(world):
    hours = served(world)
    with pytest.raises(NotAllowed):
        refuse_hours(hours.pk, "x", actor=PersonFactory())
    with pytest.raises(HoursUnfit):
        refuse_hours(hours.pk, "", actor=world.contact)
    assert refuse_hours(hours.pk, "提前走了", actor=world.contact).state == HoursState.REFUSED
    with pytest.raises(HoursNotInState):
        confirm_as_leader(hours.pk, actor=world.leader)


def test_a_shift_that_does_not_count_is_confirmed_without_a_fact(world):
    hours = confirmed(world, shift=world.shift(counts=False))
    assert hours.state == HoursState.CONFIRMED
    assert not hours.counts
    assert not Fact.objects.exists()


def test_a_withdrawn_consent_stops_the_next_service(world):
    who = volunteer()
    join_shift(world.now_shift.pk, actor=who.person)
    withdraw_consent(who.person_id, "volunteer", actor=who.person)
    with pytest.raises(ConsentMissing):
        arrive(world.now_shift.pk, code(world.now_shift), actor=who.person)


def late(world, who, actor, *, start=300, end=200, project=True):
    return ask_late_hours(
        who, team=world.team, project=world.project if project else None, shift=None,
        starts_at=now() - timedelta(days=1, minutes=start), ends_at=now() - timedelta(days=1, minutes=end),
        text="讲解", reason="当天停电，没有签到", actor=actor,
    )  # fmt: skip


def test_late_hours_need_a_second_person_and_are_called_late_for_ever(world):
    who = volunteer()
    request = late(world, who, world.office)

    assert not ServiceHours.objects.exists()
    with pytest.raises(SecondPersonNeeded):
        approve(request.pk, actor=world.office)
    approve(request.pk, actor=world.second)

    hours = ServiceHours.objects.get()
    assert (hours.origin, hours.state, hours.minutes) == (Origin.LATE, HoursState.CONFIRMED, 100)
    assert (hours.entered_by, hours.approved_by) == (world.office, world.second)
    assert set(Fact.objects.values_list("indicator__code", flat=True)) == {
        "volunteer_hours",
        "volunteers_active",
        "volunteer_hours_late",
    }


def test_nobody_enters_or_approves_the_own_hours(world):
    agree(world.second)
    own = volunteer_of(world.second)
    with pytest.raises(OwnHours):
        late(world, own, world.second)
    request = late(world, own, world.office)
    with pytest.raises(NotAllowed):
        approve(request.pk, actor=world.second)
    with pytest.raises(NotAllowed):
        late(world, volunteer(), PersonFactory())
    with pytest.raises(HoursUnfit):
        late(world, volunteer(), world.office, start=10, end=20)


def test_late_hours_do_not_overlap_others(world):
    who = volunteer()
    approve(late(world, who, world.office).pk, actor=world.second)
    with pytest.raises(HoursUnfit, match="不能重叠"), transaction.atomic():
        approve(late(world, who, world.office, start=250, end=150).pk, actor=world.second)


def test_who_served_hears_what_became_of_it(world):
    hours = confirmed(world)
    refused = served(world, ago=90)
    refuse_hours(refused.pk, "那天没有来", actor=world.leader)
    reverse_hours(hours.pk, "记错了人", actor=world.office)

    titles = list(Notice.objects.filter(person=hours.person, kind="volunteers.hours").order_by("pk"))
    assert [("确认了" in one.title, one.body) for one in titles] == [(True, ""), (False, "记错了人")]
    assert Notice.objects.get(person=refused.person, kind="volunteers.hours").body == "那天没有来"


def test_a_shift_remembers_who_came(world):
    hours = arrived(world)
    (arrival,) = Arrival.objects.all()
    assert (arrival.booking.person, arrival.people, arrival.booking.state) == (hours.person, 1, "attended")
    Slot.objects.update(state="closed")
    keep_slots()
    assert set(world.now_shift.slot.bookings.values_list("state", flat=True)) == {"attended"}


def test_a_forgotten_sign_in_becomes_void(world):
    arrived(world)
    assert drop_forgotten() == 0
    long_ago = now() - timedelta(hours=20)
    times = {"opens_at": long_ago, "starts_at": long_ago, "ends_at": long_ago + timedelta(hours=7)}
    Slot.objects.update(**times, closes_at=times["ends_at"])
    assert drop_forgotten() == 1
    assert ServiceHours.objects.get().state == HoursState.VOID


def test_anomalies_are_listed_with_what_is_strange(world):
    override_parameter("volunteers.anomaly_same_minute", actor=world.office, value=3, reason="试")
    override_parameter("volunteers.anomaly_same_text", actor=world.office, value=3, reason="试")
    shift = world.shift(capacity=10)
    for _ in range(3):
        served(world, shift=shift, ago=100, text="认真完成了志愿服务工作")
    approve(late(world, volunteer(), world.office, project=False).pk, actor=world.second)

    found = {row.kind: row for row in anomalies(world.office)}

    assert set(found) == {Anomaly.SAME_MINUTE, Anomaly.SAME_TEXT, Anomaly.OUTSIDE, Anomaly.NO_PROJECT}
    assert found[Anomaly.SAME_MINUTE].count == 3
    assert anomalies(PersonFactory()) == []


def test_hours_stay_under_the_number_when_the_person_is_erased(world):
    hours = confirmed(world)
    before = list(Fact.objects.values_list("quantity", flat=True))

    erase_person(hours.person_id, actor=hours.person)

    hours.refresh_from_db()
    assert hours.state == HoursState.CONFIRMED
    assert hours.volunteer.number
    assert hours.person.name == ""
    assert list(Fact.objects.values_list("quantity", flat=True)) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ins_at_once_one_is_kept():
    world = World()
    who = volunteer()
    shifts = [world.now_shift, world.shift()]
    for shift in shifts:
        seated(shift, who)
    together, given = threading.Barrier(2), []

    def do(shift):
        together.wait()
        try:
            given.append(arrive(shift.pk, code(shift), actor=who.person).state)
        except DomainError as problem:
            given.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(shift,)) for shift in shifts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == ["arrived", "hours_unfit"]


@pytest.mark.django_db(transaction=True)
def test_both_confirm_at_once_and_it_counts_once():
    world = World()
    hours = served(world)
    acts = [
        lambda: confirm_as_leader(hours.pk, actor=world.leader),
        lambda: confirm_as_receiver(hours.pk, actor=world.contact),
    ]
    together = threading.Barrier(2)

    def do(act):
        together.wait()
        act()
        connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ServiceHours.objects.get().state == HoursState.CONFIRMED
    assert Fact.objects.count() == 2


def test_leaving_needs_the_code_too_and_some_time(world):
    hours = arrived(world, ago=0)
    with pytest.raises(HoursUnfit, match="不足一分钟"):
        depart(hours.shift_id, code(hours.shift), actor=hours.person)
    with pytest.raises(CodeWrong):
        depart(hours.shift_id, "x", actor=hours.person)
    with pytest.raises(HoursUnfit, match="先报名"):
        depart(hours.shift_id, code(hours.shift), actor=volunteer().person)
    assert grown_up().pk
