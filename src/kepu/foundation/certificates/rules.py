"""Numbers, check codes and masks, and the kinds that rooms register."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from kepu.foundation.actors import Actor
from kepu.foundation.certificates.errors import CertificateKindUnknown

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs, a prime: no 0, 1, I, L, O, which are read for one another."""
_SIGNS = 11
_GROUP = 4
_ALIKE = str.maketrans({"０": "0", "－": "-"})


def check_sign(body: str) -> str:
    """The last sign of a code: weights 1, 2, … modulo 31 find every single slip and every swap of neighbours.

    Examples:
        >>> check_sign("23456789ABC"), check_sign("32456789ABC")
        ('8', '7')
    """
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def new_code() -> str:
    """A code that nobody guesses (54 bits), with its check sign, in three groups of four."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_SIGNS))
    return grouped(body + check_sign(body))


def grouped(code: str) -> str:
    """Write a code in groups, as it stands on paper."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in its one form; None where a slip of the finger shows.

    Examples:
        >>> read_code(" 2345 6789 abc8 "), read_code("3245-6789-ABC8")
        ('2345-6789-ABC8', None)
    """
    signs = "".join(sign for sign in typed.translate(_ALIKE).upper() if sign.isalnum())
    if len(signs) != _SIGNS + 1 or any(sign not in ALPHABET for sign in signs):
        return None
    return grouped(signs) if check_sign(signs[:-1]) == signs[-1] else None


def number_of(prefix: str, year: int, running: int) -> str:
    """The public number of a certificate.

    Examples:
        >>> number_of("ZYFW", 2026, 7)
        'ZYFW-2026-000007'
    """
    return f"{prefix}-{year}-{running:06d}"


def masked_name(name: str) -> str:
    """A name of which only the first sign is shown.

    Examples:
        >>> masked_name("欧阳示例"), masked_name("")
        ('欧***', '')
    """
    return name[:1] + "*" * (len(name) - 1)


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """One kind of certificate.

    Args:
        code: for ever.
        label: what stands above it.
        prefix: before its numbers, capital letters.
        is_publicised: whether it is published before it is valid.
        may_settle: who decides objections and revokes: the actor, and the id of the issuing body.
    """

    code: str
    label: str | Promise
    prefix: str
    is_publicised: bool
    may_settle: Callable[[Actor, int | None], bool]


_kinds: dict[str, CertificateKind] = {}


def register_kind(kind: CertificateKind) -> None:
    """Let a room say which certificates it gives."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> CertificateKind:
    """The kind behind a code.

    Raises:
        CertificateKindUnknown: no room registers it.
    """
    try:
        return _kinds[code]
    except KeyError:
        raise CertificateKindUnknown(code) from None


def label_of(code: str) -> str:
    """What a kind is called; its code where no room registers it any more."""
    return str(_kinds[code].label) if code in _kinds else code
