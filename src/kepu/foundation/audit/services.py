"""Record what was done, and seal the record into a hash chain."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from kepu.foundation.actors import Actor, acted_for
from kepu.foundation.audit.queries import ENTRY_COLUMNS, GENESIS, seal_hash

_INSERT = """
insert into audit_entry (actor_id, action, thing_type, thing_id, data) values (%s, %s, %s, %s, %s::jsonb)
"""

_SEALER_LOCK = 0x6B657075_61756474  # any number that nothing else locks
_LAST_LINK = """
select s.seq, s.hash, e.transaction_id::text, e.id,
       e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) as is_restored
from audit_seal s join audit_entry e on e.id = s.entry_id order by s.seq desc limit 1
"""
# The first transaction that is open and may still bring an entry. One that the server shows to work in another database
# can not; one that is not shown (it ended just now, or we may not see it) is taken for ours, which only means to wait.
# The activity is read after the snapshot was taken, so no transaction of the snapshot can be taken for another's.
_HORIZON = """
select coalesce(min(x::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)::text
from pg_snapshot_xip(pg_current_snapshot()) x
where not exists (
    select from pg_stat_activity a
    where a.backend_xid = x::xid and a.datid <> (select oid from pg_database where datname = current_database())
)
"""
# A transaction number above the newest one is of another server: the database was restored from a backup.
_UNSEALED = f"""
select {ENTRY_COLUMNS} from audit_entry e
where (e.transaction_id, e.id) > (%s::xid8, %s)
  and (e.transaction_id < %s::xid8 or e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()))
  and not exists (select from audit_seal s where s.entry_id = e.id)
order by e.transaction_id, e.id limit %s
"""  # noqa: S608 no input in it
_APPEND = """
insert into audit_seal (seq, entry_id, previous_hash, hash)
select * from unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])
"""


def _write(action: str, thing_type: str, thing_id: str, actor: Actor | None, data: dict[str, Any]) -> None:
    if (person_id := acted_for()) is not None:
        data = {**data, "on_behalf_of": person_id}
    body = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    values = (None if actor is None else actor.pk, action, thing_type, thing_id, body)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def record(action: str, thing: models.Model, *, actor: Actor | None, **data: Any) -> None:
    """Note in the caller's transaction what was done to a thing; it stays only if that commits.

    Args:
        action: `room.noun.verb`, e.g. `"plan.target.published"`.
        thing: the saved object it was done to.
        actor: who did it; None for the machine itself.
        data: what else must be known later; plain values, dates, decimals, ids. No personal data that is not needed.
    """
    _write(action, thing._meta.label_lower, str(thing.pk), actor, data)  # noqa: SLF001 (Django documents _meta)


def record_bulk(action: str, kind: str, digest: str, count: int, actor: Actor | None, **data: Any) -> None:
    """Note bulk work as one entry: how many things of one kind, and the digest of what came in.

    Args:
        action: as in `record`.
        kind: the model's label, e.g. `"ledger.fact"`.
        digest: hexadecimal SHA-256 of the input, so that the file can be shown to be this one.
        count: how many rows were written.
        actor: who did it; None for the machine itself.
        data: what else must be known later.
    """
    _write(action, kind.lower(), "", actor, {**data, "digest": digest, "count": count})


def seal_entries(*, batch: int = 5000) -> int:
    """Seal committed entries into the chain in the order of their transactions.

    Only entries of transactions before which none is still open are taken: an entry that commits late can then
    neither be skipped nor come before one already sealed. Sealers wait for each other.

    Args:
        batch: how many entries one transaction seals.

    Returns:
        How many entries were sealed.
    """
    total = 0
    while sealed := _seal_batch(batch):
        total += sealed
        if sealed < batch:
            break
    return total


@transaction.atomic
def _seal_batch(batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_SEALER_LOCK])
        cursor.execute(_LAST_LINK)
        seq, previous, last_transaction, last_id, is_restored = cursor.fetchone() or (0, GENESIS, "0", 0, False)
        after = ("0", 0) if is_restored else (last_transaction, last_id)
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(_HORIZON)
        horizon = cursor.fetchone()[0]
        cursor.execute(_UNSEALED, [*after, horizon, batch])
        entries = cursor.fetchall()
        links: list[tuple[int, int, bytes, bytes]] = []
        previous = bytes(previous)
        for seq, entry in enumerate(entries, start=seq + 1):  # noqa: B020 the chain goes on from the last link
            links.append((seq, entry[0], previous, seal_hash(seq, previous, entry)))
            previous = links[-1][3]
        if links:
            cursor.execute(_APPEND, [list(column) for column in zip(*links, strict=True)])
    return len(links)
