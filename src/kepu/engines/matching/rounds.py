"""What a round is made of: requests, providers, half-days, districts, and who could come to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kepu.engines.matching.checks import Flags, Floats, Rows, flags_of, floats_of, ids_of, rows_of, table_of

ANY, SAME, DIFFERENT = "any", "same", "different"
REPEATS = (ANY, SAME, DIFFERENT)
_NO_FLOATS = np.empty(0)
_NO_TRIPS = np.empty((0, 3), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Half-days of the round.

    Args:
        ids: one for each, such as `2026-12-01-am`; sorted ids are the order of time.
        day: shape (n,). Half-days with the same number lie on one day. None: each on its own.
        period: shape (n,). Half-days with the same number share `Providers.per_period` (a week, say). One number for all: one period.
    """

    ids: Sequence[str]
    day: Rows | None = None
    period: Rows | int = 0

    def __post_init__(self) -> None:
        """Check and make arrays."""
        ids = ids_of("slots.ids", self.ids)
        day = np.arange(len(ids)) if self.day is None else self.day
        _set(self, ids=ids, day=rows_of("slots.day", day, len(ids)))
        _set(self, period=rows_of("slots.period", self.period, len(ids)))


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """Districts, how much each needs, and how much it had before this round.

    The *fill* of a district is (had + visits of this round) / need. It remembers: who was served before stands behind who was not.

    Args:
        ids: one for each.
        need: shape (n,). Visits that count as full, > 0. None: what its requests of this round want, and what it had.
        had: shape (n,). Visits of earlier rounds, ≥ 0.
        floor: shape (n,). Fill that the round must reach where it can, 0 to 1; rounded down to whole visits.
    """

    ids: Sequence[str]
    need: Floats | None = None
    had: Floats | float = 0.0
    floor: Floats | float = 0.0

    def __post_init__(self) -> None:
        """Check and make arrays."""
        ids = ids_of("districts.ids", self.ids)
        _set(self, ids=ids, had=floats_of("districts.had", self.had, len(ids)))
        _set(self, floor=floats_of("districts.floor", self.floor, len(ids), most=1.0))
        if self.need is not None:
            need = floats_of("districts.need", self.need, len(ids))
            if not (need > 0).all():
                raise ValueError("districts.need: must be above 0")
            _set(self, need=need)


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """Open requests.

    Args:
        ids: one for each.
        visits: shape (n,). Visits wanted, ≥ 1; two visits of a request never fall on one half-day.
        window: shape (n, slots). Half-days on which it may be visited.
        district: shape (n,). Row of its district.
        need: shape (n,). How much a served visit of it counts, > 0.
        repeat: one for all or for each: `any` person may come again, the `same` person must come to all visits, or a `different` one to each.
        is_whole: shape (n,). All visits or none.
        place: shape (n,). Row of its place in `Travel.minutes`.
    """

    ids: Sequence[str]
    visits: Rows | int
    window: Flags
    district: Rows | int = 0
    need: Floats | float = 1.0
    repeat: Sequence[str] | str = ANY
    is_whole: Flags | bool = False
    place: Rows | int = 0

    def __post_init__(self) -> None:
        """Check and make arrays; how many slots and districts there are is checked by the round."""
        ids, window = ids_of("requests.ids", self.ids), np.asarray(self.window, dtype=bool)
        count = len(ids)
        repeat = (self.repeat,) * count if isinstance(self.repeat, str) else tuple(self.repeat)
        if len(repeat) != count or not set(repeat) <= set(REPEATS):
            raise ValueError(f"requests.repeat: must be one of {', '.join(REPEATS)} for each request")
        need = floats_of("requests.need", self.need, count)
        if not (need > 0).all():
            raise ValueError("requests.need: must be above 0")
        if window.ndim != 2 or len(window) != count:  # noqa: PLR2004 a table
            raise ValueError(f"requests.window: must have the shape ({count}, slots)")
        _set(self, ids=ids, visits=rows_of("requests.visits", self.visits, count, least=1), window=window)
        _set(self, district=rows_of("requests.district", self.district, count), need=need, repeat=repeat)
        _set(self, is_whole=flags_of("requests.is_whole", self.is_whole, count))
        _set(self, place=rows_of("requests.place", self.place, count))


@dataclass(frozen=True, slots=True, eq=False)
class Providers:
    """Those who come: experts, teams, vans.

    Args:
        ids: one for each.
        load: shape (n,). Visits that each can make in the round, ≥ 0.
        available: shape (n, slots). Half-days on which each can come; never more than one visit on a half-day.
        per_period: shape (n,), or (n, periods) where weeks differ, by the number of the period. Visits that each can make in one
            period. None: no limit but the load.
    """

    ids: Sequence[str]
    load: Rows | int
    available: Flags
    per_period: Rows | int | None = None

    def __post_init__(self) -> None:
        """Check and make arrays; how many slots there are is checked by the round."""
        ids, available = ids_of("providers.ids", self.ids), np.asarray(self.available, dtype=bool)
        if available.ndim != 2 or len(available) != len(ids):  # noqa: PLR2004 a table
            raise ValueError(f"providers.available: must have the shape ({len(ids)}, slots)")
        _set(self, ids=ids, available=available, load=rows_of("providers.load", self.load, len(ids)))
        if self.per_period is not None:
            table = rows_of if np.ndim(self.per_period) <= 1 else table_of
            _set(self, per_period=table("providers.per_period", self.per_period, len(ids)))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Who could come to whom, how well it would fit, and which rule allows it.

    Args:
        request: shape (n,). Row of the request.
        provider: shape (n,). Row of the provider; no pair twice.
        fit: shape (n,). 0 to 1.
        distance: shape (n,). In any one unit, ≥ 0.
        allowed: for each hard rule by name, shape (n,): whether it allows the pair. They are asked in the order given, so a request
            that stays unserved can name the rule that took its last candidate.
    """

    request: Rows
    provider: Rows
    fit: Floats
    distance: Floats = field(default_factory=lambda: _NO_FLOATS)
    allowed: Mapping[str, Flags] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check and make arrays; how many requests and providers there are is checked by the round."""
        count = len(np.atleast_1d(np.asarray(self.request)))
        distance = self.distance if np.size(self.distance) else 0.0
        _set(self, request=rows_of("pairs.request", self.request, count))
        _set(self, provider=rows_of("pairs.provider", self.provider, count))
        _set(self, fit=floats_of("pairs.fit", self.fit, count, most=1.0))
        _set(self, distance=floats_of("pairs.distance", distance, count))
        _set(self, allowed={rule: flags_of(f"pairs.allowed[{rule}]", on, count) for rule, on in self.allowed.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Between two visits of one person on one day there must be time for the way.

    Args:
        minutes: shape (places, places). Travel time, ≥ 0.
        limit_min: longest way that still fits between the half-days of a day.
        trips: shape (n, 3). Trips that were planned before the round: row of the provider, day as in `Slots.day`, place.
    """

    minutes: Floats
    limit_min: float
    trips: Rows = field(default_factory=lambda: _NO_TRIPS)

    def __post_init__(self) -> None:
        """Check and make arrays."""
        minutes = np.asarray(self.minutes, dtype=np.float64)
        if minutes.ndim != 2 or minutes.shape[0] != minutes.shape[1]:  # noqa: PLR2004 a table
            raise ValueError("travel.minutes: must be a square table")
        if not (minutes >= 0).all() or not self.limit_min >= 0:
            raise ValueError("travel.minutes: must be at least 0, and limit_min too")
        trips = np.asarray(self.trips, dtype=np.int64)
        if trips.ndim != 2 or trips.shape[1] != _NO_TRIPS.shape[1] or (trips < 0).any():  # noqa: PLR2004 a table
            raise ValueError("travel.trips: must have the shape (trips, 3) and be at least 0")
        if (trips[:, 2] >= len(minutes)).any():
            raise ValueError(f"travel.trips: a place must be below {len(minutes)}")
        _set(self, minutes=minutes, trips=trips)

    def is_far(self) -> Flags:
        """Tell which pairs of places are too far apart, either way."""
        far: Flags = self.minutes > self.limit_min
        return far | far.T


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Everything a round is decided from. The order of its rows decides nothing: ties go by a hash of ids.

    Args:
        requests: what is wanted.
        providers: who can come.
        slots: when.
        districts: where.
        pairs: who could come to whom.
        travel: whether two visits of a day may be far apart; None: they may.

    Raises:
        ValueError: a row points nowhere, a table has too few half-days, or a pair stands twice.

    Examples:
        >>> round_ = Round(
        ...     Requests(["school"], visits=[1], window=[[True, True]]), Providers(["expert"], load=[1], available=[[False, True]]),
        ...     Slots(["mon-am", "mon-pm"], day=[0, 0]), Districts(["north"]), Pairs([0], [0], fit=[0.5]))
        >>> round_.requests.visits.tolist(), round_.districts.need.tolist()
        ([1], [1.0])
    """

    requests: Requests
    providers: Providers
    slots: Slots
    districts: Districts
    pairs: Pairs
    travel: Travel | None = None

    def __post_init__(self) -> None:
        """Check that the parts belong together."""
        requests, providers, slots, districts = self.requests, self.providers, self.slots, self.districts
        for name, table in (("requests.window", requests.window), ("providers.available", providers.available)):
            if table.shape[1] != len(slots.ids) and len(table):
                raise ValueError(f"{name}: must have a column for each of the {len(slots.ids)} half-days")
        rows_of("requests.district", requests.district, len(requests.ids), below=len(districts.ids))
        rows_of("pairs.request", self.pairs.request, len(self.pairs.request), below=len(requests.ids))
        rows_of("pairs.provider", self.pairs.provider, len(self.pairs.provider), below=len(providers.ids))
        if providers.per_period is not None and (most := np.asarray(providers.per_period)).ndim > 1:
            rows_of("slots.period", slots.period, len(slots.ids), below=most.shape[1])
        if self.travel is not None:
            rows_of("requests.place", requests.place, len(requests.ids), below=len(self.travel.minutes))
            rows_of("travel.trips", self.travel.trips[:, 0], len(self.travel.trips), below=len(providers.ids))
        if districts.need is None:
            wanted = np.bincount(requests.district, weights=requests.visits, minlength=len(districts.ids))
            need = np.maximum(wanted + districts.had, 1.0)
            _set(self, districts=Districts(districts.ids, need, districts.had, districts.floor))


def _set(thing: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(thing, name, value)
