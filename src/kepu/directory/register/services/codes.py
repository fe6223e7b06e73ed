"""Codes of six digits that prove who holds a phone: sent, tried, used once, by one browser session only."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.queries import keyed_digests, person_id_with, phone_in_form
from kepu.directory.register.choices import CodePurpose
from kepu.directory.register.errors import CodeRefused, PhoneSignInClosed, TooManyCodes
from kepu.directory.register.models import PhoneCode
from kepu.directory.register.queries import phone_sign_in_is_open
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.gateways import Message, SandboxGateway, message_gateway

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentCode:
    """What the page that asks for the code says, and what the browser session keeps."""

    key: str
    """The secret of the session: whoever does not hold it can not use the code."""
    masked: str
    resend_at: datetime
    expires_at: datetime
    shown: str
    """The code itself, on a demonstration with the sandbox gateway only; empty everywhere else."""


@dataclass(frozen=True, slots=True)
class PhoneProof:
    """Somebody holds a phone, and who that is here, if anybody."""

    number: str
    person_id: int | None


def _wall() -> datetime:
    """How long a code holds is a matter of the wall clock, not of the programme's day."""
    return datetime.fromtimestamp(time.time(), tz=UTC)


def _key_digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _code_digests(key: str, code: str) -> list[bytes]:
    return keyed_digests("phone code", f"{key}\x1f{code}")


def _lock(*digests: bytes) -> None:
    """Let requests for one number or from one address come one after the other, in one order, so none waits for ever."""
    with connection.cursor() as cursor:
        for digest in sorted(digests):
            cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def send_code(phone: str, *, address: str, purpose: str = CodePurpose.SIGN_IN) -> SentCode:
    """Send a code to a phone. Nothing here asks whether anybody has the phone, so the answer tells nothing of it.

    Args:
        phone: as it was typed.
        address: of the browser, for the limit on how many it may ask for; only its keyed hash is kept.
        purpose: what the code proves.

    Raises:
        PhoneSignInClosed: no gateway for short messages is set.
        NumberUnreadable: it is no phone number.
        TooManyCodes: the number or the address asked too often; the message says when it may ask again.
        GatewayFailed: the message was not taken.
    """
    if not phone_sign_in_is_open():
        raise PhoneSignInClosed(_("本站还没有接通短信，现在不能用手机号登录。公开的内容不登录也能看。"))
    number, masked = phone_in_form(phone)
    key, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}"
    rules = values_in_force("sign_in.")
    at = _wall()
    expires_at = at + timedelta(minutes=int(rules["code_minutes"]))
    numbers, addresses = keyed_digests("code number", number), keyed_digests("code address", address)
    with transaction.atomic():
        _lock(numbers[-1], addresses[-1])
        PhoneCode.objects.filter(sent_at__lt=at - _DAY).delete()
        _check_limits(numbers, addresses, at)
        PhoneCode.objects.create(
            key=_key_digest(key),
            purpose=purpose,
            number=number,
            number_digest=numbers[0],
            address_digest=addresses[0],
            code_digest=_code_digests(key, code)[0],
            sent_at=at,
            expires_at=expires_at,
        )
    gateway = message_gateway("sms")
    body = _("验证码 %(code)s，%(minutes)d 分钟内有效。不要告诉任何人，工作人员也不会问您要。")
    said = body % {"code": code, "minutes": int(rules["code_minutes"])}
    gateway.send(Message(to=number, subject="", body=said, key=f"code-{_key_digest(key).hex()[:32]}"))
    return SentCode(
        key=key,
        masked=masked,
        resend_at=at + timedelta(seconds=int(rules["resend_seconds"])),
        expires_at=expires_at,
        shown=code if settings.KEPU_IS_DEMONSTRATION and isinstance(gateway, SandboxGateway) else "",
    )


def _check_limits(numbers: list[bytes], addresses: list[bytes], at: datetime) -> None:
    """Refuse what is too soon or too much, and say from when on it is possible again."""
    rules = values_in_force("sign_in.")
    of_number = PhoneCode.objects.filter(number_digest__in=numbers).order_by("-sent_at")
    of_address = PhoneCode.objects.filter(address_digest__in=addresses).order_by("-sent_at")
    for sent, most, period in (
        (of_number, 1, timedelta(seconds=int(rules["resend_seconds"]))),
        (of_number, int(rules["codes_per_number_hour"]), _HOUR),
        (of_number, int(rules["codes_per_number_day"]), _DAY),
        (of_address, int(rules["codes_per_address_hour"]), _HOUR),
    ):
        times = list(sent.filter(sent_at__gt=at - period).values_list("sent_at", flat=True)[:most])
        if len(times) >= most:
            free = timezone.localtime(times[-1] + period)
            said = _("验证码要得太频繁，%(at)s 以后可以再要。已收到的那一个在有效期内还能用。")
            raise TooManyCodes(said % {"at": f"{free:%H:%M:%S}"}, field="phone", free_at=free)


def check_code(key: str, code: str, *, purpose: str = CodePurpose.SIGN_IN) -> PhoneProof:
    """Try a code for the session that holds the key. A wrong try counts, whatever happens afterwards.

    Raises:
        CodeRefused: wrong, used, tried too often, out of date, or not asked for by this session.
    """
    typed = "".join(character for character in code if character.isdecimal())
    with transaction.atomic():
        found = PhoneCode.objects.select_for_update().filter(key=_key_digest(key), purpose=purpose).first()
        problem = _problem_of(found, key, typed)
        if found is not None and not problem:
            found.used_at = _wall()
            found.save(update_fields=["used_at"])
    if problem or found is None:
        raise CodeRefused(problem or _("请先要一个验证码。"), field="code")
    return PhoneProof(str(found.number), person_id_with(NumberKind.PHONE, str(found.number), is_proved=True))


def _problem_of(found: PhoneCode | None, key: str, typed: str) -> str:
    """Why a code does not hold, or nothing; a wrong try is counted."""
    if found is None:
        return _("请先要一个验证码，在同一个浏览器里填。")
    most = int(values_in_force("sign_in.")["code_tries"])
    if found.used_at is not None or found.tries >= most or _wall() > found.expires_at:
        return _("这个验证码已经不能用了，请再要一个。")
    if any(hmac.compare_digest(bytes(found.code_digest), digest) for digest in _code_digests(key, typed)):
        return ""
    found.tries += 1
    found.save(update_fields=["tries"])
    left = most - found.tries
    if left <= 0:
        return _("验证码不对，试的次数用完了，请再要一个。")
    return _("验证码不对，请再看一下短信；还可以试 %(left)d 次。") % {"left": left}


def proof_of(key: str, *, purpose: str = CodePurpose.SIGN_IN) -> PhoneProof | None:
    """What a session proved and has not used yet; None where it must ask for a code again."""
    found = PhoneCode.objects.filter(key=_key_digest(key), purpose=purpose, spent_at=None).first() if key else None
    if found is None or found.used_at is None:
        return None
    if _wall() > found.used_at + timedelta(minutes=int(values_in_force("sign_in.")["registration_minutes"])):
        return None
    return PhoneProof(str(found.number), person_id_with(NumberKind.PHONE, str(found.number), is_proved=True))


@transaction.atomic
def spend_proof(key: str, *, purpose: str = CodePurpose.SIGN_IN) -> PhoneProof:
    """Use up what a session proved, in the caller's transaction; two windows use it once.

    Raises:
        CodeRefused: nothing is proved, or it is used up.
    """
    locked = PhoneCode.objects.select_for_update().filter(key=_key_digest(key)).first() if key else None
    proof = proof_of(key, purpose=purpose)
    if locked is None or proof is None:
        raise CodeRefused(_("手机号的验证已经过期，请重新要一个验证码。"))
    locked.spent_at = _wall()
    locked.save(update_fields=["spent_at"])
    return proof


def drop_proof(key: str) -> None:
    """Forget at once what a session proved: somebody refused, and nothing is kept but the count for the limits."""
    PhoneCode.objects.filter(key=_key_digest(key)).update(spent_at=_wall(), used_at=_wall(), number=b"")


def let_go_of_codes() -> int:
    """Forget codes that no limit asks for any more.

    Returns:
        How many were forgotten.
    """
    return PhoneCode.objects.filter(sent_at__lt=_wall() - _DAY).delete()[0]


def number_of(key: str) -> str:
    """The number to which this session's code was sent, for sending another; empty where it is forgotten."""
    found = PhoneCode.objects.filter(key=_key_digest(key), spent_at=None).first()
    return str(found.number) if found is not None else ""
