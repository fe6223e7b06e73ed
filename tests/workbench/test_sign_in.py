"""Signing in: password, second step, lock-out, how long it lasts, and what is not offered."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import reverse

from kepu.directory.register import services
from kepu.directory.register.choices import Role
from kepu.directory.register.http import SEEN_AT, SIGNED_IN_AT
from kepu.directory.register.models import Person
from kepu.directory.register.queries import has_second_factor, password_path
from kepu.foundation.audit.models import AuditEntry
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
HOME = "/desk/"
IDENTITY_SERVER = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": "统一身份认证",
                "client_id": "kepu",
                "secret": "x",
                "settings": {"server_url": "https://id.example.test"},
            }
        ]
    }
}


@pytest.fixture
def person():
    return PersonFactory(role=Role.LEADING_OFFICE, email="a@example.test")


def sign_in(client, login, password=PASSWORD, **values):
    return client.post(LOGIN, {"login": login, "password": password, **values})


def open_activation(client):
    """The page that sets up two steps; it asks for the password once more first."""
    asked = client.get(reverse("mfa_activate_totp"))
    client.post(asked.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    return page, client.session["mfa.totp.secret"]


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_person_signs_in_with_login_and_password_and_it_is_on_record(client, person):
    page = client.get(LOGIN)
    answer = sign_in(client, person.login)

    assert "登录工作台" in page.content.decode()
    assert (answer.status_code, answer.url) == (302, HOME)
    assert client.get(HOME).status_code == 200
    assert AuditEntry.objects.get(action="directory.person.signed_in").actor_id == person.pk
    client.post(reverse("account_logout"))
    assert AuditEntry.objects.filter(action="directory.person.signed_out").count() == 1
    assert client.get(HOME).status_code == 302


def test_the_short_address_leads_to_the_sign_in(client):
    assert client.get("/login/").url == LOGIN
    assert client.get(HOME).url == f"{LOGIN}?next={HOME}"


@pytest.mark.parametrize(("login", "password"), [("nobody", PASSWORD), (None, "wrong wrong wrong")])
def test_a_wrong_login_and_a_wrong_password_get_the_same_sentence(client, person, login, password):
    answer = sign_in(client, login or person.login, password)

    assert "登录名或密码不对" in answer.content.decode()


def test_a_closed_account_stays_out(client, person):
    PersonFactory(role=Role.ADMINISTRATOR)
    client.force_login(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(HOME).status_code == 302
    assert (
        "登录名或密码不对" in sign_in(client, person.login).content.decode()
        or sign_in(client, person.login).status_code == 302
    )
    assert client.get(HOME).status_code == 302


def test_an_account_without_a_password_has_no_way_in(client):
    person = services.create_person("no.password", name="示例", actor=None)
    for password in ("", "!", person.password):
        sign_in(client, person.login, password)
        assert client.get(HOME).status_code == 302


def test_repeated_failures_lock_the_door_in_words(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/15m/key"}
    cache.clear()
    for _attempt in range(5):
        sign_in(client, person.login, "wrong wrong wrong")

    answer = sign_in(client, person.login)

    assert "15 分钟后再试" in answer.content.decode()
    assert client.get(HOME).status_code == 302


def test_the_lock_is_shared_by_all_processes(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "{login}2024"])
def test_a_password_link_refuses_weak_passwords(client, password):
    person = services.create_person("kepu.liaison", name="示例", actor=None)
    address = client.get(password_path(person)).url
    password = password.format(login=person.login)

    answer = client.post(address, {"password1": password, "password2": password})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "error-summary" in answer.content.decode()
    assert not Person.objects.get().has_usable_password()


def test_a_password_link_works_once(client):
    person = services.create_person("kepu.li", name="示例", actor=None)
    path = password_path(person)
    address = client.get(path).url
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})

    client.cookies.clear()
    assert sign_in(client, person.login).url == HOME
    client.cookies.clear()
    assert "不能用了" in client.get(path, follow=True).content.decode()


def test_two_steps_are_set_up_and_then_asked_for(client, person):
    sign_in(client, person.login)
    page, secret = open_activation(client)
    assert secret in page.content.decode()

    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

    assert has_second_factor(person)
    assert len(re.findall(r"<li><code>", done.content.decode())) == 10
    client.cookies.clear()
    assert sign_in(client, person.login).url == reverse("mfa_authenticate")
    assert client.get(HOME).status_code == 302
    assert "验证码" in client.get(reverse("mfa_authenticate")).content.decode()
    cache.clear()
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == HOME


def test_a_wrong_code_is_told_in_words_and_a_recovery_code_opens(client, person):
    sign_in(client, person.login)
    _page, secret = open_activation(client)
    page = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    recovery = re.search(r"<li><code>(\w+)</code>", page.content.decode())[1]
    client.cookies.clear()
    sign_in(client, person.login)

    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert wrong.status_code == 200
    assert re.search(r"[\u4e00-\u9fff]", re.search(r"error-summary.*?</div>", wrong.content.decode(), re.DOTALL)[0])
    assert client.post(reverse("mfa_authenticate"), {"code": recovery}).url == HOME


def test_touching_the_accounts_safety_later_asks_once_more(client, person):
    client.force_login(person)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert "再确认一次" in client.get(answer.url).content.decode()
    assert client.post(answer.url, {"password": PASSWORD}).url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_some_roles_must_use_two_steps(client, settings, role):
    settings.KEPU_TWO_FACTOR_ROLES = ("administrator", "auditor")
    keeper = PersonFactory(role=role)
    client.force_login(keeper)

    assert client.get(HOME).url == reverse("mfa_activate_totp")
    assert client.get("/desk/audit/", headers={"hx-request": "true"}).headers["HX-Redirect"] == reverse(
        "mfa_activate_totp"
    )
    keeper.authenticator_set.create(type="totp", data={"secret": "x"})
    assert client.get(HOME).status_code == 200


def test_other_roles_may_do_without(client, settings, person):
    settings.KEPU_TWO_FACTOR_ROLES = ("administrator", "auditor")
    client.force_login(person)
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize(("mark", "words"), [(SEEN_AT, "没有操作"), (SIGNED_IN_AT, "已满")])
def test_a_sign_in_ends_after_idling_and_after_a_working_day(client, person, settings, mark, words):
    client.force_login(person)
    client.get(HOME)
    session = client.session
    limit = settings.KEPU_SESSION_IDLE_SECONDS if mark == SEEN_AT else settings.SESSION_COOKIE_AGE
    session[mark] = int(time.time()) - limit - 1
    session.save()

    answer = client.get("/desk/notices/?page=2", follow=True)

    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    assert "next=%2Fdesk%2Fnotices" in answer.redirect_chain[-1][0]
    assert words in answer.content.decode()


def test_a_password_is_changed_and_the_old_one_forgotten(client, person):
    sign_in(client, person.login)
    new = "another horse battery 9"

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    client.cookies.clear()
    assert sign_in(client, person.login).status_code == 200
    assert sign_in(client, person.login, new).url == HOME


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/reset/",
        "/accounts/3rdparty/",
        "/accounts/confirm-email/",
    ],
)
def test_there_is_no_sign_up_and_no_taking_of_accounts(client, person, path):
    assert client.get(path).status_code == 404
    client.force_login(person)
    assert client.get(path).status_code == 404


def test_the_citys_identity_server_has_a_button_only_when_it_is_set(client, settings):
    assert "统一身份认证" not in client.get(LOGIN).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = IDENTITY_SERVER
    page = client.get(LOGIN).content.decode()
    assert "用统一身份认证登录" in page
    assert "/accounts/oidc/oidc/login/" in page


def test_an_identity_joins_only_an_existing_active_account(rf, person, settings):
    settings.SOCIALACCOUNT_PROVIDERS = IDENTITY_SERVER
    from allauth.socialaccount.models import SocialAccount, SocialLogin

    from kepu.directory.register.adapters import SocialAccountAdapter

    def coming(name):
        account = SocialAccount(
            provider="oidc", uid=f"uid-{name}", extra_data={"userinfo": {"preferred_username": name}}
        )
        return SocialLogin(user=Person(), account=account)

    request = rf.get("/")
    request.session = {}
    request.user = person
    adapter = SocialAccountAdapter(request)
    known, stranger = coming(person.login.upper()), coming("stranger")
    adapter.pre_social_login(request, known)
    adapter.pre_social_login(request, stranger)

    assert known.user == person
    assert SocialAccount.objects.get().user == person
    assert not stranger.is_existing
    assert not adapter.is_open_for_signup(request, stranger)


def test_a_demonstration_person_is_out_once_the_site_is_real(client, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    person = services.demonstration_person(Role.LEADING_OFFICE)
    client.force_login(person)
    assert client.get(HOME).status_code == 200

    settings.KEPU_IS_DEMONSTRATION = False
    assert client.get(HOME).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_pages_before_the_desk_speak_english(client, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    for path in ("/doors/", LOGIN, "/accounts/password/reset/key/1-x/"):
        page = client.get(path, headers={"accept-language": "en"}, follow=True).content.decode()
        words = re.sub(r"<(script|select|template|aside).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert not re.findall(r"[\u4e00-\u9fff]+", words.replace("简体中文", "").replace("中文", "")), path
