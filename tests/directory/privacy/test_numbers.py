"""Phone and identity numbers: encrypted in the database, found by a keyed hash, masked, shown in full only on record."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kepu.directory.privacy.choices import AgeBand
from kepu.directory.privacy.errors import (
    BirthdayUnfit,
    KeysMissing,
    NumberTaken,
    NumberUnreadable,
    ReasonMissing,
)
from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.privacy.queries import (
    age_band_of,
    birthday_of,
    ledger_key_of,
    numbers_of,
    person_id_with,
    phone_of,
)
from kepu.directory.privacy.rules import age_on, decrypt, encrypt, masked
from kepu.directory.privacy.services import (
    drop_number,
    keep_number,
    ledger_key,
    reveal_number,
    rotate_keys,
    set_birthday,
)
from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
PHONE = "13900001234"


def stored(column: str = "value") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from privacy_personalnumber")
        return bytes(cursor.fetchone()[0])


def test_a_number_is_unreadable_in_the_database_and_found_by_any_way_of_writing_it():
    person = PersonFactory()

    keep_number(person.pk, "phone", " +86 139-0000-1234", actor=person)

    assert PHONE.encode() not in stored()
    assert PHONE.encode() not in stored("digest")
    assert person_id_with("phone", "１３９００００１２３４") == person.pk
    assert person_id_with("phone", "13900001235") is None
    assert [number.masked for number in numbers_of(person.pk)] == ["139****1234"]
    assert phone_of(person.pk) == PHONE


def test_the_same_number_again_is_the_same_and_another_persons_is_refused_without_a_name():
    person, other = PersonFactory(), PersonFactory(name="示例人员 999")
    first = keep_number(person.pk, "phone", PHONE, actor=person)

    again = keep_number(person.pk, "phone", PHONE, actor=person, is_verified=True)
    with pytest.raises(NumberTaken) as refused:
        keep_number(other.pk, "phone", PHONE, actor=other)

    assert again.pk == first.pk
    assert PersonalNumber.objects.get().verified_at is not None
    assert person.name not in str(refused.value)


@pytest.mark.parametrize(
    "bad", ["", "139", "abc", "239000012345", "1390000123４５", "13900001234; drop", "\u202e13900001234"]
)
def test_what_is_no_phone_is_refused_in_words(bad):
    with pytest.raises(NumberUnreadable):
        keep_number(PersonFactory().pk, "phone", bad, actor=None)


def test_a_phone_of_the_database_belongs_to_one_person():
    person = PersonFactory()
    keep_number(person.pk, "phone", PHONE, actor=person)
    kept = PersonalNumber.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalNumber.objects.create(
            person=PersonFactory(), kind="phone", value=PHONE, digest=kept.digest, kept_at=kept.kept_at
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalNumber.objects.create(person=person, kind="fax", value=PHONE, digest=b"2", kept_at=kept.kept_at)


def test_a_person_has_one_identity_number():
    person = PersonFactory()
    keep_number(person.pk, "identity", "37020219500101001x", actor=person)

    with pytest.raises(IntegrityError), transaction.atomic():
        keep_number(person.pk, "identity", "370202195001010028", actor=person)


def test_an_encrypted_column_cannot_be_searched():
    with pytest.raises(FieldError):
        PersonalNumber.objects.filter(value=PHONE).exists()


def test_seeing_anothers_number_needs_the_office_a_reason_and_leaves_a_trace():
    person, office, liaison = PersonFactory(), PersonFactory(role=Role.LEADING_OFFICE), PersonFactory(role=Role.AUDITOR)
    number = keep_number(person.pk, "phone", PHONE, actor=person)

    with pytest.raises(NotAllowed):
        reveal_number(number.pk, actor=liaison, reason="想知道")
    with pytest.raises(ReasonMissing):
        reveal_number(number.pk, actor=office, reason=" ")
    assert reveal_number(number.pk, actor=person) == PHONE
    assert not AuditEntry.objects.filter(action="privacy.number.revealed").exists()

    assert reveal_number(number.pk, actor=office, reason="派单联系") == PHONE
    entry = AuditEntry.objects.get(action="privacy.number.revealed")
    assert (entry.actor_id, entry.data["person"], entry.data["reason"]) == (office.pk, person.pk, "派单联系")
    assert PHONE not in str(entry.data)


def test_one_drops_ones_own_number_and_nobody_elses():
    person = PersonFactory()
    number = keep_number(person.pk, "phone", PHONE, actor=person)

    with pytest.raises(NotAllowed):
        drop_number(number.pk, actor=PersonFactory())
    drop_number(number.pk, actor=person)

    assert person_id_with("phone", PHONE) is None


def test_a_new_key_writes_everything_again_and_the_old_key_can_go(settings):
    person = PersonFactory()
    keep_number(person.pk, "phone", PHONE, actor=person)
    set_birthday(person.pk, date(2012, 5, 1), actor=person)
    key = ledger_key(person.pk)
    old = settings.KEPU_PRIVACY_KEYS[0]
    settings.KEPU_PRIVACY_KEYS = ("a-newer-key-of-this-site-" + "2" * 20, old)
    assert person_id_with("phone", PHONE) == person.pk  # while it goes on, both keys find

    assert rotate_keys().rewritten == 3
    assert rotate_keys().rewritten == 0

    settings.KEPU_PRIVACY_KEYS = settings.KEPU_PRIVACY_KEYS[:1]
    assert person_id_with("phone", PHONE) == person.pk
    assert (phone_of(person.pk), birthday_of(person.pk), ledger_key_of(person.pk)) == (PHONE, date(2012, 5, 1), key)
    settings.KEPU_PRIVACY_KEYS = (old,)
    with pytest.raises(KeysMissing):
        phone_of(person.pk)


def test_the_file_of_keys_is_rotated_without_a_restart(settings, tmp_path):
    settings.KEPU_PRIVACY_KEYS, settings.KEPU_VAR = (), tmp_path
    (tmp_path / "privacy_keys").write_text("k" * 40 + "\n")
    person = PersonFactory()
    keep_number(person.pk, "phone", PHONE, actor=person)
    before = stored()

    done = rotate_keys()

    assert (done.rewritten, done.keys) == (1, 1)
    assert (tmp_path / "privacy_keys").stat().st_mode & 0o777 == 0o600
    assert "k" * 40 not in (tmp_path / "privacy_keys").read_text()
    assert stored() != before
    assert phone_of(person.pk) == PHONE


def test_a_rotation_killed_in_the_middle_goes_on(settings, monkeypatch):
    people = [PersonFactory() for _ in range(3)]
    for number, person in enumerate(people):
        keep_number(person.pk, "phone", f"1390000000{number}", actor=person)
    monkeypatch.setattr("kepu.directory.privacy.services.keys._BATCH", 2)
    calls = iter(range(100))

    def killed(text, purpose):
        if next(calls) == 2:
            raise KeyboardInterrupt
        return encrypt(text, purpose)

    settings.KEPU_PRIVACY_KEYS = ("a-newer-key-of-this-site-" + "2" * 20, *settings.KEPU_PRIVACY_KEYS)
    with monkeypatch.context() as patch:
        patch.setattr("kepu.directory.privacy.services.keys.encrypt", killed)
        with pytest.raises(KeyboardInterrupt):
            rotate_keys()

    assert rotate_keys().rewritten == 1
    assert [phone_of(person.pk) for person in people] == [f"1390000000{number}" for number in range(3)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_one_number_at_once_one_gets_it():
    people, outcomes, start = [PersonFactory(), PersonFactory()], [], Barrier(2)

    def claim(person):
        start.wait()
        try:
            keep_number(person.pk, "phone", PHONE, actor=person)
            outcomes.append("kept")
        except NumberTaken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept", "taken"]


def test_a_birthday_makes_the_band_and_the_future_is_no_birthday():
    person = PersonFactory()
    assert age_band_of(person.pk) == AgeBand.UNKNOWN

    set_birthday(person.pk, date(2010, 9, 2), actor=person)

    assert age_band_of(person.pk, date(2024, 9, 1)) == AgeBand.CHILD
    assert age_band_of(person.pk, date(2024, 9, 2)) == AgeBand.MINOR
    assert age_band_of(person.pk, date(2028, 9, 2)) == AgeBand.ADULT
    for bad in (date(2999, 1, 1), date(1870, 1, 1)):
        with pytest.raises(BirthdayUnfit):
            set_birthday(person.pk, bad, actor=person)


@given(st.text(max_size=200))
def test_what_is_encrypted_reads_back_in_its_own_place_only(text):
    value = encrypt(text, "a.b")

    assert decrypt(value, "a.b") == text
    assert value != encrypt(text, "a.b")
    with pytest.raises(KeysMissing):
        decrypt(value, "a.c")
    with pytest.raises(KeysMissing):
        decrypt(value[:-1] + bytes([value[-1] ^ 1]), "a.b")


@given(st.sampled_from(["phone", "identity", "ticket"]), st.text("0123456789X", max_size=30))
def test_a_mask_keeps_the_length_and_hides_most(kind, value):
    shown = masked(kind, value)

    assert len(shown) == len(value)
    assert shown.count("*") >= min(len(value), max(len(value) - 7, 1))


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.dates(date(2021, 1, 1), date(2030, 12, 31)))
def test_nobody_grows_younger(birthday, day):
    assert 0 <= age_on(birthday, day) <= age_on(birthday, date(day.year + 1, 1, 1))
