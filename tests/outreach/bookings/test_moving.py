"""A slot at another time or place: its windows move along, everybody is told once."""

from datetime import timedelta

import pytest

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import SlotNotOpen, SlotUnfit
from kepu.outreach.bookings.models import Slot
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.bookings.factories import at, begin, book, office, people, slot

pytestmark = pytest.mark.django_db


def moved(hall: Slot, *, days: int = 3, place: str = "", actor=None) -> Slot:
    when = {"starts_at": at(14, days=days), "ends_at": at(16, days=days)}
    return services.move_slot(hall.pk, **when, place=place, actor=actor or office())


def titles() -> list[str]:
    return list(Notice.objects.filter(key__startswith="bookings.moved").values_list("title", flat=True))


def test_everybody_who_comes_or_waits_keeps_the_seat_and_is_told_once():
    hall = slot(2)
    comes, waits, gone = people(3)
    book(hall, comes, 2)
    book(hall, waits)
    services.cancel_booking(book(hall, gone).pk, actor=gone)

    after = moved(hall, place="示例路 2 号")
    services.tell_moved(hall.pk, 1)
    services.tell_moved(hall.pk, 1)

    assert (after.starts_at, after.ends_at, after.place) == (at(14, days=3), at(16, days=3), "示例路 2 号")
    assert list(hall.bookings.order_by("pk").values_list("state", flat=True)) == ["booked", "waiting", "cancelled"]
    told = Notice.objects.filter(key__startswith="bookings.moved")
    assert {one.person_id for one in told} == {comes.pk, waits.pk}
    assert len(titles()) == 2
    assert all("示例路 2 号" in one.body for one in told)
    assert AuditEntry.objects.filter(action="bookings.slot.moved").count() == 1


def test_of_two_moves_only_the_last_is_told():
    hall = slot()
    book(hall)
    moved(hall)
    moved(hall, days=4)

    assert [services.tell_moved(hall.pk, turn) for turn in (1, 2)] == [0, 1]
    assert len(titles()) == 1


def test_windows_that_are_still_to_come_keep_their_distance():
    hall = slot(opens_at=at(0, days=1) - timedelta(hours=1), closes_at=at(8), quotas={"phone": 3},
                release_at={"phone": at(7)})  # fmt: skip
    drawing = slot(3, hours=12, days=2, draw_at=at(20))
    open_from = hall.opens_at

    after, drawn = (
        moved(hall),
        services.move_slot(drawing.pk, starts_at=at(12, days=3), ends_at=at(13, days=3), actor=office()),
    )

    by = timedelta(days=2, hours=5)
    assert after.opens_at == open_from + by
    assert after.closes_at == at(8) + by
    assert after.quotas.get(channel="phone").release_at == at(7) + by
    assert drawn.draw_at == at(20, days=2)


def test_what_is_offered_lapses_before_the_new_beginning():
    hall = slot(1, days=3)
    first, second = people(2)
    held = book(hall, first)
    waiting = book(hall, second)
    services.cancel_booking(held.pk, actor=first)

    services.move_slot(
        hall.pk, starts_at=now() + timedelta(hours=2), ends_at=now() + timedelta(hours=3), actor=office()
    )

    waiting.refresh_from_db()
    assert waiting.offered_until == Slot.objects.get(pk=hall.pk).starts_at


def test_only_whoever_manages_it_moves_it_and_only_what_is_to_come():
    hall = slot()
    with pytest.raises(NotAllowed):
        moved(hall, actor=PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory()))
    with pytest.raises(SlotUnfit) as refused:
        services.move_slot(hall.pk, starts_at=at(9, days=-1), ends_at=at(10), actor=office())
    assert refused.value.data["field"] == "starts_at"
    drawing = slot(3, hours=23, days=2, draw_at=at(1, days=2))
    with pytest.raises(SlotUnfit, match="抽签"):
        services.move_slot(
            drawing.pk, starts_at=now() + timedelta(minutes=5), ends_at=now() + timedelta(hours=1), actor=office()
        )
    begin(hall)
    with pytest.raises(SlotNotOpen):
        moved(hall)
    called_off = slot(hours=18)
    services.cancel_slot(called_off.pk, actor=office(), reason="台风")
    with pytest.raises(SlotNotOpen):
        moved(called_off)


def test_booking_that_would_be_closed_already_goes_on_until_the_beginning():
    hall = slot(days=5, closes_at=at(9, days=2))

    after = services.move_slot(
        hall.pk, starts_at=now() + timedelta(hours=5), ends_at=now() + timedelta(hours=6), actor=office()
    )

    assert after.closes_at == after.starts_at
