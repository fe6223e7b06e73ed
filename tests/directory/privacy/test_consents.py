"""Consent per purpose, in versions, as easy to refuse as to give; guardians for the young."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.privacy.choices import ConsentManner, ConsentState, Relation
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded, GuardianUnfit, ReasonMissing
from kepu.directory.privacy.models import Consent, Guardianship
from kepu.directory.privacy.queries import (
    check_consent,
    consent_text,
    consent_texts,
    is_guardian,
    minors_audit,
    standing_of,
)
from kepu.directory.privacy.services import (
    answer_consent,
    confirm_guardian,
    declare_guardian,
    end_guardianship,
    set_birthday,
    withdraw_consent,
)
from kepu.directory.register.choices import Role
from kepu.foundation.clock import today
from kepu.foundation.codes.models import Code
from kepu.foundation.errors import NotAllowed
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def agree(person, purpose, *, actor=None, is_given=True, **more):
    return answer_consent(
        person.pk, purpose, is_given=is_given, text_digest=consent_text(purpose).digest, actor=actor or person, **more
    )


@pytest.fixture
def child():
    person = PersonFactory()
    set_birthday(person.pk, date(today().year - 10, 1, 1), actor=None)
    return person


@pytest.fixture
def parent(child):
    person = PersonFactory()
    confirm_guardian(declare_guardian(child.pk, person.pk, Relation.PARENT, actor=child).pk, actor=person)
    return person


def test_every_text_makes_the_ten_statements_of_the_rule():
    texts = consent_texts()

    assert {text.purpose for text in texts} >= {"account", "booking", "expert", "volunteer"}
    for text in texts:
        assert len(text.statements) == 10
        assert all(words for _heading, words in text.statements)


def test_a_grown_up_agrees_refuses_and_takes_back():
    person = PersonFactory()
    with pytest.raises(ConsentMissing):
        check_consent(person.pk, "booking")

    agree(person, "booking")
    check_consent(person.pk, "booking")
    withdraw_consent(person.pk, "booking", actor=person)

    with pytest.raises(ConsentMissing):
        check_consent(person.pk, "booking")
    with pytest.raises(ConsentMissing):
        withdraw_consent(person.pk, "booking", actor=person)
    agree(person, "booking", is_given=False)
    states = list(Consent.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ConsentState.GIVEN, ConsentState.WITHDRAWN, ConsentState.REFUSED]


def test_nobody_answers_for_another():
    person, other = PersonFactory(), PersonFactory()

    with pytest.raises(NotAllowed):
        agree(person, "booking", actor=other)
    agree(person, "booking")
    with pytest.raises(NotAllowed):
        withdraw_consent(person.pk, "booking", actor=other)


def test_a_changed_text_must_be_read_again():
    person = PersonFactory()
    shown = consent_text("booking").digest
    agree(person, "booking")

    booking = Code.objects.get(code_list__name="privacy.purposes", code="booking")
    booking.extra["scope"] = "姓名、人数，以及常来的场馆。"
    booking.save()

    with pytest.raises(ConsentMissing):
        check_consent(person.pk, "booking")
    with pytest.raises(ConsentMissing, match="刚刚改过"):
        answer_consent(person.pk, "booking", is_given=True, text_digest=shown, actor=person)


def test_under_14_only_a_confirmed_guardian_agrees(child):
    parent = PersonFactory()
    with pytest.raises(GuardianNeeded):
        agree(child, "booking")
    found = declare_guardian(child.pk, parent.pk, Relation.PARENT, actor=child)
    with pytest.raises(NotAllowed):
        agree(child, "booking", actor=parent)
    with pytest.raises(NotAllowed):
        confirm_guardian(found.pk, actor=child)

    confirm_guardian(found.pk, actor=parent)
    agree(child, "booking", actor=parent)

    check_consent(child.pk, "booking")
    assert standing_of(child.pk, "booking").is_guardians


def test_a_child_may_refuse_alone(child):
    agree(child, "booking", is_given=False)

    assert Consent.objects.get().state == ConsentState.REFUSED


def test_a_birthday_corrected_halfway_makes_the_guardian_necessary():
    person = PersonFactory()
    agree(person, "booking")
    check_consent(person.pk, "booking")

    set_birthday(person.pk, date(today().year - 9, 1, 1), actor=person)

    with pytest.raises(GuardianNeeded):
        check_consent(person.pk, "booking")


def test_from_14_to_17_one_books_alone_and_volunteers_with_a_guardian(child, parent):
    young = PersonFactory()
    set_birthday(young.pk, date(today().year - 15, 1, 1), actor=None)
    agree(young, "booking")
    check_consent(young.pk, "booking")

    with pytest.raises(GuardianNeeded, match="18"):
        agree(young, "volunteer")
    confirm_guardian(declare_guardian(young.pk, parent.pk, Relation.PARENT, actor=young).pk, actor=parent)
    agree(young, "volunteer", actor=parent)
    check_consent(young.pk, "volunteer")


def test_a_guardianship_that_ended_no_longer_carries_a_consent(child, parent):
    agree(child, "booking", actor=parent)

    end_guardianship(Guardianship.objects.get().pk, actor=parent)

    assert not is_guardian(parent.pk, child.pk)
    with pytest.raises(GuardianNeeded):
        check_consent(child.pk, "booking")


def test_a_minor_or_oneself_is_no_guardian_and_the_grown_up_needs_none(child):
    other = PersonFactory()
    set_birthday(other.pk, date(today().year - 12, 1, 1), actor=None)
    grown = PersonFactory()
    set_birthday(grown.pk, date(today().year - 40, 1, 1), actor=None)

    for ward, guardian in ((child, other), (child, child), (grown, PersonFactory())):
        with pytest.raises(GuardianUnfit):
            declare_guardian(ward.pk, guardian.pk, Relation.PARENT, actor=ward)
    with pytest.raises(NotAllowed):
        declare_guardian(child.pk, grown.pk, Relation.PARENT, actor=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardianship.objects.create(child=child, guardian=child, relation="parent", declared_at=grown.joined_at)


def test_the_office_takes_down_what_was_said_by_phone_with_evidence():
    person, office = PersonFactory(), PersonFactory(role=Role.LEADING_OFFICE)

    with pytest.raises(ReasonMissing):
        agree(person, "booking", actor=office, answered_by=person.pk, manner=ConsentManner.PHONE)
    with pytest.raises(NotAllowed):
        agree(person, "booking", actor=PersonFactory(), answered_by=person.pk, manner=ConsentManner.PHONE, evidence="x")
    answer = agree(
        person, "booking", actor=office, answered_by=person.pk, manner=ConsentManner.PHONE, evidence="录音 0001"
    )

    assert (answer.answered_by_id, answer.recorded_by_id) == (person.pk, office.pk)
    check_consent(person.pk, "booking")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=answer.pk).update(evidence="")


def test_the_yearly_audit_counts_minors_answers_and_requests(child, parent):
    agree(child, "booking", actor=parent)
    withdraw_consent(child.pk, "booking", actor=parent)
    agree(parent, "booking")

    audit = minors_audit(today().year)

    assert audit.people == {"child": 1, "minor": 0}
    assert audit.answers == {("booking", "given"): 1, ("booking", "withdrawn"): 1}
    assert audit.requests["withdraw"] == 1
    assert audit.guardianships == 1
    assert minors_audit(today().year - 1).answers == {}
