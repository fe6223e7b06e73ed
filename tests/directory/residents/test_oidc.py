"""Residents by OpenID Connect: another provider than the office's, no powers, and a phone code the first time."""

from http.cookies import Morsel

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.urls import reverse

from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.register import services
from kepu.directory.register.adapters import VOUCHED, SocialAccountAdapter
from kepu.directory.register.errors import ResidentRefused, TicketRefused
from kepu.directory.register.models import Person, PhoneCode
from tests.factories import PersonFactory, city_region
from tests.residents import resident, sign_in

pytestmark = pytest.mark.django_db
EMPTY: Morsel[str] = Morsel()
SERVERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "residents",
                "name": "统一身份认证",
                "client_id": "kepu",
                "secret": "x",
                "settings": {"server_url": "https://id.example.test"},
            }
        ]
    }
}


@pytest.fixture(autouse=True)
def _server(settings, phones):
    settings.SOCIALACCOUNT_PROVIDERS = SERVERS
    city_region()


def come(client, subject="Subject-1", **claims):
    """What the login package does once the server's answer held: our hook, in the session of this browser."""
    if not client.cookies.get("sessionid", EMPTY).value:
        client.cookies.pop("sessionid", None)  # signed out: the browser has dropped its cookie
    session = client.session
    account = SocialAccount(
        provider="residents", uid=subject, extra_data={"userinfo": {"name": "示例居民 001", **claims}}
    )

    class Request:
        pass

    request = Request()
    request.session = session
    with pytest.raises(ImmediateHttpResponse) as answer:
        SocialAccountAdapter(None).pre_social_login(request, SocialLogin(user=Person(), account=account))
    session.save()
    return client.get(answer.value.response.url)


def test_the_first_time_a_phone_is_proved_and_then_the_server_is_enough(client):
    person = resident()
    PhoneCode.objects.all().delete()

    assert come(client).url == reverse("portal:sign_in")
    assert "_auth_user_id" not in client.session
    sign_in(client, join="yes")
    assert PersonalNumber.objects.get(kind="ticket").person == person
    client.post(reverse("portal:sign_out"))

    assert come(client).url == reverse("portal:me")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert not SocialAccount.objects.exists()


def test_a_login_name_of_the_office_opens_nothing(client):
    office = PersonFactory(role="administrator")

    assert come(client, preferred_username=office.login).url == reverse("portal:sign_in")
    assert "_auth_user_id" not in client.session


def test_an_identity_of_who_works_here_is_refused_and_what_was_noted_counts_once():
    office = PersonFactory(role="reviewer")
    noted = services.note_vouched("residents", "s")
    services.join_identity(noted["ticket"], office)

    with pytest.raises(ResidentRefused):
        services.vouched_for(services.note_vouched("residents", "s"))
    with pytest.raises(TicketRefused):
        services.vouched_for(noted)


def test_subjects_that_differ_in_capitals_are_two_people(client):
    resident()
    PhoneCode.objects.all().delete()
    come(client)
    sign_in(client, join="yes")
    client.post(reverse("portal:sign_out"))

    assert come(client, subject="subject-1").url == reverse("portal:sign_in")


def test_the_button_stands_at_the_residents_door_and_not_at_the_desks(client):
    assert "/accounts/oidc/residents/login/" in client.get(reverse("portal:sign_in")).content.decode()
    assert "/accounts/oidc/residents/login/" not in client.get(reverse("account_login")).content.decode()
    assert client.get(reverse("portal:identity_vouched")).url == reverse("portal:sign_in")
    assert VOUCHED not in client.session
