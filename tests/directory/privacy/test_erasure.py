"""Who is erased leaves a number without a name, and every model says what becomes of it."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.choices import NumberKind, RequestKind
from kepu.directory.privacy.errors import ErasureObstructed
from kepu.directory.privacy.events import PersonErased
from kepu.directory.privacy.models import Consent, PersonalDetail, PersonalNumber, SubjectRequest
from kepu.directory.privacy.queries import consent_text, erasure_of, ledger_key_of, pointers, undeclared
from kepu.directory.privacy.services import (
    answer_consent,
    apply_retention,
    erase_person,
    export_person,
    keep_number,
    ledger_key,
    note_request,
    set_birthday,
)
from kepu.directory.register.choices import Role
from kepu.directory.register.models import RoleAssignment
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now, today
from kepu.foundation.erasure import Act, OnErasure
from kepu.foundation.errors import NotAllowed
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
PHONE = "13900001234"


@pytest.fixture
def person():
    person = PersonFactory(name="示例居民 001", email="resident001@example.cn")
    keep_number(person.pk, NumberKind.PHONE, PHONE, actor=person)
    set_birthday(person.pk, date(1950, 1, 1), actor=person)
    answer_consent(person.pk, "booking", is_given=True, text_digest=consent_text("booking").digest, actor=person)
    Notice.objects.create(person=person, key="k", kind="test", title="示例通知", created_at=now(), not_before=now())
    return person


def test_no_model_points_at_a_person_without_saying_what_erasure_does():
    assert undeclared() == []


def test_what_models_declare_can_be_carried_out():
    for model, pointer, what in pointers():
        assert isinstance(what, OnErasure), model
        field = model._meta.get_field(pointer)
        for name in what.clears:
            model._meta.get_field(name)
        if what.act == Act.BLANK:
            assert field.null, f"{model._meta.label}.{pointer} cannot be blanked"
        if what.act == Act.KEEP and field.is_relation:
            assert field.remote_field.on_delete.__name__ in {"PROTECT", "DO_NOTHING", "CASCADE", "SET_NULL"}


def test_a_number_of_a_person_without_a_foreign_key_is_declared_as_well():
    names = {"person_id", "owner_id", "actor_id", "uploaded_by", "decided_by"}
    silent = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.label.split(".")[0] not in {"auth", "sessions", "contenttypes", "procrastinate"}
        for field in model._meta.concrete_fields
        if not field.is_relation
        and (field.name in names or (field.name.endswith("_by") and isinstance(field, models.BigIntegerField)))
        and field.name not in erasure_of(model)
    ]
    assert silent == []


def test_an_erased_person_leaves_a_number_and_no_name(person):
    touched = erase_person(person.pk, actor=person)

    left = get_user_model().objects.get(pk=person.pk)
    assert str(left) == f"已注销人员 {person.pk}"
    assert (left.name, left.email, left.is_active, left.has_usable_password()) == ("", "", False, False)
    assert not PersonalNumber.objects.exists()
    assert not PersonalDetail.objects.exists()
    assert not Notice.objects.exists()
    assert touched["privacy.PersonalNumber"] == 1
    assert Consent.objects.get().person_id == person.pk  # that it was agreed stays provable, under the number
    entry = AuditEntry.objects.get(action="privacy.person.erased")
    assert "示例居民" not in str(entry.data)
    assert SubjectRequest.objects.get().kind == RequestKind.ERASE


def test_the_ledgers_secret_dies_with_the_person(person):
    key = ledger_key(person.pk)
    assert ledger_key(person.pk) == key
    assert len(key) == 16
    assert ledger_key(PersonFactory().pk) != key

    erase_person(person.pk, actor=person)

    assert ledger_key_of(person.pk) is None


def test_only_oneself_or_the_office_erases(person):
    with pytest.raises(NotAllowed):
        erase_person(person.pk, actor=PersonFactory(role=Role.ADMINISTRATOR))

    erase_person(person.pk, actor=PersonFactory(role=Role.LEADING_OFFICE), reason="本人来电申请")

    assert AuditEntry.objects.get(action="privacy.person.erased").data["reason"] == "本人来电申请"


def test_who_holds_a_role_is_told_to_end_it_first():
    officer = PersonFactory(role=Role.LEADING_OFFICE)

    with pytest.raises(ErasureObstructed, match="领导小组办公室"):
        erase_person(officer.pk, actor=officer)

    officer.role_assignments.update(ends_on=today() - timedelta(days=1))
    officer.forget_roles()
    erase_person(officer.pk, actor=officer)
    assert RoleAssignment.objects.get().person_id == officer.pk


def test_others_hear_of_an_erasure(person, monkeypatch):
    heard = []
    monkeypatch.setattr("kepu.directory.privacy.services.erasure.publish", heard.append)

    erase_person(person.pk, actor=person)

    assert heard == [PersonErased(person.pk)]


def test_a_person_gets_everything_about_oneself_in_words_and_nobody_elses(person):
    with pytest.raises(NotAllowed):
        export_person(person.pk, actor=PersonFactory(role=Role.LEADING_OFFICE))

    found = export_person(person.pk, actor=person)

    assert found["人员"][0]["姓名"] == "示例居民 001"
    assert found["个人号码"][0]["号码"] == PHONE
    assert found["个人情况"][0]["出生日期"] == "1950-01-01"
    assert found["同意记录"][0]["答复"] == "同意"
    assert found["通知"][0]["标题"] == "示例通知"
    assert "password" not in str(found)
    assert person.password not in str(found)
    assert SubjectRequest.objects.get().kind == RequestKind.EXPORT


def test_requests_are_forgotten_when_their_time_is_over(person):
    note_request(person.pk, RequestKind.EXPORT, actor=person)
    old = note_request(person.pk, RequestKind.EXPORT, actor=person)
    SubjectRequest.objects.filter(pk=old.pk).update(settled_at=now() - timedelta(days=1100))

    assert apply_retention()["retention_requests"] == 1

    assert SubjectRequest.objects.count() == 1
