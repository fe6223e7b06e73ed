"""Many slots at once: shown before they are opened, what can not be is left out and said why."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import SlotUnfit
from kepu.outreach.bookings.models import Slot
from kepu.outreach.bookings.rules import SeriesTerms, read_times
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import HALL, at, office, slot
from tests.outreach.venues.factories import office as venues_office
from tests.outreach.venues.factories import venue

pytestmark = pytest.mark.django_db

MORNING, AFTERNOON = (time(9), time(10, 30)), (time(14), time(15, 30))


def terms(days: int = 7, **more) -> SeriesTerms:
    given = {
        "since": today() + timedelta(days=1), "until": today() + timedelta(days=days), "weekdays": frozenset(range(7)),
        "times": (MORNING, AFTERNOON), "capacity": 20, "quotas": {"phone": 5}, "days_before": 3, "release_hours": 2,
    }  # fmt: skip
    return SeriesTerms(**(given | more))


def test_a_week_of_two_a_day_is_fourteen_slots_with_their_quotas():
    opened = services.open_series(HALL, "1", terms(), actor=office())

    assert len(opened) == 14
    last = Slot.objects.order_by("-starts_at").first()
    assert last.starts_at - last.opens_at == timedelta(days=3, hours=14)
    phone = last.quotas.get(channel="phone")
    assert (phone.seats, last.starts_at - phone.release_at) == (5, timedelta(hours=2))


def test_only_the_chosen_weekdays_are_opened():
    opened = services.open_series(HALL, "1", terms(14, weekdays=frozenset({5, 6})), actor=office())
    assert {one.starts_at.astimezone().weekday() for one in opened} <= {5, 6}
    assert len(opened) == 8


def test_the_same_series_again_opens_nothing_more():
    actor = office()
    services.open_series(HALL, "1", terms(), actor=actor)
    with pytest.raises(SlotUnfit, match="没有可以开的场次"):
        services.open_series(HALL, "1", terms(), actor=actor)
    assert Slot.objects.count() == 14


def test_what_overlaps_is_left_out_and_another_hall_of_the_same_house_is_not():
    slot(hours=10)
    planned = services.plan_series(HALL, "1", terms(1), actor=office())
    assert ["10:00–12:00" in one.obstacle for one in planned] == [True, False]
    assert not any(one.obstacle for one in services.plan_series(HALL, "1", terms(1, title="穹幕厅"), actor=office()))


def test_who_does_not_manage_the_thing_opens_nothing():
    with pytest.raises(NotAllowed):
        services.open_series(HALL, "1", terms(), actor=PersonFactory())


@pytest.mark.parametrize("more", [{"days": 93}, {"days": 0}, {"weekdays": frozenset()}])
def test_too_many_days_or_none_are_refused(more):
    with pytest.raises(SlotUnfit):
        services.plan_series(HALL, "1", terms(**more), actor=office())


def test_one_wrong_slot_opens_none_of_them():
    with pytest.raises(SlotUnfit, match="多于总数"):
        services.open_series(HALL, "1", terms(quotas={"phone": 50}), actor=office())
    assert not Slot.objects.exists()


def test_a_venue_is_not_opened_on_a_day_on_which_it_is_closed():
    place, actor, weekly_closed = venue(), venues_office(), 0
    from kepu.outreach.venues.rules import Hours
    from kepu.outreach.venues.services import set_opening

    hours = [Hours(day, time(9), time(12)) for day in range(7) if day != weekly_closed]
    set_opening(place.pk, valid_from=today(), hours=hours, actor=actor)

    planned = services.plan_series("venues.venue", str(place.pk), terms(), actor=actor)

    for one in planned:
        begins = one.starts_at.astimezone()
        expected = "这天不开放" if begins.weekday() == weekly_closed else "" if begins.hour < 12 else "不在开放时间里"
        assert one.obstacle.startswith(expected), one
        assert bool(one.obstacle) == bool(expected)


@pytest.mark.parametrize("text", ["", "9点", "10:00-09:00", "09:00-10:00\n09:30-11:00", "25:00-26:00"])
def test_times_that_can_not_be_read_are_refused(text):
    with pytest.raises(ValueError):
        read_times(text)


def test_times_are_read_as_people_write_them():
    assert read_times("9:00—10:30，14：00至15：30") == (MORNING, AFTERNOON)


def test_a_form_sent_twice_opens_one_slot():
    actor, key = office(), uuid4()
    given = {"actor": actor, "starts_at": at(9), "ends_at": at(11), "capacity": 5, "key": key}
    assert services.open_slot(HALL, "1", **given) == services.open_slot(HALL, "1", **given)
    assert Slot.objects.count() == 1


def test_the_page_shows_first_and_opens_then(client):
    client.force_login(office())
    address = reverse("bookings:desk_series", args=[f"{HALL}:1"])
    start = today() + timedelta(days=1)
    typed = {
        "since": start, "until": start + timedelta(days=2), "weekdays": list(range(7)), "times": "09:00-10:00",
        "capacity": 10, "days_before": 7,
    }  # fmt: skip

    assert f'value="{start:%Y-%m-%d}"' in client.get(address).content.decode()
    shown = client.post(address, typed | {"do": "plan"}).content.decode()
    assert "会开 3 场" in shown
    assert not Slot.objects.exists()
    said = client.post(address, typed | {"do": "open"}, follow=True).content.decode()
    assert "开了 3 场" in said
    assert Slot.objects.count() == 3
    wrong = client.post(address, typed | {"times": "早上", "do": "plan"})
    assert wrong.status_code == 422
    assert "请写成 09:00-10:30" in wrong.content.decode()
