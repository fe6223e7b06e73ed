"""Decide what the shipped defaults leave to the operator."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.codes.errors import ParameterUnknown, ValueUnfit
from kepu.foundation.codes.models import CodeList, Parameter
from kepu.foundation.codes.permissions import may_decide_codes
from kepu.foundation.codes.services.reading import storable_value
from kepu.foundation.errors import NotAllowed


def _parameter_to_decide(name: str, valid_from: date | None, actor: Actor) -> Parameter:
    if not may_decide_codes(actor):
        raise NotAllowed
    found = Parameter.objects.select_for_update().filter(name=name, valid_from=valid_from).first()
    if found is None:
        raise ParameterUnknown(name)
    return found


@transaction.atomic
def override_parameter(
    name: str, *, actor: Actor, value: Any, reason: str, valid_from: date | None = None
) -> Parameter:
    """Let the site's own value hold instead of the shipped one.

    Args:
        name: the parameter.
        actor: the leading office or an administrator.
        value: as typed into a form, or a plain value.
        reason: why; shown beside the value.
        valid_from: names the stretch of time; None for a value without a beginning.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
        ValueUnfit: the value is not of the parameter's kind, or no reason is given.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    if not reason.strip():
        raise ValueUnfit(_("请写明改定的理由。"))
    before = found.stored_value
    found.override, found.is_overridden = storable_value(found.kind, value), True
    found.decided_by, found.decided_at, found.reason = actor.pk, timezone.now(), reason.strip()[:500]
    found.save(update_fields=["override", "is_overridden", "decided_by", "decided_at", "reason"])
    record("codes.parameter.overridden", found, actor=actor, name=name, before=before, after=found.override)
    return found


@transaction.atomic
def restore_default(name: str, *, actor: Actor, valid_from: date | None = None) -> Parameter:
    """Take the site's own value back; the shipped one holds again, unconfirmed.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    before = found.stored_value
    found.override, found.is_overridden = None, False
    found.decided_by, found.decided_at, found.reason = None, None, ""
    found.save(update_fields=["override", "is_overridden", "decided_by", "decided_at", "reason"])
    record("codes.parameter.restored", found, actor=actor, name=name, before=before, after=found.default)
    return found


@transaction.atomic
def confirm_parameter(name: str, *, actor: Actor, valid_from: date | None = None) -> Parameter:
    """Confirm the shipped value for this site; the mark 默认未确认 goes.

    Raises:
        NotAllowed: the actor decides nothing about parameters.
        ParameterUnknown: there is no such stretch.
        ValueUnfit: there is no value to confirm.
    """
    found = _parameter_to_decide(name, valid_from, actor)
    if found.stored_value is None:
        raise ValueUnfit(_("这个参数还没有值，请先填入。"))
    found.decided_by, found.decided_at = actor.pk, timezone.now()
    found.save(update_fields=["decided_by", "decided_at"])
    record("codes.parameter.confirmed", found, actor=actor, name=name, value=found.stored_value)
    return found


@transaction.atomic
def confirm_list(name: str, *, actor: Actor) -> CodeList:
    """Confirm a shipped list for this site; the mark 默认未确认 goes.

    Raises:
        NotAllowed: the actor decides nothing about lists.
        ValueUnfit: the list is unknown or empty.
    """
    if not may_decide_codes(actor):
        raise NotAllowed
    found = CodeList.objects.select_for_update().filter(name=name).first()
    if found is None or not found.codes.exists():
        raise ValueUnfit(_("这张码表还没有内容，请先载入。"))
    found.decided_by, found.decided_at = actor.pk, timezone.now()
    found.save(update_fields=["decided_by", "decided_at"])
    record("codes.list.confirmed", found, actor=actor, name=name, version=found.version)
    return found
