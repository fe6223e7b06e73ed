"""Encryption, keyed hashes, masks and ages: rules of personal data that need no table."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, NumberKind
from kepu.directory.privacy.errors import KeysMissing, NumberUnreadable
from kepu.foundation.keys import keys_of

CHILD_BELOW = 14
"""个人信息保护法第二十八条: information of somebody under 14 is sensitive; a guardian decides (第三十一条)."""
ADULT_FROM = 18
"""未成年人网络保护条例第三十七条 counts everybody under 18."""
_FORMAT = b"\x01"
_ID, _NONCE = 4, 12
_PHONE = re.compile(r"1\d{10}|\+\d{7,15}")
_IDENTITY = re.compile(r"\d{17}[\dX]")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring, with what is derived from it."""

    name: bytes
    cipher: AESGCM
    digest: bytes


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> tuple[Key, ...]:
    def derived(secret: str, use: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kepu " + use).derive(secret.encode())

    return tuple(
        Key(
            name=hashlib.sha256(derived(secret, b"name")).digest()[:_ID],
            cipher=AESGCM(derived(secret, b"cipher")),
            digest=derived(secret, b"digest"),
        )
        for secret in keys
    )


def ring() -> tuple[Key, ...]:
    """The keys of this site, newest first. The file is read again when it changes: a rotation needs no restart."""
    return _ring(keys_of(Path(settings.KEPU_VAR), settings.KEPU_PRIVACY_KEYS))


def encrypt(text: str, purpose: str) -> bytes:
    """Encrypt with the newest key (AES-256-GCM).

    Args:
        text: what nobody may read in the database.
        purpose: where it stands; a value moved to another field can not be read there.
    """
    key = ring()[0]
    nonce = secrets.token_bytes(_NONCE)
    return _FORMAT + key.name + nonce + key.cipher.encrypt(nonce, text.encode(), purpose.encode())


def decrypt(value: bytes, purpose: str) -> str:
    """Read what `encrypt` wrote, with whichever key of the ring wrote it.

    Raises:
        KeysMissing: the key is not there, or the value was changed or moved.
    """
    value = bytes(value)
    name, nonce, body = value[1 : 1 + _ID], value[1 + _ID : 1 + _ID + _NONCE], value[1 + _ID + _NONCE :]
    for key in ring():
        if key.name == name and value[:1] == _FORMAT:
            try:
                return key.cipher.decrypt(nonce, body, purpose.encode()).decode()
            except InvalidTag:
                break
    raise KeysMissing(_("有一项加密的个人信息读不出来：缺少写它的密钥，或内容被改动过。请让系统管理员核对密钥。"))


def is_newest(value: bytes) -> bool:
    """Whether the newest key wrote the value."""
    return bytes(value)[1 : 1 + _ID] == ring()[0].name


def digests(kind: str, value: str) -> list[bytes]:
    """The keyed hashes (HMAC-SHA-256) of a number, one for each key, the newest first: look for any of them."""
    text = f"{kind}\x1f{value}".encode()
    return [hmac.digest(key.digest, text, "sha256") for key in ring()]


def normalised(kind: str, value: str) -> str:
    """Bring a number into the one form that is kept.

    Raises:
        NumberUnreadable: it is none of its kind.

    Examples:
        >>> normalised("phone", " +86 139-0000-0001 "), normalised("identity", "37020219900101001x")
        ('13900000001', '37020219900101001X')
    """
    text = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", value)).upper()
    if kind == NumberKind.PHONE:
        text = re.sub(r"^(\+86|0086)(?=1\d{10}$)", "", text)
        if not _PHONE.fullmatch(text):
            raise NumberUnreadable(_("手机号应是 11 位数字，如 139 开头的号码；境外号码请以 + 和国家代码开头。"))
    elif kind == NumberKind.IDENTITY and not _IDENTITY.fullmatch(text):
        raise NumberUnreadable(_("身份证号应是 18 位，最后一位可以是 X。"))
    elif not text:
        raise NumberUnreadable(_("号码是空的，请填写。"))
    return text


def birthday_in(identity: str) -> date:
    """The birthday in an identity number (GB 11643: digits 7 to 14).

    Raises:
        NumberUnreadable: there is no such day.

    Examples:
        >>> birthday_in("37020219900101001X")
        datetime.date(1990, 1, 1)
    """
    try:
        return date(int(identity[6:10]), int(identity[10:12]), int(identity[12:14]))
    except ValueError:
        raise NumberUnreadable(_("身份证号里的出生日期不对，请核对。")) from None


def masked(kind: str, value: str) -> str:
    """What of a number may stand on a screen.

    Examples:
        >>> masked("phone", "13900001234"), masked("identity", "37020219900101001X")
        ('139****1234', '3****************X')
    """
    head, tail = {NumberKind.PHONE: (3, 4), NumberKind.IDENTITY: (1, 1)}.get(NumberKind(kind), (0, 2))
    if len(value) <= head + tail:
        return "*" * len(value)
    return f"{value[:head]}{'*' * (len(value) - head - tail)}{value[len(value) - tail :]}"


def age_on(birthday: date, day: date) -> int:
    """Years lived in full on a day; who is born on 29 February grows older on 1 March of other years.

    Examples:
        >>> age_on(date(2010, 9, 2), date(2024, 9, 1)), age_on(date(2010, 9, 2), date(2024, 9, 2))
        (13, 14)
    """
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


def band_of(birthday: date | None, day: date) -> AgeBand:
    """The age band of somebody on a day."""
    if birthday is None:
        return AgeBand.UNKNOWN
    age = age_on(birthday, day)
    if age < CHILD_BELOW:
        return AgeBand.CHILD
    return AgeBand.MINOR if age < ADULT_FROM else AgeBand.ADULT


def text_digest(parts: Sequence[str]) -> str:
    """The fingerprint of a text that somebody agrees to."""
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()
