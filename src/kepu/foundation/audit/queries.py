"""Read the trail, and prove its chain."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from kepu.foundation.actors import Actor
from kepu.foundation.audit.choices import Fault
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.audit.permissions import may_read_trail

GENESIS = bytes(32)
ENTRY_COLUMNS = """e.id, e.recorded_at at time zone 'UTC', e.actor_id, e.action, e.thing_type, e.thing_id,
    e.data::text, e.transaction_id::text"""
_CHAIN = f"select s.seq, s.entry_id, s.previous_hash, s.hash, {ENTRY_COLUMNS} from audit_seal s left join audit_entry e on e.id = s.entry_id order by s.seq"  # noqa: S608 no input in it
_TAIL = """
select count(*), extract(epoch from clock_timestamp() - min(e.recorded_at))
from audit_entry e where not exists (select from audit_seal s where s.entry_id = e.id)
"""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    seq: int
    entry_id: int | None
    fault: Fault


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk along the whole chain found."""

    sealed: int
    head: bytes
    broken: Break | None
    tail: int
    tail_oldest: timedelta | None

    @property
    def holds(self) -> bool:
        """Whether every sealed entry is as it was when it was sealed."""
        return self.broken is None


def seal_hash(seq: int, previous: bytes, entry: tuple[Any, ...]) -> bytes:
    """Hash one link: SHA-256 over the previous hash and the entry as canonical JSON.

    Args:
        seq: place in the chain, from 1.
        previous: hash of the link before, 32 bytes; zeros for the first.
        entry: id, UTC time, actor, action, type and id of the thing, data as the database writes it, transaction.

    Returns:
        32 bytes.

    Examples:
        >>> from datetime import datetime
        >>> entry = (7, datetime(2024, 9, 15, 8, 0), 3, "plan.target.published", "plan.target", "12", "{}", "801")
        >>> seal_hash(1, GENESIS, entry).hex()[:16]
        '2fb898503268cff4'
    """
    entry_id, recorded_at, actor_id, action, thing_type, thing_id, data, transaction_id = entry
    body = {
        "seq": seq,
        "id": entry_id,
        "recorded_at": recorded_at.isoformat(timespec="microseconds"),
        "actor_id": actor_id,
        "action": action,
        "thing_type": thing_type,
        "thing_id": thing_id,
        "data": data,
        "transaction_id": transaction_id,
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def prove_chain(*, expected_head: bytes | None = None) -> Proof:
    """Walk the chain from its first link and compare every hash; say how much is not sealed yet.

    Args:
        expected_head: a head noted earlier, outside the database; it must still be on the chain. Without one nobody
            can know that the newest links were not cut off together with their entries.
    """
    previous, sealed, broken, is_head_seen = GENESIS, 0, None, expected_head is None
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_CHAIN)
        while broken is None and (rows := cursor.fetchmany(2000)):
            for seq, entry_id, link_previous, link_hash, *entry in rows:
                fault = _fault(sealed + 1, previous, seq, (link_previous, link_hash), tuple(entry))
                if fault:
                    place = sealed + 1 if fault == Fault.LINK_MISSING else seq
                    broken = Break(place, None if fault == Fault.LINK_MISSING else entry_id, fault)
                    break
                sealed, previous = seq, bytes(link_hash)
                is_head_seen = is_head_seen or previous == expected_head
    if broken is None and not is_head_seen:
        broken = Break(sealed, None, Fault.HEAD_UNKNOWN)
    with connection.cursor() as cursor:
        cursor.execute(_TAIL)
        tail, age = cursor.fetchone()
    oldest = None if age is None else timedelta(seconds=float(age))
    return Proof(sealed=sealed, head=previous, broken=broken, tail=tail, tail_oldest=oldest)


def _fault(expected: int, previous: bytes, seq: int, link: tuple[bytes, bytes], entry: tuple[Any, ...]) -> Fault | None:
    if seq != expected:
        return Fault.LINK_MISSING
    if bytes(link[0]) != previous:
        return Fault.LINK_CUT
    if entry[0] is None:
        return Fault.ENTRY_MISSING
    if seal_hash(seq, previous, entry) != bytes(link[1]):
        return Fault.ENTRY_CHANGED
    return None


def trail(
    *,
    actor: Actor,
    by: int | None = None,
    action: str = "",
    thing_type: str = "",
    thing_id: str = "",
    first: date | None = None,
    last: date | None = None,
) -> models.QuerySet[AuditEntry]:
    """Entries that the actor may read, newest first.

    Args:
        actor: who reads; nobody but auditors and administrators sees anything.
        by: id of the person who acted.
        action: the beginning of an action, e.g. `"plan."`.
        thing_type: a model's label, e.g. `"plan.target"`.
        thing_id: the thing's key.
        first: from this day.
        last: up to and including this day.
    """
    if not may_read_trail(actor):
        return AuditEntry.objects.none()
    given = {
        "actor_id": by,
        "action__startswith": action or None,
        "thing_type": thing_type or None,
        "thing_id": thing_id or None,
        "recorded_at__date__gte": first,
        "recorded_at__date__lte": last,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return AuditEntry.objects.filter(**chosen).select_related("seal")


def entries_about(thing: models.Model) -> models.QuerySet[AuditEntry]:
    """What was done to one thing, oldest first; its room decides who may see the thing."""
    label = thing._meta.label_lower  # noqa: SLF001 (Django documents _meta)
    return AuditEntry.objects.filter(thing_type=label, thing_id=str(thing.pk)).order_by("id")
