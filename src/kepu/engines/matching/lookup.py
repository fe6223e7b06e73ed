"""Find what people said by id among the rows of a sorted round."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from kepu.engines.matching.checks import Rows
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import Forbid, Match

_NOWHERE = 1 << 60


def rows_of_match(round_: Round, match: Match | Forbid) -> tuple[int, int, int] | None:
    """Find the rows of a match in a sorted round, −1 for no half-day; None when an id is not there."""
    rows = []
    for name, ids in zip(match, (round_.requests.ids, round_.providers.ids, round_.slots.ids), strict=True):
        row = -1 if name is None else bisect_left(ids, name)
        if name is not None and (row >= len(ids) or ids[row] != name):
            return None
        rows.append(row)
    return rows[0], rows[1], rows[2]


def rows_of(round_: Round, said: Sequence[Match | Forbid]) -> Rows:
    """Find the rows of many, shape (found, 3); those whose ids are not there are left out."""
    if not said:
        return np.empty((0, 3), dtype=np.int64)
    names = [
        {name: row for row, name in enumerate(ids)}
        for ids in (round_.requests.ids, round_.providers.ids, round_.slots.ids)
    ]
    rows = [
        (
            names[0].get(one.request, -1),
            names[1].get(one.provider, -1),
            _NOWHERE if one.slot is None else names[2].get(one.slot, -1),
        )
        for one in said
    ]
    found = np.array(rows, dtype=np.int64)
    found = found[(found >= 0).all(axis=1)]
    found[found == _NOWHERE] = -1
    return found


def place_of(requests: Rows, providers: Rows, request: int, provider: int) -> int:
    """Find a pair in sorted columns; −1 when it is not there."""
    begin, end = np.searchsorted(requests, (request, request + 1)).tolist()
    place = int(np.searchsorted(providers[begin:end], provider)) + begin
    return place if place < end and providers[place] == provider else -1


def places_of(round_: Round, said: Sequence[Match | Forbid]) -> Rows:
    """Find the pairs that many name, as far as they are there; sorted, each once."""
    rows, pairs, width = rows_of(round_, said), round_.pairs, len(round_.providers.ids)
    if not len(rows) or not len(pairs.request):
        return np.empty(0, dtype=np.int64)
    key, wanted = pairs.request * width + pairs.provider, np.unique(rows[:, 0] * width + rows[:, 1])
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    found: Rows = place[key[place] == wanted]
    return found
