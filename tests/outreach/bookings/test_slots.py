"""Opening, changing, releasing, cancelling, drawing; and what time does."""

import hashlib
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.foundation.clock import now
from kepu.foundation.codes.models import Parameter
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import SlotNotOpen, SlotUnfit
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.queries import slot_page
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.bookings.factories import HALL, at, begin, book, end, move, office, people, slot, states, taken

pytestmark = pytest.mark.django_db


def drawing(capacity: int = 3, **more) -> Slot:
    """A slot for which lots are drawn tonight."""
    return slot(capacity, days=2, draw_at=at(20), **more)


def drawn(hall: Slot) -> None:
    """Let the instant of the draw come."""
    move(hall, draw_at=now() - timedelta(minutes=1))
    services.keep_slots()


def test_whoever_manages_the_thing_opens_slots_and_nobody_else():
    liaison = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    times = {"starts_at": at(9), "ends_at": at(10), "capacity": 5}

    assert services.open_slot(HALL, "2", actor=liaison, **times).title == "示例展厅 2"
    with pytest.raises(NotAllowed):
        services.open_slot(HALL, "1", actor=liaison, **times)
    with pytest.raises(SlotUnfit, match="没有找到"):
        services.open_slot(HALL, "甲", actor=liaison, **times)
    with pytest.raises(SlotUnfit, match="没有找到"):
        services.open_slot("test.unknown", "1", actor=liaison, **times)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": at(8)}, "ends_at"),
        ({"closes_at": at(12)}, "closes_at"),
        ({"draw_at": at(10)}, "draw_at"),
        ({"capacity": 0}, "capacity"),
        ({"quotas": {"phone": 6}}, "capacity"),
        ({"quotas": {"shared": 1}}, "capacity"),
        ({"quotas": {"phone": -1}}, "capacity"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field(wrong, field):
    given = {"capacity": 5, **wrong}
    with pytest.raises(SlotUnfit) as refused:
        slot(given.pop("capacity"), **given)

    assert refused.value.data["field"] == field


def test_the_rules_are_frozen_with_the_slot_and_said_before_booking():
    before = slot()
    Parameter.objects.filter(name="bookings.no_shows").update(override=1, is_overridden=True)
    after = slot(hall_id="2")

    assert (before.said_rules.no_shows, after.said_rules.no_shows) == (3, 1)
    assert before.rules_version != after.rules_version
    assert not slot_page(before.pk, None, purpose=services.CONSENT).rules.is_confirmed


def test_more_seats_go_to_who_waits_and_fewer_than_taken_are_refused():
    hall, actor = slot(2), office()
    book(hall, size=2)
    waiting = book(hall, size=2)

    services.change_capacity(hall.pk, 4, actor=actor)

    waiting.refresh_from_db()
    assert waiting.state == "offered"
    with pytest.raises(SlotUnfit, match="已经约出 4 个座位，不能改成 3 个"):
        services.change_capacity(hall.pk, 3, actor=actor)
    with pytest.raises(NotAllowed):
        services.change_capacity(hall.pk, 9, actor=waiting.person)
    assert taken(hall) == {"shared": (4, 4)}


def test_a_channel_gets_seats_of_its_own_later_and_gives_them_up_in_a_smaller_hall():
    hall, actor = slot(10), office()
    book(hall, size=4)

    services.change_capacity(hall.pk, 10, actor=actor, quotas={"phone": 5})
    assert taken(hall) == {"phone": (5, 0), "shared": (5, 4)}
    services.change_capacity(hall.pk, 6, actor=actor)
    assert taken(hall) == {"phone": (2, 0), "shared": (4, 4)}


def test_unused_seats_are_released_to_all_at_their_instant_and_once():
    hall = slot(10, quotas={"phone": 6}, release_at={"phone": at(20)})
    services.book_for(hall.pk, actor=office(), channel="phone", guest="来电的人", party_size=2)
    book(hall, size=4)
    waiting = book(hall, size=3)
    services.keep_slots()
    assert taken(hall) == {"phone": (6, 2), "shared": (4, 4)}

    hall.quotas.filter(channel="phone").update(release_at=now())
    assert services.keep_slots().released == 4

    waiting.refresh_from_db()
    assert (waiting.state, waiting.seated_in) == ("offered", "shared")
    assert taken(hall) == {"phone": (2, 2), "shared": (8, 7)}
    assert services.release_channel(hall.pk, "phone") == 0


def test_what_a_released_channel_gets_back_goes_to_all():
    hall, actor = slot(4, quotas={"phone": 4}), office()
    caller = services.book_for(hall.pk, actor=actor, channel="phone", guest="来电的人", party_size=3)
    services.release_channel(hall.pk, "phone")
    services.cancel_booking(caller.pk, actor=actor)

    assert taken(hall) == {"phone": (0, 0), "shared": (4, 0)}
    assert services.book_for(hall.pk, actor=actor, channel="phone", guest="又来电").seated_in == "shared"


def test_cancelling_a_slot_tells_everyone_once_with_the_reason():
    hall, actor = slot(1), office()
    booked, waiting = book(hall), book(hall)

    with pytest.raises(NotAllowed):
        services.cancel_slot(hall.pk, actor=booked.person, reason="不想开")
    with pytest.raises(SlotUnfit, match="为什么"):
        services.cancel_slot(hall.pk, actor=actor, reason=" ")
    services.cancel_slot(hall.pk, actor=actor, reason="停电检修")

    assert ProcrastinateJob.objects.filter(task_name="bookings.tell_cancelled").count() == 1
    assert states(hall) == ["cancelled", "cancelled"]
    assert taken(hall) == {"shared": (1, 0)}
    assert services.tell_cancelled(hall.pk) == services.tell_cancelled(hall.pk) == 2
    told = Notice.objects.filter(person__in=(booked.person, waiting.person))
    assert set(told.values_list("body", "is_urgent")) == {("停电检修", True)}
    assert told.count() == 2
    with pytest.raises(SlotNotOpen):
        book(hall)
    with pytest.raises(SlotNotOpen):
        services.cancel_slot(hall.pk, actor=actor, reason="再取消")


def test_before_the_draw_nobody_has_a_seat_and_afterwards_everyone_has_an_answer():
    hall = drawing(3)
    for _ in range(5):
        book(hall)
    assert set(states(hall)) == {"in_draw"}
    assert taken(hall) == {"shared": (3, 0)}

    drawn(hall)

    assert sorted(states(hall)) == ["booked"] * 3 + ["waiting"] * 2
    assert taken(hall) == {"shared": (3, 3)}
    assert services.tell_answers(hall.pk) == 5
    assert Notice.objects.filter(key__startswith="bookings.drawn").count() == 5
    assert services.draw(hall.pk) == 0


def test_the_seed_is_hidden_before_and_everybody_can_compute_the_order_afterwards():
    hall = drawing(2)
    numbers = [book(hall).pk for _ in range(6)]
    digest = hall.seed_digest
    assert hall.shown_seed == ""

    drawn(hall)

    hall.refresh_from_db()
    seed = bytes.fromhex(hall.shown_seed)
    assert hashlib.sha256(seed).hexdigest() == digest
    expected = sorted(numbers, key=lambda number: hashlib.sha256(seed + str(number).encode()).digest())
    ranked = list(Booking.objects.filter(slot=hall).order_by("draw_rank").values_list("pk", flat=True))
    assert ranked == expected


def test_who_was_not_drawn_waits_in_the_drawn_order_before_who_comes_later():
    hall = drawing(1)
    for _ in range(3):
        book(hall)
    drawn(hall)
    later = book(hall)
    lucky = Booking.objects.get(slot=hall, draw_rank=1)

    services.cancel_booking(lucky.pk, actor=lucky.person)

    assert Booking.objects.get(slot=hall, draw_rank=2).state == "offered"
    assert (later.state, Booking.objects.get(slot=hall, draw_rank=3).state) == ("waiting", "waiting")


def test_a_draw_of_fewer_than_there_are_seats_leaves_the_rest_to_first_come():
    hall = drawing(3)
    book(hall)
    drawn(hall)

    assert book(hall).state == "booked"


def test_a_cancelled_entry_is_not_drawn():
    hall = drawing(1)
    gone, stays = book(hall), book(hall)
    services.cancel_booking(gone.pk, actor=gone.person)

    drawn(hall)

    assert Booking.objects.get(pk=gone.pk).state == "cancelled"
    assert Booking.objects.get(pk=stays.pk).state == "booked"


def test_who_still_waits_when_it_begins_is_told_and_a_slot_that_is_over_is_closed():
    hall = slot(1)
    book(hall)
    waiting = book(hall)
    begin(hall)
    services.keep_slots()

    assert states(hall) == ["booked", "lapsed"]
    assert "没有等到" in Notice.objects.get(person=waiting.person).title
    assert Slot.objects.get().state == "open"
    end(hall)
    assert services.keep_slots().closed == 1
    assert services.keep_slots().closed == 0
    assert Slot.objects.get().state == "closed"


def test_nobody_is_called_absent_where_the_gate_was_not_kept():
    hall = slot()
    book(hall)
    end(hall)

    assert services.keep_slots().no_shows == 0
    assert services.mark_no_shows(hall.pk) == 0
    assert states(hall) == ["booked"]


def test_the_absent_are_marked_after_a_while_and_reminded_once():
    hall, actor = slot(), office()
    absent = book(hall)
    begin(hall)
    services.admit(hall.pk, 1, actor=actor, key="6f1b5d0e-6a0c-4e58-9f0e-0d8f3a4f1c11")
    move(hall, ends_at=now() - timedelta(minutes=10))
    assert services.keep_slots().no_shows == 0

    end(hall)
    assert services.keep_slots().no_shows == 1
    assert services.keep_slots().no_shows == 0

    assert "没有来" in Notice.objects.get(person=absent.person).title


def test_names_and_needs_are_erased_after_their_days():
    hall, actor = slot(), office()
    services.book_for(hall.pk, actor=actor, channel="phone", guest="来电的人", needs="轮椅")
    end(hall)
    assert services.erase_said() == 0

    start = now() - timedelta(days=40)
    move(hall, opens_at=start - timedelta(days=1), closes_at=start, starts_at=start, ends_at=start + timedelta(hours=1))

    assert services.erase_said() == 1
    assert list(Booking.objects.values_list("guest", "needs")) == [("", "")]


def test_what_failed_for_one_slot_leaves_the_others_alone(monkeypatch):
    broken, fine = drawing(1), drawing(1, hall_id="2")
    for hall in (broken, fine):
        book(hall, people(1)[0])
        move(hall, draw_at=now() - timedelta(minutes=1))
    Slot.objects.filter(pk=broken.pk).update(rules={})
    real = services.drawing.draw_order

    def fail(seed, numbers):
        if seed == bytes(broken.seed):
            raise ValueError("broken")
        return real(seed, numbers)

    monkeypatch.setattr("kepu.outreach.bookings.services.drawing.draw_order", fail)
    with pytest.raises(ExceptionGroup):
        services.keep_slots()

    assert states(fine) == ["booked"]
    assert states(broken) == ["in_draw"]
