"""Who books agrees to the text on bookings; a child's guardian agrees; taking it back gives the seats up."""

from datetime import date

import pytest
from django.urls import reverse

from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded
from kepu.directory.privacy.models import Consent
from kepu.directory.privacy.services import (
    answer_consent,
    confirm_guardian,
    declare_guardian,
    set_birthday,
    withdraw_consent,
)
from kepu.foundation.clock import today
from kepu.foundation.codes.models import Code
from kepu.outreach.bookings import services
from kepu.outreach.bookings.models import Booking
from tests.factories import PersonFactory
from tests.outreach.bookings.factories import agree, book, people, slot, taken, text_digest

pytestmark = pytest.mark.django_db


def born(age: int):
    person = PersonFactory()
    set_birthday(person.pk, date(today().year - age, 1, 1), actor=person)
    return person


def change_text() -> None:
    entry = Code.objects.get(code_list__name="privacy.purposes", code="booking")
    entry.extra["period"] = "活动结束后保留 30 天。"
    entry.save()


def test_who_books_agrees_once():
    (person,) = people(1)

    book(slot(), person)
    book(slot(hours=14, hall_id="2"), person)

    assert Consent.objects.get().person == person


def test_without_an_agreement_nothing_is_booked():
    (person,) = people(1)
    with pytest.raises(ConsentMissing):
        book(slot(), person, text_digest="")
    with pytest.raises(ConsentMissing, match="改过"):
        book(slot(), person, text_digest="0" * 64)

    assert book(slot(), agree(person), text_digest="").state == "booked"


def test_a_text_that_changed_is_agreed_to_again():
    (person,) = people(1)
    agree(person)
    change_text()

    with pytest.raises(ConsentMissing):
        book(slot(), person, text_digest="")
    assert book(slot(), person).state == "booked"
    assert Consent.objects.filter(person=person).count() == 2


def test_a_child_books_after_the_guardian_agreed_and_a_minor_alone():
    child, guardian = born(12), born(40)
    with pytest.raises(GuardianNeeded):
        book(slot(), child)
    declared = declare_guardian(child.pk, guardian.pk, "parent", actor=guardian)
    confirm_guardian(declared.pk, actor=guardian)
    answer_consent(child.pk, services.CONSENT, is_given=True, text_digest=text_digest(), actor=guardian)

    assert book(slot(), child).state == "booked"
    assert book(slot(hall_id="2"), born(15)).state == "booked"


def test_a_birthday_told_later_makes_a_guardian_necessary():
    (person,) = people(1)
    agree(person)
    set_birthday(person.pk, date(today().year - 12, 1, 1), actor=person)

    with pytest.raises(GuardianNeeded):
        book(slot(), person)


def test_taking_the_agreement_back_gives_the_seats_to_who_waits():
    hall, (person, other) = slot(1), people(2)
    book(hall, person)
    waiting = book(hall, other)

    withdraw_consent(person.pk, services.CONSENT, actor=person)

    waiting.refresh_from_db()
    assert waiting.state == "offered"
    assert taken(hall) == {"shared": (1, 1)}
    assert Booking.objects.get(person=person).state == "cancelled"


def test_who_says_no_to_a_new_text_keeps_what_was_booked_under_the_old_one():
    hall, (person,) = slot(), people(1)
    booking = book(hall, person)
    change_text()
    answer_consent(person.pk, services.CONSENT, is_given=False, text_digest=text_digest(), actor=person)

    booking.refresh_from_db()
    assert booking.state == "booked"


def test_the_page_shows_the_text_once_and_no_is_as_easy_as_yes(client):
    hall, (person,) = slot(), people(1)
    client.force_login(person)
    address = reverse("bookings:slot", args=[hall.pk])
    typed = {"party_size": 1, "accompanying": 0, "rules_version": hall.rules_version, "text_digest": text_digest()}

    assert "不同意就不能线上预约" in client.get(address).content.decode()
    said = client.post(address, {**typed, "answer": "refuse"}, follow=True).content.decode()

    assert "您不同意，没有预约" in said
    assert Consent.objects.get().state == "refused"
    assert not Booking.objects.exists()
    client.post(address, typed)
    assert Booking.objects.get().state == "booked"
    assert "告知书" not in client.get(reverse("bookings:slot", args=[slot(hall_id="2", days=3).pk])).content.decode()


def test_a_child_sees_who_must_agree_and_no_form(client):
    child = born(12)
    client.force_login(child)
    page = client.get(reverse("bookings:slot", args=[slot().pk])).content.decode()

    assert "先请监护人同意" in page
    assert 'name="party_size"' not in page
