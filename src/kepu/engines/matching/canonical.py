"""One order for every round: sorted by id, stripped of what hard rules forbid, so that the order of input cannot matter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from kepu.engines.matching.checks import Hashes, Rows
from kepu.engines.matching.rounds import Districts, Pairs, Providers, Requests, Round, Slots, Travel

LISTED = "listed"


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """How many candidates each request has left after each hard rule.

    Args:
        rules: `listed` (pairs given), then the names of the rules in the order they were asked.
        left: shape (requests, rules). Candidates left, in the order of `round.requests`.
    """

    rules: tuple[str, ...]
    left: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Barred:
    """Pairs that a hard rule forbids, sorted by request and provider.

    Args:
        request: shape (n,).
        provider: shape (n,).
        rule: shape (n,). Row of the first rule that forbids it, in `Sieve.rules`.
    """

    request: Rows
    provider: Rows
    rule: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A round in its one order. Solve it again and again without sorting again.

    Args:
        round: sorted by ids; pairs by request and provider, only those that every rule allows.
        sieve: what the rules left.
        barred: what they did not leave.
        request_hash: shape (requests,). Of the id; ties go by it.
        provider_hash: shape (providers,).
        slot_hash: shape (slots,).
        fingerprint: of everything above.
    """

    round: Round
    sieve: Sieve
    barred: Barred
    request_hash: Hashes
    provider_hash: Hashes
    slot_hash: Hashes
    fingerprint: str


def prepare(round_: Round) -> Prepared:
    """Bring a round into its one order.

    Args:
        round_: in any order.

    Raises:
        ValueError: a pair stands twice.

    Examples:
        >>> slots, districts = Slots(["am"]), Districts(["north"])
        >>> found = prepare(Round(
        ...     Requests(["b", "a"], visits=1, window=[[True], [True]]), Providers(["x", "y"], load=1, available=[[True], [True]]),
        ...     slots, districts, Pairs([0, 0, 1], [0, 1, 0], fit=1.0, allowed={"conflict": [True, False, False]})))
        >>> found.round.requests.ids, found.sieve.rules, found.sieve.left.tolist()
        (('a', 'b'), ('listed', 'conflict'), [[1, 0], [2, 1]])
    """
    requests, providers, slots, districts = round_.requests, round_.providers, round_.slots, round_.districts
    by_request, by_provider = _order(requests.ids), _order(providers.ids)
    by_slot, by_district = _order(slots.ids), _order(districts.ids)
    sieve, barred, pairs = _pairs(round_, _rank(by_request), _rank(by_provider))
    ordered = Round(
        Requests(
            ids=[requests.ids[row] for row in by_request],
            visits=np.asarray(requests.visits)[by_request],
            window=requests.window[by_request][:, by_slot] if len(by_request) else requests.window,
            district=_rank(by_district)[np.asarray(requests.district)[by_request]],
            need=np.asarray(requests.need)[by_request],
            repeat=[requests.repeat[row] for row in by_request],
            is_whole=np.asarray(requests.is_whole)[by_request],
            place=np.asarray(requests.place)[by_request],
        ),
        Providers(
            ids=[providers.ids[row] for row in by_provider],
            load=np.asarray(providers.load)[by_provider],
            available=providers.available[by_provider][:, by_slot] if len(by_provider) else providers.available,
            per_period=_per_period(providers, by_provider, np.asarray(slots.period)[by_slot]),
        ),
        Slots(
            ids=[slots.ids[row] for row in by_slot],
            day=_renamed(np.asarray(slots.day)[by_slot]),
            period=_renamed(np.asarray(slots.period)[by_slot]),
        ),
        Districts(
            ids=[districts.ids[row] for row in by_district],
            need=None if districts.need is None else districts.need[by_district],
            had=np.asarray(districts.had)[by_district],
            floor=np.asarray(districts.floor)[by_district],
        ),
        pairs,
        _travel(round_, _rank(by_provider), by_slot),
    )
    return Prepared(
        ordered, sieve, barred, _hashes(ordered.requests.ids), _hashes(ordered.providers.ids), _hashes(ordered.slots.ids),
        _fingerprint(ordered, sieve),
    )  # fmt: skip


def mixed(*parts: Hashes) -> Hashes:
    """Mix hashes into one, the same on every machine.

    Source:
        The finaliser of splitmix64: G. Steele, D. Lea and C. Flood, OOPSLA 2014.
    """
    value = np.zeros_like(parts[0])
    for part in parts:
        value = value * np.uint64(0x9E3779B97F4A7C15) + part
        value ^= value >> np.uint64(30)
        value *= np.uint64(0xBF58476D1CE4E5B9)
        value ^= value >> np.uint64(27)
        value *= np.uint64(0x94D049BB133111EB)
        value ^= value >> np.uint64(31)
    return value


def _pairs(round_: Round, request_rank: Rows, provider_rank: Rows) -> tuple[Sieve, Barred, Pairs]:
    given, height, width = round_.pairs, len(round_.requests.ids), len(round_.providers.ids)
    request, provider = request_rank[given.request], provider_rank[given.provider]
    key = request * max(width, 1) + provider
    if (np.diff(key) > 0).all():
        order: Rows | slice = slice(None)
    else:
        order = np.argsort(key, kind="stable")
        if not (np.diff(key[order]) > 0).all():
            raise ValueError("pairs: a pair stands twice")
    left, rule = [np.bincount(request, minlength=height)], np.zeros(len(request), dtype=np.int64)
    for number, mask in enumerate(given.allowed.values(), start=1):
        rule[(rule == 0) & ~mask] = number
        left.append(np.bincount(request[rule == 0], minlength=height))
    request, provider, rule = request[order], provider[order], rule[order]
    kept, out = rule == 0, rule > 0
    return (
        Sieve((LISTED, *given.allowed), np.column_stack(left).astype(np.int64)),
        Barred(request[out], provider[out], rule[out]),
        Pairs(request[kept], provider[kept], given.fit[order][kept], np.asarray(given.distance)[order][kept]),
    )


def _travel(round_: Round, provider_rank: Rows, by_slot: Rows) -> Travel | None:
    """Name the providers and days of planned trips as the ordered round does; those on no day of the round go."""
    travel = round_.travel
    if travel is None or not len(travel.trips):
        return travel
    days = np.asarray(round_.slots.day)[by_slot]
    named = dict(zip(days.tolist(), _renamed(days).tolist(), strict=True))
    trips = [(provider, named[day], place) for provider, day, place in travel.trips.tolist() if day in named]
    rows = np.array(trips, dtype=np.int64).reshape(-1, 3)
    rows[:, 0] = provider_rank[rows[:, 0]]
    return replace(travel, trips=np.unique(rows, axis=0))


def _order(ids: Sequence[str]) -> Rows:
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)


def _rank(order: Rows) -> Rows:
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank


def _per_period(providers: Providers, by_provider: Rows, period: Rows) -> Rows | None:
    """Put rows in order, and the columns of a table as its periods are renamed; periods without a half-day go."""
    if providers.per_period is None:
        return None
    most = np.asarray(providers.per_period)[by_provider]
    if most.ndim == 1:
        return most
    named, first = np.unique(period, return_index=True)
    ordered: Rows = most[:, named[np.argsort(first)]]
    return ordered


def _renamed(numbers: Rows) -> Rows:
    """Number groups by their first half-day: what they were called decides nothing."""
    _values, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    return _rank(np.argsort(first))[inverse].astype(np.int64) if len(numbers) else numbers


def _hashes(ids: Sequence[str]) -> Hashes:
    digests = [blake2b(name.encode(), digest_size=8).digest() for name in ids]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _fingerprint(round_: Round, sieve: Sieve) -> str:
    told = blake2b(digest_size=16)
    for part in (round_.requests, round_.providers, round_.slots, round_.districts, round_.pairs, round_.travel, sieve):
        for name in getattr(part, "__slots__", ()):
            value = getattr(part, name)
            told.update(name.encode())
            told.update(np.ascontiguousarray(value).data if isinstance(value, np.ndarray) else repr(value).encode())
    return told.hexdigest()
