"""A question and its answer as bytes, for the process that solves it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from io import BytesIO
from typing import Any

import numpy as np

from kepu.engines.matching.canonical import Prepared, Sieve, prepare
from kepu.engines.matching.plans import Proof, proof_from
from kepu.engines.matching.rounds import Districts, Pairs, Providers, Requests, Round, Slots, Travel
from kepu.engines.matching.settings import Settings


def packed(prepared: Prepared, settings: Settings, known: Proof | None) -> bytes:
    """Pack a question. What hard rules bar stays behind: pins were checked before."""
    round_ = prepared.round
    columns: dict[str, Any] = {"left": prepared.sieve.left}
    for part, name in _NAMES:
        column = getattr(getattr(round_, part), name)
        if column is not None:
            columns[f"{part}.{name}"] = np.array(column, dtype=str) if name in _WORDS else column
    if round_.travel is not None:
        columns["travel.minutes"], columns["travel.trips"] = round_.travel.minutes, round_.travel.trips
    words = {
        "settings": settings.as_dict(),
        "known": None if known is None else asdict(known),
        "rules": prepared.sieve.rules,
        "fingerprint": prepared.fingerprint,
        "limit_min": None if round_.travel is None else round_.travel.limit_min,
    }
    columns["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    room = BytesIO()
    np.savez(room, **columns)
    return room.getvalue()


def unpacked(question: bytes) -> tuple[Prepared, Settings, Proof | None]:
    """Unpack a question."""
    columns = np.load(BytesIO(question))
    words = json.loads(columns["words"].tobytes())
    travel = None
    if words["limit_min"] is not None:
        travel = Travel(columns["travel.minutes"], words["limit_min"], columns["travel.trips"])
    round_ = Round(
        Requests(**_part(columns, "requests")),
        Providers(**_part(columns, "providers")),
        Slots(**_part(columns, "slots")),
        Districts(**_part(columns, "districts")),
        Pairs(**_part(columns, "pairs")),
        travel,
    )
    sieve = Sieve(tuple(words["rules"]), columns["left"])
    prepared = replace(prepare(round_), sieve=sieve, fingerprint=words["fingerprint"])
    known = None if words["known"] is None else proof_from(words["known"])
    return prepared, Settings(**words["settings"]), known


_WORDS = ("ids", "repeat")
_NAMES = tuple(
    (part, name)
    for part, names in (
        ("requests", ("ids", "visits", "window", "district", "need", "repeat", "is_whole", "place")),
        ("providers", ("ids", "load", "available", "per_period")),
        ("slots", ("ids", "day", "period")),
        ("districts", ("ids", "need", "had", "floor")),
        ("pairs", ("request", "provider", "fit", "distance")),
    )
    for name in names
)


def _part(columns: Mapping[str, Any], part: str) -> dict[str, Any]:
    return {
        name: columns[f"{owner}.{name}"].tolist() if name in _WORDS else columns[f"{owner}.{name}"]
        for owner, name in _NAMES
        if owner == part and f"{owner}.{name}" in columns
    }
