"""Somebody of the office acts for a resident who called: after a spoken check, for a reason, and it shows."""

from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import AgeBand, NumberKind
from kepu.directory.privacy.queries import age_band_of, birthday_of, person_id_with
from kepu.directory.register.choices import ActingCheck, ActingEnd
from kepu.directory.register.errors import ActingRefused
from kepu.directory.register.events import ActingStarted
from kepu.directory.register.models import Acting, Person
from kepu.directory.register.permissions import may_act_for_others
from kepu.directory.register.queries import is_staff_account
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish

_MOST_WRONG, _WRONG_SECONDS = 5, 24 * 3600


def start_acting(
    phone: str, *, check: str, evidence: str, reason: str, actor: Person, said_birthday: date | None = None
) -> Acting:
    """Begin to act for the resident with a phone.

    Unknown phones and checks that do not hold get one answer, and both are on record.

    Args:
        phone: the number by which the resident is registered.
        check: how the operator made sure who calls; one of `ActingCheck`.
        evidence: number of the recording or of the call back.
        reason: what the resident asked for.
        actor: the operator.
        said_birthday: what the caller said, where the birthday is the check.

    Raises:
        NotAllowed: the actor is not of the office.
        ActingRefused: nobody has the phone, the check does not hold, or nobody may act for this person.
        NumberUnreadable: it is no phone number.
    """
    if not may_act_for_others(actor):
        raise NotAllowed
    if check not in ActingCheck.values or not evidence.strip() or not reason.strip():
        raise ActingRefused(_("请选核对方式，写明录音或回拨编号和来电事由。"))
    known = person_id_with(NumberKind.PHONE, phone, is_proved=True)  # a call back to a mistyped number proves nothing
    resident = Person.objects.filter(pk=known, is_active=True).first() if known is not None else None
    if resident is None or not _check_holds(resident, check, said_birthday):
        record("directory.acting.refused", resident or actor, actor=actor, check=check)
        raise ActingRefused(_("没有代办：这个号码没有登记，或者核对不符。请来电人再说一次；仍不符，请到现场办理。"))
    if resident.pk == actor.pk or is_staff_account(resident):
        raise ActingRefused(_("有工作身份的人自己登录办理，不代办。"))
    if age_band_of(resident.pk) == AgeBand.CHILD:
        raise ActingRefused(_("不满 14 周岁的，请监护人来电，按监护人的号码代办。"))
    return _begin(resident, check, evidence, reason, actor)


def _check_holds(resident: Person, check: str, said_birthday: date | None) -> bool:
    if check == ActingCheck.CALLBACK:
        return True  # the operator hung up and called the registered number; the evidence names the call
    wrong = f"acting-wrong:{resident.pk}"
    if cache.get(wrong, 0) >= _MOST_WRONG:
        return False
    if said_birthday is not None and birthday_of(resident.pk) == said_birthday:
        return True
    cache.set(wrong, cache.get(wrong, 0) + 1, _WRONG_SECONDS)
    return False


@transaction.atomic
def _begin(resident: Person, check: str, evidence: str, reason: str, actor: Person) -> Acting:
    Person.objects.select_for_update().get(pk=actor.pk)
    end_all_acting(actor, how=ActingEnd.VOID)
    found = Acting.objects.create(
        operator=actor,
        resident=resident,
        check_kind=check,
        evidence=evidence.strip()[:200],
        reason=reason.strip()[:200],
        started_at=now(),
    )
    record("directory.acting.started", found, actor=actor, on_behalf_of=resident.pk, check=check)
    publish(ActingStarted(acting_id=found.pk, operator_id=actor.pk, resident_id=resident.pk))
    return found


@transaction.atomic
def end_acting(acting_id: int, *, how: str, actor: Person) -> None:
    """End a time of acting; one that is over stays as it is.

    Raises:
        NotAllowed: it is another operator's.
    """
    found = Acting.objects.select_for_update().get(pk=acting_id)
    if found.operator_id != actor.pk:
        raise NotAllowed
    if found.ended_at is None:
        found.ended_at, found.end_kind = now(), how
        found.save(update_fields=["ended_at", "end_kind"])
        record("directory.acting.ended", found, actor=actor, on_behalf_of=found.resident_id, how=how)


def end_all_acting(actor: Person, *, how: str) -> None:
    """End whatever time of acting an operator has open (there is at most one)."""
    for acting_id in Acting.objects.filter(operator=actor, ended_at=None).values_list("pk", flat=True):
        end_acting(acting_id, how=how, actor=actor)
