"""Record what was done, and seal the record into a hash chain."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from kepu.foundation.actors import Actor

_INSERT = """
insert into audit_entry (actor_id, action, thing_type, thing_id, data) values (%s, %s, %s, %s, %s::jsonb)
"""


def _write(action: str, thing_type: str, thing_id: str, actor: Actor | None, data: dict[str, Any]) -> None:
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
