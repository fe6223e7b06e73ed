"""Record one fact, reverse one fact, and say for which days facts are taken."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import (
    FactAlreadyReversed,
    FactKeyTaken,
    FactRefused,
    FactUnknown,
    ReversalNotReversible,
    StockAlreadyRecorded,
)
from kepu.ledger.events import FactRecorded
from kepu.ledger.models import AcceptedPeriod, Fact
from kepu.ledger.permissions import may_record_fact, may_write_facts
from kepu.ledger.queries.listing import fact_numbered
from kepu.ledger.rules import FactDraft, key_of, month_of
from kepu.ledger.services.checking import Checked, FactChecker

STOCK_ONCE_A_DAY = "ledger_stock_value_pkey"
_RECORD = f"select ledger_record_fact({', '.join(['%s'] * 19)})"
_REVERSE = "select ledger_reverse_fact(%s, %s, %s, %s, %s)"


@transaction.atomic
def record_fact(
    draft: FactDraft,
    *,
    actor: Person | None,
    source: str = "",
    source_kind: str = SourceKind.SERVICE,
    is_demonstration: bool = False,
) -> Fact:
    """Record one fact for ever; the same key from the same source again returns the fact that is there.

    Args:
        draft: what happened; its `key` makes sending it twice harmless, without one every call is a new fact.
        actor: who records; None for the machine itself.
        source: the namespace of keys, e.g. `"api:17"`; the actor's own where empty.
        source_kind: by which door it came.
        is_demonstration: marked 演示数据 wherever it is shown.

    Raises:
        FactRefused: a rule of the indicator, the day, the region, the body or the numbers is broken.
        FactKeyTaken: the key names another fact already.
        StockAlreadyRecorded: the level of that day is there; reverse it first.
    """
    checker = FactChecker(actor=actor)
    checked = checker.check(draft)
    if isinstance(checked, list):
        errors = [{"field": error.field, "message": error.what} for error in checked]
        raise FactRefused("".join(error.what for error in checked), errors=errors)
    namespace = source or f"person:{actor.pk if actor else 0}"
    key = key_of(namespace, draft.key) if draft.key else uuid.uuid4()
    fact = _fact(key, draft, checked, actor, source_kind, is_demonstration=is_demonstration)
    with _one_value_a_day():
        outcome = _call(_RECORD, _arguments(fact))
    if outcome == "taken":
        raise FactKeyTaken(
            _("这个编号已登记过另一条内容不同的事实。要更正请先冲正原来那条，再用新编号登记。"), key=draft.key
        )
    if outcome == "present":
        return fact_numbered(key)
    record("ledger.fact.recorded", fact, actor=actor, source=source_kind)
    code = checker.indicator_codes()[checked.indicator_id]
    publish(FactRecorded(key, code, month_of(fact.occurred_on)))
    return fact


@transaction.atomic
def reverse_fact(fact_id: uuid.UUID, *, reason: str, actor: Person | None, source_kind: str = SourceKind.FORM) -> Fact:
    """Take a fact back by a reversing one, dated like it; the first stays readable.

    Raises:
        FactUnknown: there is no such fact.
        NotAllowed: the actor may not record facts of its body and region.
        FactRefused: no reason was given.
        ReversalNotReversible: the fact is a reversal itself.
        FactAlreadyReversed: somebody reversed it before.
    """
    fact = fact_numbered(fact_id)
    if actor is not None and not may_record_fact(actor, fact.organisation, fact.region):
        raise NotAllowed
    if not reason.strip():
        raise FactRefused(_("请写明为什么冲正。"), errors=[{"field": "reason", "message": _("请写明为什么冲正。")}])
    if fact.reverses is not None:
        raise ReversalNotReversible(_("这条本身就是冲正，不能再冲正；如果冲错了，请重新登记。"))
    recorded_by = None if actor is None else actor.pk
    reversal_id = _call(_REVERSE, (fact_id, source_kind, reason.strip()[:500], recorded_by, now()))
    if reversal_id is None:
        raise FactAlreadyReversed(_("这条事实已经冲正过，不能冲正两次。"))
    reversal = fact_numbered(reversal_id)
    record("ledger.fact.reversed", fact, actor=actor, reversal=str(reversal_id), reason=reason.strip()[:500])
    publish(FactRecorded(reversal_id, fact.indicator.code, month_of(fact.occurred_on)))
    return reversal


@transaction.atomic
def accept_facts_between(owner: str, *, title: str, since: date, until: date, actor: Person | None) -> AcceptedPeriod:
    """Say for which days facts are taken; as long as nobody says so, every day from 2000 to today is.

    Args:
        owner: who opens the period, e.g. `"plan:3"`; the same owner again moves its period.
        title: shown in the sentence that refuses a day outside, e.g. the plan's name.
        since: the first day.
        until: the last day.
        actor: None only where the system itself acts.

    Raises:
        NotAllowed: the actor may write nothing into the ledger.
    """
    if actor is not None and not may_write_facts(actor):
        raise NotAllowed
    values = {"title": title[:120], "since": since, "until": until}
    period, _is_new = AcceptedPeriod.objects.update_or_create(owner=owner, defaults=values)
    record("ledger.period.accepted", period, actor=actor, since=since, until=until)
    return period


def _fact(
    key: uuid.UUID,
    draft: FactDraft,
    checked: Checked,
    actor: Person | None,
    source_kind: str,
    *,
    is_demonstration: bool,
) -> Fact:
    """The row as it is about to be written, so that nobody need read it back."""
    fact = Fact(
        id=key, indicator_id=checked.indicator_id, occurred_on=draft.occurred_on, region_id=checked.place.id,
        district_id=checked.place.district_id, area_class=checked.place.area_class,
        organisation_id=checked.organisation_id, audience=checked.audience, audience_tag=checked.audience_tag,
        quantity=draft.quantity, people=draft.people, person=draft.person, method=draft.method,
        source_kind=str(source_kind), source_ref=draft.source_ref, note=draft.note,
        recorded_by_id=None if actor is None else actor.pk, recorded_at=now(), is_demonstration=is_demonstration,
    )  # fmt: skip
    fact._state.adding = False  # noqa: SLF001 (Django documents _state)
    return fact


def _arguments(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.pk, fact.indicator_id, fact.occurred_on, fact.region_id, fact.district_id, fact.area_class,
        fact.organisation_id, fact.audience, fact.audience_tag, fact.quantity, fact.people, fact.person,
        None if fact.method is None else Jsonb(fact.method), fact.source_kind, fact.source_ref, fact.note,
        fact.recorded_by_id, fact.recorded_at, fact.is_demonstration,
    )  # fmt: skip


def _call(sql: str, arguments: tuple[Any, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        row = cursor.fetchone()
    return row[0] if row else None


@contextmanager
def _one_value_a_day() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        cause = problem.__cause__
        if isinstance(cause, psycopg.errors.UniqueViolation) and cause.diag.constraint_name == STOCK_ONCE_A_DAY:
            raise StockAlreadyRecorded(
                _("这个单位、地区和人群在这一天已有数值。同一天只留一个数：请先冲正原来那条，再登记新的。")
            ) from None
        raise


__all__ = ["FactUnknown", "accept_facts_between", "record_fact", "reverse_fact"]
