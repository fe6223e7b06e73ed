"""Somebody of the office acts for a resident who called: checked, for a reason, shown on every page, named in the trail."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from kepu.directory.privacy import services as privacy
from kepu.directory.register import services
from kepu.directory.register.errors import ActingRefused
from kepu.directory.register.http import ACTING_SEEN_AT
from kepu.directory.register.models import Acting, Person
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from tests.factories import PersonFactory, city_region
from tests.residents import GROWN_UP, GUARDIANS_PHONE, PHONE, resident

pytestmark = pytest.mark.django_db
CALL = {"check": "birthday", "said_birthday": GROWN_UP, "evidence": "录音 1", "reason": "问预约"}
FORM = {"phone": PHONE, "check": "birthday", "said_birthday": "1950-05-01", "evidence": "录音 1", "reason": "问预约"}


@pytest.fixture
def office():
    cache.clear()
    city_region()
    return PersonFactory(role="leading_office")


@pytest.fixture
def caller(phones):
    return resident()


def begin(client, office):
    client.force_login(office)
    return client.post(reverse("workbench:acting"), FORM)


def test_the_spoken_check_opens_a_time_of_acting_that_is_recorded(office, caller):
    acting = services.start_acting(PHONE, actor=office, **CALL)

    entry = AuditEntry.objects.get(action="directory.acting.started")
    assert (acting.operator, acting.resident, acting.evidence, acting.reason) == (office, caller, "录音 1", "问预约")
    assert (entry.actor_id, entry.data["on_behalf_of"], entry.data["check"]) == (office.pk, caller.pk, "birthday")


@pytest.mark.parametrize(
    "values",
    [
        {"said_birthday": date(1950, 5, 2)},
        {"said_birthday": None},
        {"check": "trust"},
        {"evidence": " "},
        {"reason": ""},
    ],
)
def test_a_check_that_does_not_hold_opens_nothing(office, caller, values):
    with pytest.raises(ActingRefused):
        services.start_acting(PHONE, actor=office, **CALL | values)
    assert not Acting.objects.exists()


def test_an_unknown_phone_and_a_wrong_birthday_get_one_answer_and_are_on_record(office, caller):
    said = set()
    for phone, day in (("13800000000", GROWN_UP), (PHONE, date(1951, 1, 1))):
        with pytest.raises(ActingRefused) as problem:
            services.start_acting(phone, actor=office, **CALL | {"said_birthday": day})
        said.add(str(problem.value))

    assert len(said) == 1
    assert AuditEntry.objects.filter(action="directory.acting.refused").count() == 2


def test_a_call_back_to_a_phone_that_only_stands_on_a_list_proves_nothing(office):
    written = services.enrol_person("示例专家 001", organisation=None, actor=office)
    privacy.keep_number(written.pk, "phone", PHONE, actor=office)
    with pytest.raises(ActingRefused, match="没有登记"):
        services.start_acting(PHONE, actor=office, check="callback", evidence="回拨 1", reason="问预约")


def test_birthdays_are_not_guessed_one_by_one(office, caller):
    for day in range(5):
        with pytest.raises(ActingRefused):
            services.start_acting(PHONE, actor=office, **CALL | {"said_birthday": date(1951, 1, 1 + day)})

    with pytest.raises(ActingRefused):
        services.start_acting(PHONE, actor=office, **CALL)


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator", None])
def test_only_the_office_acts_for_others(role, caller):
    with pytest.raises(NotAllowed):
        services.start_acting(PHONE, actor=PersonFactory(role=role), **CALL)


def test_nobody_acts_for_a_child_or_for_who_works_here(office, phones):
    guardian = resident(GUARDIANS_PHONE)
    child = resident(PHONE, birthday=today() - timedelta(days=3650), guardian_phone=GUARDIANS_PHONE, relation="parent")
    Person.objects.filter(pk=child.pk).update(is_active=True)
    with pytest.raises(ActingRefused, match="监护人来电"):
        services.start_acting(PHONE, actor=office, **CALL | {"check": "callback"})
    colleague = PersonFactory(role="reviewer")
    privacy.keep_number(colleague.pk, "phone", "13900000005", actor=colleague, is_verified=True)
    with pytest.raises(ActingRefused, match="工作身份"):
        services.start_acting("13900000005", actor=office, **CALL | {"check": "callback"})
    assert guardian.is_active


def test_a_banner_on_every_page_says_for_whom(client, office, caller):
    answer = begin(client, office)

    assert answer.url == reverse("portal:home")
    for page in (reverse("portal:about"), reverse("workbench:home"), reverse("workbench:acting")):
        text = client.get(page).content.decode()
        assert f"您正在替 <strong>{caller.name}</strong> 办理" in text, page
    client.post(reverse("workbench:acting_end"))
    assert "您正在替" not in client.get(reverse("portal:about")).content.decode()
    assert Acting.objects.get().end_kind == "button"


def test_everything_recorded_meanwhile_names_both(client, office, caller):
    begin(client, office)
    other = PersonFactory()

    client.post(reverse("workbench:alias_add", args=[_body().pk]), {"alias": "又名"})
    client.post(reverse("workbench:acting_end"))
    client.post(reverse("workbench:alias_add", args=[_body().pk]), {"alias": "再名"})

    first, second = AuditEntry.objects.filter(action="directory.alias.added").order_by("pk")
    assert (first.actor_id, first.data["on_behalf_of"]) == (office.pk, caller.pk)
    assert "on_behalf_of" not in second.data
    assert other.pk not in first.data.values()


def _body():
    from tests.factories import OrganisationFactory

    return OrganisationFactory()


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "me"),
        ("post", "me_export"),
        ("get", "me_delete"),
        ("post", "me_delete"),
        ("get", "me_correct"),
        ("get", "me_phone"),
    ],
)
def test_acting_never_opens_the_own_page_export_or_deletion(client, office, caller, method, name):
    begin(client, office)

    answer = getattr(client, method)(reverse(f"portal:{name}"), {"word": "注销", "as": "json"})

    assert answer.status_code == 403
    assert "结束代办" in answer.content.decode()
    assert Person.objects.filter(pk__in=[caller.pk, office.pk], is_active=True).count() == 2
    assert not AuditEntry.objects.filter(action="privacy.person.erased").exists()


def test_acting_ends_after_idle_time(client, office, caller):
    begin(client, office)
    session = client.session
    session[ACTING_SEEN_AT] -= 10 * 60 + 1
    session.save()

    text = client.get(reverse("portal:about")).content.decode()

    assert "您正在替" not in text
    assert "代办已经结束" in text
    assert Acting.objects.get().end_kind == "idle"


@pytest.mark.parametrize("what", ["role", "resident"])
def test_acting_ends_when_its_ground_is_gone(client, office, caller, what):
    begin(client, office)
    if what == "role":
        office.role_assignments.all().delete()
    else:
        Person.objects.filter(pk=caller.pk).update(is_active=False)

    assert "您正在替" not in client.get(reverse("portal:about")).content.decode()
    assert Acting.objects.get().end_kind == "void"


def test_signing_out_ends_it(client, office, caller):
    begin(client, office)
    client.post(reverse("account_logout"))

    assert Acting.objects.get().end_kind == "sign_out"


def test_acting_for_the_next_ends_the_one_before(office, caller, phones):
    services.start_acting(PHONE, actor=office, **CALL)
    resident(GUARDIANS_PHONE)
    services.start_acting(GUARDIANS_PHONE, actor=office, **CALL)

    assert Acting.objects.filter(ended_at=None).count() == 1


def test_nobody_ends_anothers(office, caller):
    acting = services.start_acting(PHONE, actor=office, **CALL)

    with pytest.raises(NotAllowed):
        services.end_acting(acting.pk, how="button", actor=PersonFactory(role="leading_office"))


def test_what_was_noted_of_the_call_goes_with_the_person(office, caller):
    services.start_acting(PHONE, actor=office, **CALL)

    privacy.erase_person(caller.pk, actor=caller)

    acting = Acting.objects.get()
    assert (acting.reason, acting.evidence, acting.resident_id) == ("", "", caller.pk)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"check_kind": "trust"}, "acting_check_known"),
        ({"end_kind": "idle"}, "acting_end_known"),
        ({"ended_at": "2024-01-01T00:00Z"}, "acting_end_known"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(office, caller, values, name):
    acting = services.start_acting(PHONE, actor=office, **CALL)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Acting.objects.update(**values)
    with pytest.raises(IntegrityError, match="acting_for_somebody_else"), transaction.atomic():
        Acting.objects.update(resident=acting.operator)
    with pytest.raises(IntegrityError, match="acting_for_one_at_a_time"), transaction.atomic():
        Acting.objects.create(
            operator=office, resident=caller, check_kind="callback", evidence="2", reason="x", started_at=now()
        )
