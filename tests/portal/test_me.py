"""Each person's own page: everything is seen, corrected, agreed or refused, taken away and deleted by oneself only."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.privacy.models import Consent, PersonalNumber, SubjectRequest
from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.models import Person, PhoneCode
from kepu.directory.register.services import register_ward
from kepu.foundation.clock import today
from tests.factories import PersonFactory, city_region
from tests.residents import GUARDIANS_PHONE, PHONE, newest_code, open_phones, resident, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def phones(settings):
    city_region()
    return open_phones(settings)


@pytest.fixture
def person(client, phones):
    person = resident()
    PhoneCode.objects.all().delete()
    sign_in(client)
    return person


@pytest.fixture
def ward(person):
    return register_ward(
        name="示例孩子 001",
        birthday=today() - timedelta(days=3650),
        relation="parent",
        text_digest=consent_text("account").digest,
        actor=person,
    )


def test_a_number_is_masked_and_shown_to_oneself_on_asking(client, person):
    number = PersonalNumber.objects.get()
    assert PHONE not in client.get(reverse("portal:me")).content.decode()

    shown = client.post(reverse("portal:me_number", args=[number.pk])).content.decode()

    assert PHONE in shown
    assert PHONE not in client.get(reverse("portal:me")).content.decode()


def test_somebody_elses_number_is_not_there(client, person, phones):
    resident(GUARDIANS_PHONE)
    other = PersonalNumber.objects.exclude(person=person).get()

    assert client.post(reverse("portal:me_number", args=[other.pk])).status_code == 404


def test_name_and_birthday_are_corrected(client, person):
    answer = client.post(reverse("portal:me_correct"), {"name": "王阿姨", "birthday": "1949-10-01"})

    assert answer.url == reverse("portal:me")
    page = client.get(reverse("portal:me")).content.decode()
    assert "王阿姨" in page
    assert "1949-10-01" in page
    assert client.post(reverse("portal:me_correct"), {"name": "x", "birthday": "2999-01-01"}).status_code == 400


def test_a_new_phone_needs_its_own_code(client, person, phones):
    PhoneCode.objects.all().delete()
    client.post(reverse("portal:me_phone"), {"phone": "13900000009"})
    wrong = f"{(int(newest_code('13900000009')) + 1) % 1_000_000:06d}"
    assert client.post(reverse("portal:me_phone_code"), {"code": wrong}).status_code == 422

    answer = client.post(reverse("portal:me_phone_code"), {"code": newest_code("13900000009")})

    assert answer.url == reverse("portal:me")
    assert [number.value for number in PersonalNumber.objects.all()] == ["13900000009"]


@pytest.mark.parametrize("answer", ["given", "refused"])
def test_agreeing_and_refusing_take_one_press_each(client, person, answer):
    data = {"answer": answer, "text_digest": consent_text("booking").digest}

    client.post(reverse("portal:me_consent", args=["booking"]), data)

    assert Consent.objects.filter(purpose="booking").get().state == answer


def test_withdrawing_takes_one_press_and_stops_what_needs_it(client, person):
    client.post(reverse("portal:me_consent", args=["account"]), {"answer": "withdrawn"})

    page = client.get(reverse("portal:me"))
    assert "同意现在不成立" in page.content.decode()
    assert client.post(reverse("portal:me_correct"), {"name": "x", "birthday": "1949-10-01"}).status_code == 409
    assert client.post(reverse("portal:me_export"), {"as": "json"}).status_code == 200


def test_a_text_that_changed_must_be_read_again(client, person):
    answer = client.post(reverse("portal:me_consent", args=["booking"]), {"answer": "given", "text_digest": "old"})

    assert answer.status_code == 409
    assert not Consent.objects.filter(purpose="booking").exists()


def test_everything_is_taken_away_as_a_file_or_a_page(client, person):
    found = client.post(reverse("portal:me_export"), {"as": "json"})
    page = client.post(reverse("portal:me_export"), {"as": "page"}).content.decode()

    data = json.loads(found.content)
    assert PHONE in str(data)
    assert "attachment" in found["Content-Disposition"]
    assert PHONE in page
    assert "web/print_button" in page
    assert SubjectRequest.objects.filter(kind="export").count() == 2
    assert client.get(reverse("portal:me_export")).status_code == 405


def test_deleting_says_first_what_stays_and_needs_the_word(client, person):
    page = client.get(reverse("portal:me_delete")).content.decode()
    assert "会留下" in page
    assert client.post(reverse("portal:me_delete"), {"word": "好"}).status_code == 422
    assert Person.objects.get(pk=person.pk).is_active

    answer = client.post(reverse("portal:me_delete"), {"word": "注销"})

    assert answer.url == reverse("portal:gone")
    assert "_auth_user_id" not in client.session
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("", False)
    assert not PersonalNumber.objects.exists()
    assert client.get(reverse("portal:gone")).status_code == 200
    PhoneCode.objects.all().delete()
    assert sign_in(client).url == reverse("portal:register")  # the phone begins anew


def test_what_stands_in_the_way_of_a_deletion_is_said_in_words(client, phones):
    client.force_login(PersonFactory(role="reviewer"))

    page = client.get(reverse("portal:me_delete")).content.decode()
    answer = client.post(reverse("portal:me_delete"), {"word": "注销"})

    assert "评估员" in page
    assert 'name="word"' not in page
    assert answer.status_code == 409


def test_a_guardian_sees_answers_exports_and_deletes_for_the_child(client, person, ward):
    assert "示例孩子 001" in client.get(reverse("portal:ward", args=[ward.pk])).content.decode()
    data = {"answer": "given", "text_digest": consent_text("volunteer").digest}
    client.post(reverse("portal:ward_consent", args=[ward.pk, "volunteer"]), data)
    assert Consent.objects.get(person=ward, purpose="volunteer").answered_by == person
    assert "示例孩子 001" in client.post(reverse("portal:ward_export", args=[ward.pk])).content.decode()
    assert "孩子的账号" in str(client.get(reverse("portal:me_delete")).content.decode())

    client.post(reverse("portal:ward_delete", args=[ward.pk]), {"word": "注销"})

    ward.refresh_from_db()
    assert ward.name == ""


@pytest.mark.parametrize("name", ["ward", "ward_export", "ward_delete", "ward_consent", "invitation"])
def test_a_stranger_finds_no_child(person, ward, phones, name):
    resident(GUARDIANS_PHONE)
    PhoneCode.objects.all().delete()
    stranger = Client()
    sign_in(stranger, GUARDIANS_PHONE)
    args = [ward.pk, "account"] if name == "ward_consent" else [ward.pk]
    method = stranger.post if name in {"ward_export", "ward_consent"} else stranger.get

    assert method(reverse(f"portal:{name}", args=args), {"answer": "given"}).status_code == 404


def test_a_guardianship_ends_by_one_press_of_either(client, person, ward):
    found = ward.guardianships.get()

    client.post(reverse("portal:guardianship_end", args=[found.pk]))

    assert client.get(reverse("portal:ward", args=[ward.pk])).status_code == 404
    assert client.post(reverse("portal:guardianship_end", args=[found.pk])).status_code == 404


def test_the_own_page_costs_few_queries_whatever_it_holds(client, person, ward, django_assert_max_num_queries):
    for number in range(5):
        register_ward(
            name=f"示例孩子 01{number}",
            birthday=today() - timedelta(days=3000),
            relation="parent",
            text_digest=consent_text("account").digest,
            actor=person,
        )
    with django_assert_max_num_queries(32):
        assert client.get(reverse("portal:me")).status_code == 200


def test_staff_have_an_own_page_too(client, phones):
    person = PersonFactory(role="reviewer")
    client.force_login(person)

    page = client.get(reverse("portal:me"))

    assert page.status_code == 200
    assert "不成立" not in page.content.decode()
    assert client.post(reverse("portal:me_correct"), {"birthday": "1980-01-01"}).url == reverse("portal:me")
