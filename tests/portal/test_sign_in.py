"""The pages of signing in: same answer for everybody, no script, kept apart from the desk."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kepu.directory.privacy.models import Consent
from kepu.directory.register.http import SEEN_AT, SIGNED_IN_AT
from kepu.directory.register.models import Person, PhoneCode
from kepu.directory.register.services import grant_role
from tests.factories import city_region
from tests.residents import GUARDIANS_PHONE, PHONE, newest_code, open_phones, resident, sign_in

pytestmark = pytest.mark.django_db
REGISTER = {"name": "示例居民 001", "birthday": "1950-05-01", "answer": "given"}


@pytest.fixture
def phones(settings):
    city_region()
    return open_phones(settings)


def digest(client) -> str:
    return client.get(reverse("portal:register")).context["text"].digest


def words(page) -> str:
    text = re.sub(r"<input type=\"hidden\"[^>]*>|nonce=\"[^\"]*\"", "", page.content.decode())
    return re.sub(r"csrf\w*|X-CSRFToken[^}]*", "", text)


def test_the_whole_way_without_script(client, phones):
    page = client.get(reverse("portal:sign_in"))
    assert 'autocomplete="tel"' in page.content.decode()
    assert client.post(reverse("portal:sign_in"), {"phone": PHONE}).url == reverse("portal:sign_in_code")
    page = client.get(reverse("portal:sign_in_code"))
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert "139****0001" in page.content.decode()
    assert newest_code() not in page.content.decode()
    answer = client.post(reverse("portal:sign_in_code"), {"code": newest_code()})
    assert answer.url == reverse("portal:register")
    answer = client.post(reverse("portal:register"), {**REGISTER, "text_digest": digest(client)})

    assert answer.url == reverse("portal:me")
    me = client.get(reverse("portal:me")).content.decode()
    assert "示例居民 001" in me
    assert "139****0001" in me
    assert PHONE not in me


def test_known_and_unknown_numbers_see_the_same_pages(client, phones):
    resident()
    PhoneCode.objects.all().delete()
    seen = []
    for phone in (PHONE, "13900000099"):
        browser = Client()
        first = browser.post(reverse("portal:sign_in"), {"phone": phone})
        second = browser.get(reverse("portal:sign_in_code"))
        seen.append((first.status_code, first.url, words(second).replace(phone[-4:], "")))

    for left, right in zip(seen[0], seen[1], strict=True):
        assert re.sub(r"\d\d:\d\d:\d\d", "", str(left)) == re.sub(r"\d\d:\d\d:\d\d", "", str(right))


def test_the_code_does_not_work_in_another_browser(client, phones):
    client.post(reverse("portal:sign_in"), {"phone": PHONE})
    other = Client()
    other.post(reverse("portal:sign_in"), {"phone": GUARDIANS_PHONE})

    answer = other.post(reverse("portal:sign_in_code"), {"code": newest_code(PHONE)})

    assert answer.status_code == 422
    assert Client().post(reverse("portal:sign_in_code"), {"code": newest_code()}).url == reverse("portal:sign_in")


def test_too_early_the_page_says_when(client, phones):
    client.post(reverse("portal:sign_in"), {"phone": PHONE})

    answer = client.post(reverse("portal:sign_in"), {"phone": PHONE})

    assert answer.status_code == 429
    assert "以后可以再要" in answer.content.decode()
    again = client.post(reverse("portal:sign_in_again"), follow=True)
    assert "以后可以再要" in again.content.decode()
    assert len(phones.sent) == 1


def test_refusing_is_as_large_as_agreeing_and_leaves_nothing(client, phones):
    sign_in(client)
    page = client.get(reverse("portal:register")).content.decode()
    buttons = re.findall(r'<button class="([^"]*)" name="answer"', page)
    assert len(buttons) == 2
    assert len(set(buttons)) == 1
    assert page.count("<dt>") == 10

    answer = client.post(reverse("portal:register"), {"answer": "refused"})

    assert "什么也没有留下" in answer.content.decode()
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    assert PhoneCode.objects.get().number == ""
    assert client.get(reverse("portal:register")).url == reverse("portal:sign_in")


def test_a_wrong_form_keeps_what_was_typed(client, phones):
    sign_in(client)

    answer = client.post(reverse("portal:register"), {"name": "示例", "birthday": "", "answer": "given"})

    assert answer.status_code == 422
    assert 'value="示例"' in answer.content.decode()


def test_a_child_registers_and_waits_and_the_guardian_answers(client, phones):
    resident(GUARDIANS_PHONE, name="示例监护人")
    sign_in(client)
    child = {**REGISTER, "birthday": "2099-01-01", "text_digest": digest(client)}
    assert client.post(reverse("portal:register"), child).status_code in {400, 422}
    from kepu.foundation.clock import today

    child |= {"birthday": f"{today().year - 10}-01-01"}
    assert "监护人" in client.post(reverse("portal:register"), child).content.decode()
    waiting = client.post(
        reverse("portal:register"), {**child, "guardian_phone": GUARDIANS_PHONE, "relation": "parent"}
    )
    assert "等监护人同意" in waiting.content.decode()
    assert client.get(reverse("portal:me")).status_code == 302
    PhoneCode.objects.all().delete()
    assert "还在等监护人同意" in sign_in(client).content.decode()

    PhoneCode.objects.all().delete()
    guardian = Client()
    sign_in(guardian, GUARDIANS_PHONE)
    page = guardian.get(reverse("portal:me"))
    invitation = page.context["page"].invitations[0]
    text = guardian.get(reverse("portal:invitation", args=[invitation.pk])).context["text"]
    answer = guardian.post(
        reverse("portal:invitation", args=[invitation.pk]), {"answer": "given", "text_digest": text.digest}
    )

    assert answer.url == reverse("portal:ward", args=[invitation.child_id])
    PhoneCode.objects.all().delete()
    assert sign_in(client).url == reverse("portal:me")


def test_residents_are_kept_out_of_the_desk(client, phones):
    resident()
    PhoneCode.objects.all().delete()
    sign_in(client)

    for path in ("/desk/", "/desk/people/", "/desk/acting/", "/admin/", "/accounts/password/set/", "/accounts/login/"):
        assert client.get(path).url == reverse("portal:me"), path
    assert client.post("/desk/tokens/", {}).url == reverse("portal:me")


def test_whoever_gets_a_role_signs_in_anew(client, phones):
    person = resident()
    PhoneCode.objects.all().delete()
    sign_in(client)
    grant_role(person, "reviewer", actor=None)

    assert client.get(reverse("portal:me")).status_code == 302
    assert "_auth_user_id" not in client.session
    PhoneCode.objects.all().delete()
    assert "工作台" in sign_in(client).content.decode()
    assert "_auth_user_id" not in client.session


def test_residents_have_no_idle_limit_but_eight_hours_end_it(client, phones):
    resident()
    PhoneCode.objects.all().delete()
    sign_in(client)
    client.get(reverse("portal:me"))
    session = client.session
    session[SEEN_AT] -= 7000
    session.save()
    assert client.get(reverse("portal:me")).status_code == 200
    session = client.session
    session[SIGNED_IN_AT] -= 8 * 3600 + 10
    session.save()
    assert client.get(reverse("portal:me")).url.startswith(reverse("portal:sign_in"))


@pytest.mark.parametrize(
    ("wanted", "then"),
    [("/about/", "/about/"), ("https://evil.example/", "/me/"), ("//evil.example", "/me/"), ("/desk/", "/me/")],
)
def test_signing_in_leads_back_to_pages_for_residents_of_this_site_only(client, phones, wanted, then):
    resident()
    PhoneCode.objects.all().delete()
    client.get(reverse("portal:sign_in"), {"next": wanted})

    assert sign_in(client).url == then


def test_the_session_gets_another_key_and_pages_are_not_kept(client, phones):
    resident()
    PhoneCode.objects.all().delete()
    client.post(reverse("portal:sign_in"), {"phone": PHONE})
    before = client.session.session_key
    client.post(reverse("portal:sign_in_code"), {"code": newest_code()})

    assert client.session.session_key != before
    assert "no-store" in client.get(reverse("portal:me"))["Cache-Control"]


def test_without_a_gateway_the_page_says_so(client, settings):
    settings.KEPU_GATEWAYS = {}

    page = client.get(reverse("portal:sign_in"))
    answer = client.post(reverse("portal:sign_in"), {"phone": PHONE})

    assert "还没有接通短信" in page.content.decode()
    assert answer.status_code == 503


def test_the_sandbox_page_is_of_a_demonstration_and_of_the_browser_that_asked(client, settings, phones):
    client.post(reverse("portal:sign_in"), {"phone": PHONE})
    assert client.get(reverse("portal:sandbox_message")).status_code == 404

    settings.KEPU_IS_DEMONSTRATION, settings.KEPU_GATEWAYS = True, {}
    demo = Client()
    demo.post(reverse("portal:sign_in"), {"phone": GUARDIANS_PHONE})
    page = demo.get(reverse("portal:sandbox_message")).content.decode()
    code = re.search(r'id="sandbox-code">(\d{6})<', page)
    assert code is not None
    assert "演示数据" in page
    assert Client().get(reverse("portal:sandbox_message")).status_code == 404
    assert demo.post(reverse("portal:sign_in_code"), {"code": code.group(1)}).url == reverse("portal:register")


def test_the_desk_does_not_list_residents(client, phones):
    from tests.factories import PersonFactory

    person = resident(name="示例居民 777")
    client.force_login(PersonFactory(role="administrator"))

    assert "示例居民 777" not in client.get(reverse("workbench:people")).content.decode()
    grant_role(person, "reviewer", actor=None)
    assert "示例居民 777" in client.get(reverse("workbench:people")).content.decode()


def test_each_person_signs_out(client, phones):
    resident()
    PhoneCode.objects.all().delete()
    sign_in(client)

    assert client.post(reverse("portal:sign_out")).url.endswith(reverse("portal:home"))
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("portal:sign_out")).url.startswith(reverse("portal:sign_in"))


def test_who_wants_to_book_or_to_join_comes_to_the_residents_door_and_back(client, phones):
    answer = client.get(reverse("capacities:own_list"), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('portal:sign_in')}?next=%2Fme%2Fcapacities%2F"
    assert "用手机号登录" in answer.content.decode()

    resident()
    PhoneCode.objects.all().delete()
    client.post(reverse("portal:sign_in"), {"phone": PHONE})
    back = client.post(reverse("portal:sign_in_code"), {"code": newest_code()})
    assert back.url == reverse("capacities:own_list")


def test_who_works_here_comes_to_the_same_page_by_the_offices_door(client, phones):
    page = client.get(reverse("capacities:own_list"), follow=True).content.decode()
    work = f"{reverse('account_login')}?work=1&amp;next=/me/capacities/"
    assert work in page
    assert client.get(work.replace("&amp;", "&")).status_code == 200
    assert client.get("/desk/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
