"""The ticket-style login of the province: login page → ticket → form → token → person → logout, behind one protocol.

DB37/T 3448 part 8 is known by these steps and by the names app_id, private_key and app_word. The names of its fields, its way
to sign and the codes of its real-name levels are not public. So the field names are one table that the operator loads
(`identity.ticket_fields`), the signature is a method that the operator's class brings, and the sandbox uses names of its own.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from kepu.directory.register.errors import TicketFieldsMissing, TicketRefused
from kepu.foundation.codes.queries import code_list

FIELDS = (
    "app_id", "app_word", "ticket", "token", "signature", "state", "nonce", "back",
    "subject", "name", "level", "phone", "legal_name", "legal_code",
    "login_page", "logout_page",
)  # fmt: skip
"""What Kepu calls the things that the interface carries; the table says what the interface calls them."""
TICKET_SECONDS = 300


@dataclass(frozen=True, slots=True)
class LegalPerson:
    """The body for which somebody signed in (法人)."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the identity service vouches for."""

    subject: str
    name: str
    level: str
    """The code of the real-name level, as the service gives it."""
    nonce: str
    phone: str = ""
    """What the service knows; never trusted without a code of our own."""
    legal: LegalPerson | None = None


class TicketProvider(Protocol):
    """One identity service of the ticket kind."""

    name: str
    is_sandbox: bool
    names: Mapping[str, str]
    """Our name of a field → the interface's."""

    def login_page(self, *, state: str, nonce: str, back: str) -> str:
        """The address to which the browser goes to sign in."""
        ...

    def redeem(self, ticket: str) -> str:
        """Trade a ticket for a token.

        Raises:
            TicketRefused: the service does not know it, or its answer is not signed.
            GatewayFailed: the service does not answer.
        """
        ...

    def person_of(self, token: str) -> Vouched:
        """Whom the token stands for.

        Raises:
            TicketRefused: the answer is not signed, or names nobody.
            GatewayFailed: the service does not answer.
        """
        ...

    def logout_page(self, *, back: str) -> str:
        """The address at which the browser signs out of the service as well."""
        ...


class MappedTicketProvider:
    """The steps of the interface over a table of field names; an operator's class brings transport and signature.

    A subclass gives `post` and `signature`; everything else is the same for every service of this kind.
    """

    name = "ticket"
    is_sandbox = False

    def __init__(self) -> None:
        self.names = self.field_names()
        if missing := [name for name in FIELDS if not self.names.get(name)]:
            raise TicketFieldsMissing(
                _(
                    "统一身份认证的字段对照表还没有载入（identity.ticket_fields），缺 %(names)s。请系统管理员按接口文件载入。"
                )
                % {"names": "、".join(missing)}
            )

    def field_names(self) -> Mapping[str, str]:
        """Our name → the name of the interface, as the operator loaded it."""
        return code_list("identity.ticket_fields").labels

    def post(self, step: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Send a form to the service (`step` is `token` or `person`) and return its answer."""
        raise NotImplementedError

    def signature(self, values: Mapping[str, str]) -> str:
        """Sign values with the private key, as the interface asks."""
        raise NotImplementedError

    def login_page(self, *, state: str, nonce: str, back: str) -> str:
        """The address of the login page, with what must come back."""
        query = self._said({"app_id": settings.KEPU_TICKET_APP_ID, "state": state, "nonce": nonce, "back": back})
        return f"{self.names['login_page']}?{urlencode(query)}"

    def redeem(self, ticket: str) -> str:
        """Trade a ticket for a token, both ways signed."""
        return self._heard(self.post("token", self._signed({"ticket": ticket})))["token"]

    def person_of(self, token: str) -> Vouched:
        """Whom the token stands for."""
        heard = self._heard(self.post("person", self._signed({"token": token})))
        if not heard.get("subject"):
            raise TicketRefused(_("统一身份认证没有说明是谁，请重新登录。"))
        legal = LegalPerson(heard.get("legal_name", ""), heard["legal_code"]) if heard.get("legal_code") else None
        return Vouched(
            subject=heard["subject"],
            name=heard.get("name", ""),
            level=heard.get("level", ""),
            nonce=heard.get("nonce", ""),
            phone=heard.get("phone", ""),
            legal=legal,
        )

    def logout_page(self, *, back: str) -> str:
        """The address of the service's own sign-out."""
        query = self._said({"app_id": settings.KEPU_TICKET_APP_ID, "back": back})
        return f"{self.names['logout_page']}?{urlencode(query)}"

    def _said(self, values: Mapping[str, str]) -> dict[str, str]:
        return {self.names[name]: value for name, value in values.items()}

    def _signed(self, values: Mapping[str, str]) -> dict[str, str]:
        said = self._said({**values, "app_id": settings.KEPU_TICKET_APP_ID, "app_word": settings.KEPU_TICKET_APP_WORD})
        return {**said, self.names["signature"]: self.signature(said)}

    def _heard(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Our names of an answer whose signature holds."""
        values = {str(name): str(value) for name, value in answer.items()}
        given = values.pop(self.names["signature"], "")
        if not hmac.compare_digest(given.encode(), self.signature(values).encode()):
            raise TicketRefused(_("统一身份认证的回答没有通过签名核对，没有登录。请稍后再试。"))
        return {name: values[theirs] for name, theirs in self.names.items() if theirs in values}


SANDBOX_PEOPLE: Mapping[str, Mapping[str, str]] = {
    "001": {"subject": "sandbox-resident-001", "name": "示例居民 001", "level": "sandbox-high"},
    "002": {"subject": "sandbox-resident-002", "name": "示例居民 002", "level": "sandbox-low"},
    "003": {
        "subject": "sandbox-resident-003",
        "name": "示例居民 003",
        "level": "sandbox-high",
        "legal_name": "示例企业 001",
        "legal_code": "SANDBOX-LEGAL-001",
    },
}
"""Made-up people of the sandbox: roles with numbers. Number 003 can also sign in for a made-up company."""
_SALT = "kepu.sandbox-identity"


class SandboxTicketProvider(MappedTicketProvider):
    """A stand-in for the identity service inside this site: for demonstrations and tests, offline, with names of its own."""

    name = "sandbox"
    is_sandbox = True

    def field_names(self) -> Mapping[str, str]:
        """The sandbox's own names; they say nothing about the real interface."""
        pages = {"login_page": reverse("portal:sandbox_identity"), "logout_page": reverse("portal:sandbox_logout")}
        return {name: f"sandbox_{name}" for name in FIELDS} | pages

    def signature(self, values: Mapping[str, str]) -> str:
        """A keyed hash over the sorted fields: the sandbox's own way."""
        text = "\x1e".join(f"{name}\x1f{value}" for name, value in sorted(values.items()))
        return hmac.digest(settings.KEPU_TICKET_PRIVATE_KEY.encode(), text.encode(), "sha256").hex()

    def issue(self, who: str, *, nonce: str, is_legal: bool = False) -> str:
        """What the sandbox's login page hands out for one of its people.

        Raises:
            TicketRefused: it has nobody of this number.
        """
        person = dict(SANDBOX_PEOPLE.get(who, {}))
        if not person or (is_legal and "legal_code" not in person):
            raise TicketRefused(_("沙盒里没有这个示例身份。"))
        if not is_legal:
            person.pop("legal_name", None)
            person.pop("legal_code", None)
        said = {**person, "nonce": nonce, "ticket": secrets.token_urlsafe(12)}  # two in one second are two
        return signing.dumps(said, salt=f"{_SALT}.ticket", compress=True)

    def post(self, step: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Be the service: check the form's signature, read the ticket or token, sign the answer."""
        values = dict(form)
        given = values.pop(self.names["signature"], "")
        wanted = "ticket" if step == "token" else "token"
        if not hmac.compare_digest(given.encode(), self.signature(values).encode()):
            raise TicketRefused(_("沙盒：请求没有通过签名核对。"))
        try:
            known = signing.loads(values[self.names[wanted]], salt=f"{_SALT}.{wanted}", max_age=TICKET_SECONDS)
        except signing.BadSignature:
            raise TicketRefused(_("统一身份认证不认这张票据，或票据已过期。请重新登录。")) from None
        said = {"token": signing.dumps(known, salt=f"{_SALT}.token", compress=True)} if step == "token" else known
        answer = self._said(said)
        return {**answer, self.names["signature"]: self.signature(answer)}


def ticket_provider() -> TicketProvider | None:
    """The identity service of this site: the class that `KEPU_TICKET_PROVIDER` names, a sandbox on a demonstration, or none.

    Raises:
        TicketFieldsMissing: the operator's class is named, and its table of field names is not loaded.
    """
    if settings.KEPU_TICKET_PROVIDER:
        provider: TicketProvider = import_string(settings.KEPU_TICKET_PROVIDER)()
        return provider
    return SandboxTicketProvider() if settings.KEPU_IS_DEMONSTRATION else None
