"""Notices: once, at a decent hour, together, and refusable; never with anything in a log."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from kepu.directory.notices.choices import NoticeState
from kepu.directory.notices.models import Notice, NoticePreference
from kepu.directory.notices.queries import declare_kind, earliest_sending
from kepu.directory.notices.services import MOST_ATTEMPTS, notify, send_due, set_preference
from kepu.foundation.clock import now
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
LATER = datetime(2100, 1, 1, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def post_office(settings):
    settings.KEPU_GATEWAYS = {"mail": "kepu.foundation.gateways.MailGateway"}


@pytest.fixture
def person():
    return PersonFactory(email="a@example.test")


def tell(person, key="plan.notice:1", **values):
    return notify(person, **{"key": key, "kind": "plan.notice", "title": "您有一件督办", "url": "/desk/", **values})


def test_the_same_key_tells_a_person_once(person):
    assert tell(person) == tell(person, title="别的话")
    assert Notice.objects.get().title == "您有一件督办"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=person, key="plan.notice:1", created_at=now(), not_before=now())


def test_what_is_not_urgent_goes_as_one_mail_a_day(person):
    for number in range(3):
        tell(person, f"a:{number}")
    assert send_due() == 0

    assert send_due(at=LATER) == 1
    assert send_due(at=LATER) == 0
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("3 条新通知", ["a@example.test"])
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_what_is_urgent_goes_at_once_and_alone(person):
    tell(person, "a:1", is_urgent=True)
    tell(person, "a:2", is_urgent=True)
    tell(person, "a:3")
    assert send_due() == 2
    assert [letter.subject for letter in mail.outbox] == ["您有一件督办"] * 2


@pytest.mark.parametrize(
    ("hour", "expected"), [(22, (16, 8)), (3, (15, 8)), (8, (15, 8)), (12, (15, 12)), (20, (16, 8))]
)
def test_quiet_hours_are_kept(hour, expected):
    at = datetime(2024, 9, 15, hour, 0, tzinfo=ZONE)
    earliest = earliest_sending(NoticePreference(is_digest=False), at, is_urgent=False)
    assert (earliest.day, earliest.hour) == expected


def test_equal_ends_mean_no_quiet_hours():
    at = datetime(2024, 9, 15, 3, 0, tzinfo=ZONE)
    preference = NoticePreference(is_digest=False, quiet_from=time(0), quiet_until=time(0))
    assert earliest_sending(preference, at, is_urgent=False) == at


def test_a_refused_kind_stays_on_the_desk(person):
    tell(person, "a:1")
    set_preference(person, refused_kinds=["plan.notice"])
    tell(person, "a:2")

    assert send_due(at=LATER) == 0
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SHOWN}


def test_a_kind_that_may_not_be_refused_goes_out(person, monkeypatch):
    from kepu.directory.notices import queries

    monkeypatch.setattr(queries, "_kinds", {})
    declare_kind("account.safety", "账号安全", is_refusable=False)
    set_preference(person, refused_kinds=["account.safety"])
    tell(person, kind="account.safety", is_urgent=True)
    assert send_due() == 1


@pytest.mark.parametrize("values", [{"email": ""}, {"is_demonstration": True}, {"is_active": False}])
def test_nothing_goes_out_to_whom_nothing_can_go(values):
    assert tell(PersonFactory(**{"email": "a@example.test", **values})).state == NoticeState.SHOWN


def test_a_mail_server_that_is_away_is_tried_again_and_then_left(person, monkeypatch, caplog):
    def away(*_args, **_kwargs):
        raise ConnectionRefusedError("a@example.test")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    tell(person, is_urgent=True)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert send_due() == 0
        notice = Notice.objects.get()
        assert (notice.attempts, notice.state == NoticeState.FAILED) == (attempt, attempt == MOST_ATTEMPTS)
    assert "a@example.test" not in caplog.text


def test_without_a_mail_gateway_nothing_is_called_sent(person, settings):
    settings.KEPU_GATEWAYS = {}
    tell(person, is_urgent=True)
    send_due()
    assert Notice.objects.get().state == NoticeState.SHOWN
    assert mail.outbox == []


def test_the_database_knows_states_and_that_sent_has_a_time(person):
    for wrong in ({"state": "lost"}, {"state": "sent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.create(
                person=person, key="x", kind="x", title="x", created_at=now(), not_before=now(), **wrong
            )
