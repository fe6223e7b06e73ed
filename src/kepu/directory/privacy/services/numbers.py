"""Keep, verify, show and drop a person's numbers; birthday and the ledger's secret."""

import secrets
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.errors import BirthdayUnfit, NumberTaken, ReasonMissing
from kepu.directory.privacy.events import BirthdayChanged
from kepu.directory.privacy.models import PersonalDetail, PersonalNumber
from kepu.directory.privacy.permissions import may_reveal_number
from kepu.directory.privacy.queries import ledger_key_of
from kepu.directory.privacy.rules import age_on, digests, normalised
from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish

_OLDEST = 130


def _lock(digest: bytes) -> None:
    """Let two people who claim one number at once come one after the other, whatever key hashes it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


@transaction.atomic
def keep_number(
    person_id: int, kind: str, value: str, *, actor: Actor | None, is_verified: bool = False
) -> PersonalNumber:
    """Keep a number of a person, encrypted; the same number again only notes that it was verified.

    Raises:
        NumberUnreadable: it is no number of its kind.
        NumberTaken: it belongs to somebody else.
    """
    text = normalised(kind, value)
    found = digests(kind, text)
    _lock(found[-1])
    number = PersonalNumber.objects.filter(kind=kind, digest__in=found).first()
    if number is not None and number.person_id != person_id:
        raise NumberTaken(_("这个号码已登记在别人名下。如果是您的，请到办公室核实后改正。"))
    verified_at = now() if is_verified else None
    if number is None:
        number = PersonalNumber.objects.create(
            person_id=person_id, kind=kind, value=text, digest=found[0], verified_at=verified_at, kept_at=now()
        )
        record("privacy.number.kept", number, actor=actor, kind=kind)
    elif is_verified:
        number.verified_at = verified_at
        number.save(update_fields=["verified_at"])
    return number


@transaction.atomic
def release_claim(kind: str, value: str, *, actor: Actor | None) -> bool:
    """Take a number that nobody proved from whom it was written down for: somebody else holds it.

    Returns:
        Whether there was such a claim.

    Raises:
        NumberUnreadable: it is no number of its kind.
    """
    found = digests(kind, normalised(kind, value))
    _lock(found[-1])
    number = PersonalNumber.objects.filter(kind=kind, digest__in=found, verified_at=None).first()
    if number is None:
        return False
    record("privacy.number.released", number, actor=actor, kind=kind, person=number.person_id)
    number.delete()
    return True


@transaction.atomic
def drop_number(number_id: int, *, actor: Actor) -> None:
    """Forget a number.

    Raises:
        NotAllowed: it is somebody else's and the actor is not of the leading office.
    """
    number = PersonalNumber.objects.select_for_update().get(pk=number_id)
    if not may_reveal_number(actor, number.person_id):
        raise NotAllowed
    record("privacy.number.dropped", number, actor=actor, kind=number.kind)
    number.delete()


@transaction.atomic
def reveal_number(number_id: int, *, actor: Actor, reason: str = "") -> str:
    """Show a number in full; whoever sees another person's says why, and it is recorded.

    Raises:
        NotAllowed: the actor may not see it.
        ReasonMissing: it is another person's and no reason was given.
    """
    number = PersonalNumber.objects.get(pk=number_id)
    if not may_reveal_number(actor, number.person_id):
        raise NotAllowed
    if actor.pk != number.person_id:
        if not reason.strip():
            raise ReasonMissing(_("要看完整号码，请写明理由；这次查看会留痕。"))
        record("privacy.number.revealed", number, actor=actor, person=number.person_id, reason=reason.strip()[:200])
    return str(number.value)


@transaction.atomic
def set_birthday(person_id: int, birthday: date, *, actor: Actor | None) -> None:
    """Register or correct a birthday. What was agreed stays on record; whether it still suffices is asked at each use.

    Raises:
        BirthdayUnfit: in the future, or longer ago than anybody lives.
    """
    if birthday > today() or age_on(birthday, today()) > _OLDEST:
        raise BirthdayUnfit(_("出生日期应在今天以前、%(years)d 年以内，请核对。") % {"years": _OLDEST})
    detail, _made = PersonalDetail.objects.select_for_update().get_or_create(person_id=person_id)
    if detail.birthday == birthday.isoformat():
        return
    detail.birthday = birthday.isoformat()
    detail.save(update_fields=["birthday"])
    record("privacy.birthday.set", detail, actor=actor)
    publish(BirthdayChanged(person_id))


@transaction.atomic
def ledger_key(person_id: int) -> bytes:
    """The keyed hash under which the ledger counts a person, made when first needed (16 bytes)."""
    detail, _made = PersonalDetail.objects.select_for_update().get_or_create(person_id=person_id)
    if not detail.secret:
        detail.secret = secrets.token_urlsafe(32)
        detail.save(update_fields=["secret"])
    key = ledger_key_of(person_id)
    assert key is not None  # noqa: S101 (its secret was written above)
    return key
