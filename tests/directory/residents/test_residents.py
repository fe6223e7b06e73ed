"""Residents: registered once by phone and consent, corrected, moved to another phone; children wait for a guardian."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kepu.directory.privacy import services as privacy
from kepu.directory.privacy.errors import (
    BirthdayUnfit,
    ConsentMissing,
    ErasureObstructed,
    GuardianNeeded,
    GuardianUnfit,
    NumberTaken,
)
from kepu.directory.privacy.models import Consent, GuardianInvitation, Guardianship, PersonalNumber
from kepu.directory.privacy.queries import check_consent, consent_text, invitations_to, phone_of, standings_of
from kepu.directory.register import services
from kepu.directory.register.errors import CodeRefused, GuardianAwaited, ResidentRefused
from kepu.directory.register.events import ResidentRegistered
from kepu.directory.register.models import Person
from kepu.directory.register.services import codes
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import today
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.foundation.events import _subscribers, subscribe
from tests.factories import PersonFactory
from tests.residents import GROWN_UP, GUARDIANS_PHONE, PHONE, newest_code, open_phones, proved, resident

pytestmark = pytest.mark.django_db


def child_born() -> date:
    return today() - timedelta(days=10 * 365)


def waiting_child(**values) -> Person:
    return resident(PHONE, birthday=child_born(), guardian_phone=GUARDIANS_PHONE, relation="grandparent", **values)


def digest() -> str:
    return consent_text("account").digest


@pytest.fixture
def guardian(phones):
    return resident(GUARDIANS_PHONE, name="示例监护人 001")


def test_the_first_sign_in_registers_a_resident_without_password_or_role(phones):
    heard = []
    subscribe(ResidentRegistered)(heard.append)
    try:
        person = resident()
    finally:
        _subscribers[ResidentRegistered].clear()

    assert (person.is_active, person.has_usable_password(), person.roles_on(today())) == (True, False, [])
    assert person.login.startswith("resident-")
    check_consent(person.pk, "account")
    assert phone_of(person.pk) == PHONE
    assert PersonalNumber.objects.get().verified_at is not None
    assert [event.person_id for event in heard] == [person.pk]
    assert AuditEntry.objects.filter(action="directory.resident.registered").count() == 1


@pytest.mark.parametrize("name", ["示例专家 001", "另一位居民"])
def test_a_phone_on_a_list_of_the_office_opens_that_account_only_to_who_gives_the_same_name(phones, name):
    written = services.enrol_person("示例专家 001", organisation=None, actor=PersonFactory(role="leading_office"))
    privacy.keep_number(written.pk, "phone", PHONE, actor=None)
    key = proved()
    assert services.resident_of(services.proof_of(key)) is None

    person = services.register_resident(key, name=name, birthday=GROWN_UP, text_digest=digest())

    is_same = name == "示例专家 001"
    assert (person == written) is is_same
    number = PersonalNumber.objects.get()
    assert (number.person, number.verified_at is not None) == (person, True)
    assert AuditEntry.objects.filter(action="privacy.number.released").exists() is not is_same


def test_a_list_does_not_let_a_phone_into_an_account_that_works_for_the_office(phones):
    written = PersonFactory(role="leading_office", name="示例工作人员 001")
    privacy.keep_number(written.pk, "phone", PHONE, actor=None)
    with pytest.raises(ResidentRefused, match="工作身份"):
        resident(name="示例工作人员 001")


def test_who_is_registered_comes_in_by_the_phone(phones, wall):
    person = resident()
    wall.forward(100)

    assert services.resident_of(services.proof_of(proved())) == person


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": " "}, InputUnreadable),
        ({"birthday": date(2999, 1, 1)}, BirthdayUnfit),
        ({"text_digest": "an older text"}, ConsentMissing),
    ],
)
def test_what_is_refused_keeps_nothing_and_the_proof_still_holds(phones, values, problem):
    key = proved()
    right = {"name": "示例居民", "birthday": GROWN_UP, "text_digest": digest()}

    with pytest.raises(problem):
        services.register_resident(key, **right | values)

    assert not Person.objects.exists()
    assert services.register_resident(key, **right).is_active


def test_who_refuses_leaves_no_number_behind(phones):
    key = proved()

    services.drop_proof(key)

    assert services.proof_of(key) is None
    assert codes.PhoneCode.objects.get().number == ""
    assert not Person.objects.exists()


@pytest.mark.parametrize("power", ["role", "password", "superuser"])
def test_an_account_with_powers_does_not_open_by_a_phone(phones, power):
    person = PersonFactory(role="reviewer" if power == "role" else None, is_superuser=power == "superuser")
    if power != "password":
        person.set_unusable_password()
        person.save()
    privacy.keep_number(person.pk, "phone", PHONE, actor=person, is_verified=True)

    with pytest.raises(ResidentRefused, match="工作台"):
        services.resident_of(services.proof_of(proved()))
    with pytest.raises(ResidentRefused), transaction.atomic():
        services.register_resident(proved_again(), name="x", birthday=GROWN_UP, text_digest=digest())


def proved_again() -> str:
    codes.PhoneCode.objects.all().delete()
    return proved()


def test_a_closed_account_stays_out(phones):
    person = resident()
    Person.objects.filter(pk=person.pk).update(is_active=False)

    with pytest.raises(ResidentRefused, match="停用"):
        services.resident_of(services.proof_of(proved_again()))


def test_a_child_waits_for_its_guardian_and_nothing_is_active(phones, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        child = waiting_child()

    assert child.is_active is False
    assert not Consent.objects.exists()
    assert [message.to for message in phones.sent][-1] == GUARDIANS_PHONE
    assert child.name not in phones.sent[-1].body
    with pytest.raises(GuardianAwaited):
        services.resident_of(services.proof_of(proved_again()))


@pytest.mark.parametrize("phone", ["", PHONE, "123"])
def test_a_child_must_name_another_persons_phone(phones, phone):
    with pytest.raises((GuardianUnfit, InputUnreadable)), transaction.atomic():
        resident(PHONE, birthday=child_born(), guardian_phone=phone, relation="parent")
    assert not Person.objects.exists()


def test_naming_a_guardian_tells_nothing_of_who_has_the_phone(phones, guardian):
    child = waiting_child()
    known = GuardianInvitation.objects.get(child=child)
    unknown = privacy.invite_guardian(child.pk, "13800000000", "parent", actor=child)

    assert (known.answered_at, unknown.answered_at) == (None, None)
    assert not Guardianship.objects.exists()


def test_the_guardian_agrees_under_the_own_sign_in(phones, guardian):
    child = waiting_child()
    invitation = invitations_to(guardian.pk).get()

    admitted = services.answer_for_child(invitation.pk, is_given=True, text_digest=digest(), actor=guardian)

    assert (admitted, admitted.is_active) == (child, True)
    check_consent(child.pk, "account")
    assert Guardianship.objects.get().confirmed_by == guardian
    assert services.resident_of(services.proof_of(proved_again())) == child
    assert not invitations_to(guardian.pk).exists()


def test_a_guardian_who_refuses_leaves_nothing_of_the_child(phones, guardian):
    child = waiting_child()

    left = services.answer_for_child(
        invitations_to(guardian.pk).get().pk, is_given=False, text_digest="", actor=guardian
    )

    child.refresh_from_db()
    assert left is None
    assert (child.name, child.is_active) == ("", False)
    assert not PersonalNumber.objects.filter(person=child).exists()
    assert not GuardianInvitation.objects.exists()


def test_refusing_does_not_erase_a_child_who_is_active_already(phones, guardian):
    teen = resident(PHONE, birthday=today() - timedelta(days=16 * 365))
    invitation = privacy.invite_guardian(teen.pk, GUARDIANS_PHONE, "parent", actor=teen)

    assert services.answer_for_child(invitation.pk, is_given=False, text_digest="", actor=guardian) == teen
    teen.refresh_from_db()
    assert teen.name


def test_only_who_was_named_answers(phones, guardian):
    waiting_child()
    stranger = resident("13900000003")
    invitation = GuardianInvitation.objects.get()

    for is_given in (True, False):
        with pytest.raises(GuardianInvitation.DoesNotExist):
            services.answer_for_child(invitation.pk, is_given=is_given, text_digest=digest(), actor=stranger)


def test_an_unverified_phone_makes_nobody_a_guardian(phones):
    waiting_child()
    other = PersonFactory()
    privacy.keep_number(other.pk, "phone", GUARDIANS_PHONE, actor=other)

    assert not invitations_to(other.pk).exists()


def test_a_minor_is_no_guardian(phones):
    teen = resident(GUARDIANS_PHONE, birthday=today() - timedelta(days=16 * 365))
    waiting_child()

    with pytest.raises(GuardianUnfit):
        services.answer_for_child(invitations_to(teen.pk).get().pk, is_given=True, text_digest=digest(), actor=teen)


def test_a_registration_that_nobody_answers_is_dropped_after_seven_days(phones, guardian):
    with clock.fixed(today() - timedelta(days=8)):
        child = waiting_child()
    young = resident("13900000004", birthday=child_born(), guardian_phone=GUARDIANS_PHONE, relation="parent")

    assert services.let_go_of_waiting_children() == 1
    child.refresh_from_db()
    young.refresh_from_db()
    assert (child.name, young.name != "") == ("", True)


def test_a_guardian_makes_an_account_for_a_child_without_a_phone_and_answers_for_it(phones, guardian):
    child = services.register_ward(
        name="示例孩子 001", birthday=child_born(), relation="parent", text_digest=digest(), actor=guardian
    )

    check_consent(child.pk, "account")
    assert "示例孩子 001" in str(privacy.export_person(child.pk, actor=guardian))
    assert privacy.obstacles_to_erasure(guardian.pk)
    with pytest.raises(ErasureObstructed):
        privacy.erase_person(guardian.pk, actor=guardian)
    privacy.erase_person(child.pk, actor=guardian)
    privacy.erase_person(guardian.pk, actor=guardian)


def test_a_guardian_has_no_power_over_who_is_of_age(phones, guardian):
    child = services.register_ward(
        name="示例孩子 001", birthday=child_born(), relation="parent", text_digest=digest(), actor=guardian
    )
    with clock.fixed(today() + timedelta(days=9 * 365)):
        with pytest.raises(NotAllowed):
            privacy.export_person(child.pk, actor=guardian)
        with pytest.raises(NotAllowed):
            privacy.erase_person(child.pk, actor=guardian)
        with pytest.raises(NotAllowed):
            privacy.answer_consent(child.pk, "account", is_given=True, text_digest=digest(), actor=guardian)


def test_a_grown_up_is_nobodys_ward(phones, guardian):
    with pytest.raises(GuardianUnfit):
        services.register_ward(
            name="示例成人", birthday=GROWN_UP, relation="parent", text_digest=digest(), actor=guardian
        )


def test_a_birthday_that_is_corrected_halfway_makes_a_guardian_necessary(phones):
    person = resident()

    services.correct_person(name="示例居民 009", birthday=child_born(), actor=person)

    person.refresh_from_db()
    assert person.name == "示例居民 009"
    with pytest.raises(GuardianNeeded):
        check_consent(person.pk, "account")
    with pytest.raises(GuardianNeeded):
        services.correct_person(name="x", birthday=GROWN_UP, actor=person)


def test_without_the_consent_to_the_account_nothing_is_corrected(phones):
    person = resident()
    privacy.withdraw_consent(person.pk, "account", actor=person)

    with pytest.raises(ConsentMissing):
        services.correct_person(name="x", birthday=None, actor=person)


def test_whose_name_an_administrator_gave_keeps_it(phones):
    person = PersonFactory(role="reviewer")

    services.correct_person(name="another", birthday=GROWN_UP, actor=person)

    person.refresh_from_db()
    assert person.name != "another"


def test_a_new_phone_takes_the_place_of_the_old_one_which_is_told(phones, django_capture_on_commit_callbacks):
    person = resident()
    key = proved("13900000009", purpose="phone")

    with django_capture_on_commit_callbacks(execute=True):
        services.change_phone(key, actor=person)

    assert [number.value for number in PersonalNumber.objects.filter(person=person)] == ["13900000009"]
    assert (phones.sent[-1].to, "13900000009" in phones.sent[-1].body) == (PHONE, False)
    assert services.resident_of(services.proof_of(proved_again())) is None


def test_somebody_elses_phone_is_not_taken_over(phones, guardian):
    person = resident()
    codes.PhoneCode.objects.all().delete()

    with pytest.raises(NumberTaken):
        services.change_phone(proved(GUARDIANS_PHONE, purpose="phone"), actor=person)
    assert phone_of(person.pk) == PHONE


def test_a_proof_for_signing_in_changes_no_phone(phones):
    person = resident()

    with pytest.raises(CodeRefused):
        services.change_phone(proved("13900000009"), actor=person)


def test_invitations_are_found_after_the_keys_changed(settings, phones, guardian):
    waiting_child()
    settings.KEPU_PRIVACY_KEYS = ("another-key-" + "2" * 32, *settings.KEPU_PRIVACY_KEYS)
    privacy.rotate_keys()
    settings.KEPU_PRIVACY_KEYS = settings.KEPU_PRIVACY_KEYS[:1]

    assert invitations_to(guardian.pk).count() == 1


def test_no_administrator_gives_a_residents_login(phones):
    with pytest.raises(InputUnreadable):
        services.create_person("resident-1", name="x", actor=None)


def test_the_standing_of_all_purposes_costs_few_looks(phones, django_assert_max_num_queries):
    person = resident()
    with django_assert_max_num_queries(6):
        found = standings_of(person.pk)

    assert [one.text.purpose for one in found if one.holds] == ["account"]


@pytest.mark.parametrize(
    ("values", "name"),
    [({"relation": "friend"}, "guardian_invitation_relation_known")],
)
def test_the_database_refuses_an_unknown_relation(phones, values, name):
    waiting_child()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        GuardianInvitation.objects.update(**values)


def test_a_guardian_is_invited_once_at_a_time(phones):
    child = waiting_child()
    found = GuardianInvitation.objects.get()

    assert privacy.invite_guardian(child.pk, GUARDIANS_PHONE, "parent", actor=child) == found
    with pytest.raises(IntegrityError, match="guardian_invited_once_at_a_time"), transaction.atomic():
        GuardianInvitation.objects.create(
            child=child, number=GUARDIANS_PHONE, digest=found.digest, relation="parent", invited_at=found.invited_at
        )


@pytest.mark.django_db(transaction=True)
def test_two_windows_register_one_resident(settings):
    open_phones(settings)
    key = proved()
    text = digest()
    made, refused = [], []
    ready = threading.Barrier(2)

    def register() -> None:
        ready.wait()
        try:
            made.append(services.register_resident(key, name="示例居民", birthday=GROWN_UP, text_digest=text).pk)
        except CodeRefused:
            refused.append(True)
        finally:
            connection.close()

    windows = [threading.Thread(target=register) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert (len(made), len(refused)) == (1, 1)
    assert Person.objects.count() == 1
    assert newest_code()
