"""What residents see speaks English: every page of signing in and of the own person, and what the services say."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.adapters import SandboxTicketProvider
from kepu.directory.register.models import PhoneCode
from kepu.directory.register.services import register_ward
from kepu.foundation.clock import today
from tests.factories import city_region
from tests.portal.test_english import CHINESE, own_words
from tests.residents import GUARDIANS_PHONE, PHONE, open_phones, resident

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).parents[2] / "src" / "kepu"
ENGLISH = {"accept-language": "en"}
NAMES = [
    "青岛市",
    "青岛",
    "示例居民 001",
    "示例居民 002",
    "示例居民 003",
    "示例企业 001",
    "示例孩子 001",
    "示例监护人",
    "中文",
    "简体中文",
]
SPEAKING = (
    *(SOURCE / "portal").rglob("*.py"),
    SOURCE / "directory/register/http.py",
    SOURCE / "directory/register/adapters/tickets.py",
    *(SOURCE / f"directory/register/services/{name}.py" for name in ("acting", "codes", "residents", "tickets")),
    *(SOURCE / f"directory/privacy/services/{name}.py" for name in ("consents", "erasure", "invitations", "numbers")),
    *(SOURCE / f"directory/privacy/{name}.py" for name in ("choices", "rules")),
    *(SOURCE / "directory/privacy/queries").rglob("*.py"),
)


@pytest.fixture
def phones(settings):
    city_region()
    settings.KEPU_TICKET_PROVIDER = "kepu.directory.register.adapters.SandboxTicketProvider"
    return open_phones(settings)


def test_every_page_of_a_resident_speaks_english(client, phones):
    def seen(name, *args, data=None, **query):
        address = reverse(f"portal:{name}", args=args)
        page = (
            client.post(address, data, headers=ENGLISH)
            if data is not None
            else client.get(address, query, headers=ENGLISH)
        )
        assert page.status_code in {200, 400, 409, 422, 429}, (name, page.status_code)
        left[name, str(data)] = own_words(page.content.decode(), NAMES)
        return page

    left: dict[tuple[str, str], list[str]] = {}
    resident(GUARDIANS_PHONE, name="示例监护人")
    names = SandboxTicketProvider().names
    seen("sandbox_identity", **{names["back"]: "http://testserver/"})
    seen("sign_in")
    seen("sign_in", data={"phone": "12"})
    client.post(reverse("portal:sign_in"), {"phone": PHONE}, headers=ENGLISH)
    seen("sign_in", data={"phone": PHONE})
    seen("sign_in_code")
    seen("sign_in_code", data={"code": "1"})
    client.post(reverse("portal:sign_in_code"), {"code": newest_code_in_english()}, headers=ENGLISH)
    seen("register")
    digest = consent_text("account").digest
    child = {"name": "示例居民 001", "birthday": f"{today().year - 9}-01-01", "text_digest": digest, "answer": "given"}
    seen("register", data=child)
    grown = {**child, "birthday": f"{today().year - 16}-01-01"}
    client.post(reverse("portal:register"), grown, headers=ENGLISH, follow=True)
    seen("me")
    seen("guardian_new")
    seen("guardian_new", data={"guardian_phone": GUARDIANS_PHONE, "relation": ""})
    client.post(reverse("portal:guardian_new"), {"guardian_phone": GUARDIANS_PHONE, "relation": "parent"})
    seen("me")
    seen("me_correct")
    seen("me_phone")
    seen("me_consent", "booking", data={"answer": "given", "text_digest": "old"})
    seen("me_delete")
    seen("me_delete", data={"word": "x"})
    client.post(reverse("portal:sign_out"))
    PhoneCode.objects.all().delete()
    client.post(reverse("portal:sign_in"), {"phone": GUARDIANS_PHONE}, headers=ENGLISH)
    client.post(reverse("portal:sign_in_code"), {"code": newest_code_in_english()}, headers=ENGLISH)
    page = seen("me")
    seen("invitation", page.context["page"].invitations[0].pk)
    ward = register_ward(
        name="示例孩子 001",
        birthday=today() - timedelta(days=3650),
        relation="parent",
        text_digest=digest,
        actor=page.wsgi_request.user,
    )
    seen("ward", ward.pk)
    seen("ward_new")
    seen("ward_delete", ward.pk)
    seen("me_delete")
    seen("gone")

    assert {where: words for where, words in left.items() if words} == {}


def newest_code_in_english() -> str:
    from tests.residents import PHONES

    assert "Code " in PHONES.sent[-1].body
    return PHONES.sent[-1].body.split("Code ")[1][:6]


def test_whatever_the_services_say_to_a_resident_has_english():
    said: set[str] = set()
    for file in SPEAKING:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_told = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "gettext", "gettext_lazy"}
            if is_told and node.args and isinstance(node.args[0], ast.Constant):
                said.add(node.args[0].value)
    with translation.override("en"):
        missing = sorted(text for text in said if CHINESE.search(gettext(text)))

    assert len(said) > 100
    assert missing == []
