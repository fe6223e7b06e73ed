"""Numbers and birthdays of persons: found by keyed hash, shown masked."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models

from kepu.directory.privacy.choices import AgeBand, NumberKind
from kepu.directory.privacy.models import (
    PersonalDetail,
    PersonalNumber,
)
from kepu.directory.privacy.rules import (
    ADULT_FROM,
    age_on,
    band_of,
    birthday_in,
    digests,
    masked,
    normalised,
)
from kepu.foundation.clock import today


@dataclass(frozen=True, slots=True)
class MaskedNumber:
    """A number as it may stand on a screen."""

    id: int
    kind: str
    label: str
    masked: str
    is_verified: bool


def person_id_with(kind: str, value: str, *, is_proved: bool = False) -> int | None:
    """Whose number this is, found by its keyed hash.

    Args:
        kind: of the number.
        value: in whatever form.
        is_proved: only who proved to hold it; a number that stands on somebody's list proves nothing.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    found = PersonalNumber.objects.filter(kind=kind, digest__in=digests(kind, normalised(kind, value)))
    if is_proved:
        found = found.filter(verified_at__isnull=False)
    return found.values_list("person_id", flat=True).first()


def holders_of(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Whose numbers these are, in one look; numbers that nobody holds are left out.

    Args:
        kind: of all of them.
        values: in the form that `number_in_form` gives.
    """
    by_digest = {digest: value for value in set(values) for digest in digests(kind, value)}
    found = PersonalNumber.objects.filter(kind=kind, digest__in=list(by_digest)).values_list("digest", "person_id")
    return {by_digest[bytes(digest)]: person for digest, person in found}


def keyed_digests(use: str, text: str) -> list[bytes]:
    """Keyed hashes of something that must be recognised and not be readable, one for each key, the newest first.

    Args:
        use: what it is for; equal texts of two uses have nothing in common.
        text: at best in its one normal form.
    """
    return digests(use, text)


def number_in_form(kind: str, value: str) -> tuple[str, str]:
    """A number in the one form that is kept, and what of it may stand on a screen.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    text = normalised(kind, value)
    return text, masked(kind, text)


def phone_in_form(value: str) -> tuple[str, str]:
    """A phone number in the one form that is kept, and what of it may stand on a screen.

    Raises:
        NumberUnreadable: it is no phone number.
    """
    return number_in_form(NumberKind.PHONE, value)


def is_adult_by_identity(identity: str) -> bool:
    """Whether the birthday that an identity number holds makes an adult of its bearer today.

    Raises:
        NumberUnreadable: there is no such day in it.
    """
    return age_on(birthday_in(identity), today()) >= ADULT_FROM


def numbers_of(person_id: int) -> list[MaskedNumber]:
    """A person's numbers, masked."""
    return numbers_of_people([person_id]).get(person_id, [])


def numbers_of_people(person_ids: Iterable[int]) -> dict[int, list[MaskedNumber]]:
    """The numbers of several persons, masked; in one look."""
    found: dict[int, list[MaskedNumber]] = {}
    for number in PersonalNumber.objects.filter(person__in=list(person_ids)):
        shown = MaskedNumber(
            id=number.pk,
            kind=number.kind,
            label=str(number.get_kind_display()),
            masked=masked(number.kind, number.value),
            is_verified=number.verified_at is not None,
        )
        found.setdefault(number.person_id, []).append(shown)
    return found


def phone_of(person_id: int) -> str:
    """The phone to which messages go, verified ones first; empty where there is none. For gateways only, never for a page."""
    phones = PersonalNumber.objects.filter(person=person_id, kind=NumberKind.PHONE)
    found = phones.order_by(models.F("verified_at").desc(nulls_last=True), "pk").first()
    return str(found.value) if found is not None else ""


def birthday_of(person_id: int) -> date | None:
    """The registered birthday."""
    detail = PersonalDetail.objects.filter(person=person_id).first()
    return date.fromisoformat(detail.birthday) if detail is not None and detail.birthday else None


def age_band_of(person_id: int, on: date | None = None) -> AgeBand:
    """The age band of a person on a day (today, if none is given)."""
    return band_of(birthday_of(person_id), on or today())


def minors_among(people: Iterable[int], on: date | None = None) -> set[int]:
    """Those of these persons who are under age on a day (today, if none is given), as far as birthdays are registered."""
    day = on or today()
    details = PersonalDetail.objects.filter(person__in=list(people), birthday__isnull=False)
    return {
        one.person_id
        for one in details
        if one.birthday and band_of(date.fromisoformat(one.birthday), day) in {AgeBand.CHILD, AgeBand.MINOR}
    }


def ledger_key_of(person_id: int) -> bytes | None:
    """The keyed hash under which the ledger counts this person (16 bytes); None once the secret died with the person."""
    detail = PersonalDetail.objects.filter(person=person_id).first()
    if detail is None or not detail.secret:
        return None
    return hmac.digest(detail.secret.encode(), f"person {person_id}".encode(), "sha256")[:16]
