"""Calendars: stable numbers, a sequence that rises, called-off ones struck through; the address is the key."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from kepu.directory.privacy.services import erase_person
from kepu.outreach.requests.models import CalendarFeed
from kepu.outreach.requests.services import cancel_session, move_session, new_feed
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def read(client, token):
    answer = client.get(reverse("requests:feed", args=[token]))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content), answer.content


def test_a_calendar_program_reads_it_without_signing_in(client, world):
    session = world.session(topic="台风来了怎么办，" + "长" * 60, place="示例小学; 报告厅, 二楼\\东")
    feed = new_feed(actor=session.provider)
    calendar, raw = read(client, feed.token)
    (event,) = calendar.walk("VEVENT")
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == (f"{session.uid}@kepu", 0, "CONFIRMED")
    assert (event.start, event.end) == (session.starts_at, session.ends_at)
    assert (str(event["summary"]), str(event["location"])) == (session.title, session.place)
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(b"\n" not in line for line in lines)


def test_moved_and_called_off_keep_the_number_and_raise_the_sequence(client, world):
    session = world.session()
    token = new_feed(actor=world.teacher).token
    starts = session.starts_at + timedelta(days=1)
    move_session(session.pk, starts_at=starts, ends_at=starts + timedelta(hours=1), actor=world.office)
    cancel_session(session.pk, "下雨", actor=world.office)
    (event,) = read(client, token)[0].walk("VEVENT")
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == (f"{session.uid}@kepu", 2, "CANCELLED")
    assert (event.start, str(event["description"])) == (starts, "下雨")


def test_nobody_elses_sessions_stand_in_it_and_an_old_address_is_dead(client, world):
    world.session()
    feed = new_feed(actor=PersonFactory())
    assert read(client, feed.token)[0].walk("VEVENT") == []
    new_feed(actor=feed.person)
    assert client.get(reverse("requests:feed", args=[feed.token])).status_code == 404
    assert client.get(reverse("requests:feed", args=["x"])).status_code == 404


def test_the_address_goes_with_the_person(world):
    new_feed(actor=world.teacher)
    erase_person(world.teacher.pk, actor=world.teacher)
    assert not CalendarFeed.objects.exists()


def test_one_session_is_taken_away_by_those_whom_it_concerns(client, world):
    session = world.session()
    address = reverse("requests:session_calendar", args=[session.pk])
    client.force_login(PersonFactory())
    assert client.get(address).status_code == 404
    client.force_login(world.teacher)
    assert Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert "生成我的日历地址" in client.get(reverse("requests:mine")).content.decode()
    client.post(reverse("requests:feed_new"))
    assert CalendarFeed.objects.get().token in client.get(reverse("requests:mine")).content.decode()
