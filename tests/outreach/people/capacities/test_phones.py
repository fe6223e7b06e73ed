"""An expert's phone: masked for those who arrange lectures, in full only with a reason that is audited."""

import pytest

from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.privacy.services import keep_number
from kepu.directory.register.choices import Role
from kepu.foundation.audit.models import AuditEntry
from kepu.outreach.people.capacities.services import end_capacity
from tests.factories import OrganisationFactory, PersonFactory, city_region
from tests.outreach.people.factories import admitted

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13900000001", "139****0001"


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def body():
    return OrganisationFactory()


@pytest.fixture
def entry(office, body):
    found = admitted(office=office, organisation_id=body.pk)
    keep_number(found.person_id, "phone", PHONE, actor=None)
    keep_number(found.person_id, "identity", "37020219900101001X", actor=None)
    return found


def page(entry):
    return f"/desk/register/{entry.pk}/"


def show(entry, number=None):
    number = number or PersonalNumber.objects.get(person=entry.person_id, kind="phone")
    return f"{page(entry)}phones/{number.pk}/"


def text(response):
    return response.content.decode()


def test_the_office_sees_it_in_full_once_with_a_reason_that_is_audited(client, office, entry):
    client.force_login(office)
    before = text(client.get(page(entry)))
    assert MASKED in before
    assert PHONE not in before

    refused = client.post(show(entry), {"reason": " "})
    assert (refused.status_code, PHONE in text(refused)) == (400, False)
    assert "请写明理由" in text(refused)
    shown = client.post(show(entry), {"reason": "安排示例讲座"})

    assert PHONE in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert PHONE not in text(client.get(page(entry)))
    said = AuditEntry.objects.filter(action="privacy.number.revealed")
    assert [one.data["reason"] for one in said] == ["安排示例讲座"]


def test_the_liaison_of_the_body_sees_it_masked_only(client, body, entry):
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=body))
    seen = text(client.get(page(entry)))
    assert MASKED in seen
    assert "看完整号码" not in seen
    assert client.post(show(entry), {"reason": "安排示例讲座"}).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNIT_HEAD, Role.DISTRICT_OFFICER])
def test_who_arranges_no_lectures_sees_no_phone(client, body, entry, role):
    more = {Role.UNIT_HEAD: {"organisation": body}, Role.DISTRICT_OFFICER: {"region": city_region()}}.get(role, {})
    client.force_login(PersonFactory(role=role, **more))
    answer = client.get(page(entry))
    assert answer.status_code == 200
    assert MASKED not in text(answer)
    assert client.post(show(entry), {"reason": "安排示例讲座"}).status_code == 404


def test_no_other_number_and_nobody_elses_is_shown(client, office, entry):
    client.force_login(office)
    identity = PersonalNumber.objects.get(person=entry.person_id, kind="identity")
    others = keep_number(PersonFactory().pk, "phone", "13900000002", actor=None)
    for number in (identity, others):
        assert client.post(show(entry, number), {"reason": "甲"}).status_code == 404


def test_the_phone_of_whoever_left_is_not_shown(client, office, entry):
    number = show(entry)
    end_capacity(entry.pk, "退出", actor=office)
    client.force_login(office)
    assert MASKED not in text(client.get(page(entry)))
    assert client.post(number, {"reason": "甲"}).status_code == 404
