"""Sign in by a ticket of the identity service: bound to the browser that asked, redeemed once, joined by a proved phone."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.privacy.queries import person_id_with
from kepu.directory.privacy.services import keep_number
from kepu.directory.register.adapters.tickets import LegalPerson, TicketProvider, ticket_provider
from kepu.directory.register.errors import TicketRefused
from kepu.directory.register.models import IdentityTicket, Person
from kepu.directory.register.services.codes import PhoneProof
from kepu.directory.register.services.residents import resident_of
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser goes to the identity service: where to, and what its session must keep until it comes back."""

    address: str
    state: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came back with a ticket that held."""

    ticket_id: int
    person: Person | None
    """Who is known here under this identity; None where a phone must be proved first."""
    name: str
    level: str
    legal: LegalPerson | None


def _provider() -> TicketProvider:
    provider = ticket_provider()
    if provider is None:
        raise TicketRefused(_("本站没有接统一身份认证，请用手机号登录。"))
    return provider


def depart(back: str) -> Departure:
    """Begin a login at the identity service.

    Args:
        back: the address of ours to which it returns.

    Raises:
        TicketRefused: the site has no identity service.
    """
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    return Departure(_provider().login_page(state=state, nonce=nonce, back=back), state, nonce)


def arrive(ticket: str, *, state: str, expected_state: str, nonce: str) -> Arrival:
    """Redeem a ticket for the browser that went for it.

    Args:
        ticket: what the service sent along.
        state: what came back with it.
        expected_state: what the session kept; empty where this browser never asked.
        nonce: what the session kept.

    Raises:
        TicketRefused: another browser asked for it, it was used before, or the service does not stand for it.
        ResidentRefused: the identity belongs to an account with another door.
        GatewayFailed: the service does not answer.
    """
    if not expected_state or not hmac.compare_digest(state.encode(), expected_state.encode()):
        raise TicketRefused(_("这次登录不是从这个浏览器开始的，没有登录。请从登录页重新开始。"))
    provider = _provider()
    kept = _keep_once(ticket, provider)
    vouched = provider.person_of(provider.redeem(ticket))
    if not hmac.compare_digest(vouched.nonce.encode(), nonce.encode()):
        raise TicketRefused(_("这张票据是为另一次登录发的，没有登录。请从登录页重新开始。"))
    # Numbers are kept in capitals and without hyphens, which would make two identities one; hexadecimal stays apart.
    kept.subject = f"{provider.name}:{vouched.subject.encode().hex()}"
    kept.level = vouched.level[:20]
    kept.save(update_fields=["subject", "level"])
    known = person_id_with(NumberKind.TICKET, str(kept.subject))
    person = resident_of(PhoneProof("", known)) if known else None
    if person is not None:
        kept.person = person
        kept.save(update_fields=["person"])
    return Arrival(kept.pk, person, vouched.name, vouched.level, vouched.legal)


def _keep_once(ticket: str, provider: TicketProvider) -> IdentityTicket:
    digest = hashlib.sha256(f"{provider.name}\x1f{ticket}".encode()).digest()
    kept, is_new = IdentityTicket.objects.get_or_create(
        digest=digest, defaults={"provider": provider.name, "subject": "", "redeemed_at": now()}
    )
    if not is_new:
        raise TicketRefused(_("这张票据已经用过，没有登录。请从登录页重新开始。"))
    return kept


@transaction.atomic
def join_identity(ticket_id: int, person: Person) -> None:
    """Let an identity that the service vouched for open the account of whoever proved its phone just now.

    Raises:
        TicketRefused: it is somebody's already, or the account has another identity.
    """
    kept = IdentityTicket.objects.select_for_update().get(pk=ticket_id)
    subject = str(kept.subject)
    if kept.person_id is not None or not subject:
        raise TicketRefused(_("这次统一身份认证的登录已经用过，请重新开始。"))
    others = PersonalNumber.objects.filter(person=person.pk, kind=NumberKind.TICKET)
    if others.exists() and person_id_with(NumberKind.TICKET, subject) != person.pk:
        raise TicketRefused(_("这个账号已和另一个统一身份认证账号连在一起，没有再连。"))
    keep_number(person.pk, NumberKind.TICKET, subject, actor=person, is_verified=True)
    kept.person = person
    kept.save(update_fields=["person"])
    record("directory.identity.joined", person, actor=person, provider=kept.provider, level=kept.level)


def identity_sign_out_page(back: str) -> str:
    """Where a browser signs out of the identity service as well; empty where there is none."""
    provider = ticket_provider()
    return provider.logout_page(back=back) if provider is not None else ""
