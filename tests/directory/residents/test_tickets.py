"""The ticket-style login: bound to the browser that asked, redeemed once, signed both ways, joined by a proved phone."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.register import services
from kepu.directory.register.adapters import (
    MappedTicketProvider,
    SandboxTicketProvider,
    ticket_provider,
)
from kepu.directory.register.adapters.tickets import FIELDS
from kepu.directory.register.errors import ResidentRefused, TicketFieldsMissing, TicketRefused
from kepu.directory.register.models import IdentityTicket, Person, PhoneCode
from kepu.foundation.codes.queries import code_list
from tests.factories import PersonFactory, city_region
from tests.residents import PHONE, newest_code, resident, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sandbox(settings, phones):
    settings.KEPU_TICKET_PROVIDER = "kepu.directory.register.adapters.SandboxTicketProvider"
    city_region()


class ForgingProvider(SandboxTicketProvider):
    """Somebody between us and the service changes who signs in."""

    def post(self, step, form):
        answer = dict(super().post(step, form))
        if step == "person":
            answer[self.names["subject"]] = "sandbox-resident-002"
        return answer


def arrive(who="001", *, nonce="n", given="s", expected="s", is_legal=False, ticket=""):
    ticket = ticket or SandboxTicketProvider().issue(who, nonce="n", is_legal=is_legal)
    return services.arrive(ticket, state=given, expected_state=expected, nonce=nonce), ticket


def through(client, who="001", *, as_="person"):
    """Walk through the pages: leave, choose at the sandbox, come back."""
    leaving = client.get(reverse("portal:identity"))
    back = client.post(leaving.url, {"who": who, "as": as_})
    return client.get(back.url)


def test_a_ticket_names_the_person_level_and_body(settings):
    natural, _ticket = arrive("003")
    legal, _ticket = arrive("003", is_legal=True)

    assert (natural.person, natural.name, natural.level, natural.legal) == (None, "示例居民 003", "sandbox-high", None)
    assert (legal.legal.name, legal.legal.code) == ("示例企业 001", "SANDBOX-LEGAL-001")


@pytest.mark.parametrize(
    "values",
    [{"given": "another", "expected": "s"}, {"given": "", "expected": ""}, {"expected": ""}, {"nonce": "another"}],
)
def test_a_ticket_that_this_browser_did_not_ask_for_is_refused(values):
    with pytest.raises(TicketRefused):
        arrive(**values)
    assert not IdentityTicket.objects.exclude(person=None).exists()


def test_a_ticket_is_used_once(settings):
    _arrival, ticket = arrive()

    with pytest.raises(TicketRefused, match="已经用过"):
        arrive(ticket=ticket)


@pytest.mark.parametrize("ticket", ["made up", "", "a:b:c"])
def test_an_unknown_ticket_is_refused(ticket):
    with pytest.raises(TicketRefused):
        arrive(ticket=ticket or " ")


def test_a_ticket_ends_after_five_minutes(wall):
    ticket = SandboxTicketProvider().issue("001", nonce="n")
    wall.forward(301)

    with pytest.raises(TicketRefused, match="过期"):
        arrive(ticket=ticket)


def test_an_answer_that_was_changed_on_its_way_is_refused(settings):
    settings.KEPU_TICKET_PROVIDER = f"{__name__}.ForgingProvider"

    with pytest.raises(TicketRefused, match="签名"):
        arrive()


def test_a_request_that_is_not_signed_is_refused():
    provider = SandboxTicketProvider()
    ticket = provider.issue("001", nonce="n")
    form = {provider.names["ticket"]: ticket, provider.names["signature"]: "0" * 64}

    with pytest.raises(TicketRefused, match="签名"):
        provider.post("token", form)


def test_the_first_time_a_phone_must_be_proved_and_then_the_ticket_is_enough(client):
    person = resident()
    PhoneCode.objects.all().delete()

    first = through(client)
    assert first.url == reverse("portal:sign_in")
    assert not client.session.get("_auth_user_id")
    assert "示例居民 001" in client.post(reverse("portal:sign_in"), {"phone": PHONE}, follow=True).content.decode()
    client.post(reverse("portal:sign_in_code"), {"code": newest_code(), "join": "yes"})
    assert client.session["_auth_user_id"] == str(person.pk)
    number = PersonalNumber.objects.get(kind="ticket")
    assert (number.person, number.verified_at is not None) == (person, True)
    client.post(reverse("portal:sign_out"))

    again = through(client)
    assert (again.url, client.session["_auth_user_id"]) == (reverse("portal:me"), str(person.pk))


@pytest.mark.parametrize("what", ["refused", "late"])
def test_the_next_at_a_shared_computer_is_not_joined_to_who_left_it(client, monkeypatch, what):
    person = resident()
    PhoneCode.objects.all().delete()
    through(client)
    if what == "late":
        session = client.session
        session["kepu_identity_of"] = {**session["kepu_identity_of"], "at": 0}
        session.save()

    sign_in(client, join="no" if what == "refused" else "yes")

    assert client.session["_auth_user_id"] == str(person.pk)
    assert not PersonalNumber.objects.filter(kind="ticket").exists()


def test_who_is_new_registers_and_is_joined(client):
    through(client)
    assert sign_in(client, join="yes").url == reverse("portal:register")
    page = client.get(reverse("portal:register"))
    client.post(
        reverse("portal:register"),
        {
            "name": "示例居民",
            "birthday": "1950-05-01",
            "text_digest": page.context["text"].digest,
            "answer": "given",
        },
    )

    assert PersonalNumber.objects.get(kind="ticket").person == Person.objects.get()


def test_an_identity_joins_one_account_only(client):
    person = resident()
    arrival, _ticket = arrive("001")
    services.join_identity(arrival.ticket_id, person)
    second, _ticket = arrive("002")

    with pytest.raises(TicketRefused, match="另一个"):
        services.join_identity(second.ticket_id, person)
    with pytest.raises(TicketRefused, match="已经用过"):
        services.join_identity(arrival.ticket_id, person)


def test_two_identities_that_look_alike_stay_two(settings):
    """Numbers are kept in capitals and without hyphens; a subject is not folded so."""
    person = resident()
    arrival, _ticket = arrive("001")
    services.join_identity(arrival.ticket_id, person)

    kept = PersonalNumber.objects.get(kind="ticket").value

    assert kept.partition(":")[2].lower() == b"sandbox-resident-001".hex()


def test_an_identity_of_who_works_here_opens_nothing():
    person = PersonFactory(role="reviewer")
    arrival, _ticket = arrive()
    services.join_identity(arrival.ticket_id, person)

    with pytest.raises(ResidentRefused):
        arrive()


def test_signing_in_for_a_body_can_be_switched(client):
    resident()
    PhoneCode.objects.all().delete()
    through(client, "003", as_="legal")
    sign_in(client, join="yes")
    assert "示例企业 001" in client.get(reverse("portal:me")).content.decode()

    client.post(reverse("portal:identity_switch"), {"as": "person"})

    text = client.get(reverse("portal:me")).content.decode()
    assert ("示例企业 001" in text, "换成法人" in text) == (False, True)


def test_the_state_counts_once(client):
    leaving = client.get(reverse("portal:identity"))
    back = client.post(leaving.url, {"who": "001", "as": "person"})
    client.get(back.url)

    query = parse_qs(urlsplit(back.url).query)
    fresh = SandboxTicketProvider().issue("001", nonce="n")
    again = client.get(
        reverse("portal:identity_back"), {"sandbox_ticket": fresh, "sandbox_state": query["sandbox_state"]}
    )
    assert again.status_code == 403


def test_somebody_elses_return_address_signs_nobody_in(client):
    """Login CSRF: an attacker sends the own ticket to a victim's browser."""
    ticket = SandboxTicketProvider().issue("001", nonce="n")

    answer = client.get(reverse("portal:identity_back"), {"sandbox_ticket": ticket, "sandbox_state": "attackers"})

    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", ""])
def test_the_sandbox_leads_back_to_this_site_only(client, back):
    assert client.get(reverse("portal:sandbox_identity"), {"sandbox_back": back}).status_code == 404
    out = client.get(reverse("portal:sandbox_logout"), {"sandbox_back": back})
    assert out.url == reverse("portal:home")


def test_the_names_of_the_real_interface_are_not_loaded_and_nothing_is_guessed(settings, client):
    assert not code_list("identity.ticket_fields").is_loaded
    settings.KEPU_TICKET_PROVIDER = "kepu.directory.register.adapters.MappedTicketProvider"

    with pytest.raises(TicketFieldsMissing):
        ticket_provider()
    assert "去统一身份认证" not in client.get(reverse("portal:sign_in")).content.decode()


def test_an_operators_class_works_over_a_loaded_table(settings):
    class Real(MappedTicketProvider):
        def field_names(self):
            return {name: f"x_{name}" for name in FIELDS} | {"login_page": "https://id.example.test/login"}

    settings.KEPU_TICKET_APP_ID = "app-7"

    address = Real().login_page(state="s", nonce="n", back="https://kepu.example.test/")

    assert address.startswith("https://id.example.test/login?x_app_id=app-7&x_state=s&x_nonce=n&x_back=")


def test_the_sandbox_is_there_on_a_demonstration_and_not_on_a_real_site(settings, client):
    settings.KEPU_TICKET_PROVIDER = ""

    assert ticket_provider() is None
    for name in ("sandbox_identity", "sandbox_logout", "identity_back"):
        assert client.get(reverse(f"portal:{name}")).status_code == 404
    settings.KEPU_IS_DEMONSTRATION = True
    assert ticket_provider().is_sandbox
    assert PHONE
