"""What is left to decide once pins are set: arcs (request, provider, half-day) with whole-number worths, and the steps of the concave terms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kepu.engines.matching.arcs import (
    Arcs,
    beside_pins,
    beside_trips,
    expanded,
    first_of_each,
    meet,
    rows_in,
    unforbidden,
)
from kepu.engines.matching.canonical import Prepared, mixed
from kepu.engines.matching.checks import Flags, Floats, Hashes, Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.lookup import places_of
from kepu.engines.matching.pins import take_pins
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import Forbid, Match, Settings

UNIT = 100_000
"""Whole numbers to one point of worth."""
TIES = 16
_LARGEST = 1 << 53
_NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A concave term: worth of the 1st, 2nd … visit of each owner, never rising.

    Args:
        starts: shape (owners + 1,).
        units: shape (steps,).
        before: shape (owners,). Visits that are pinned, and so taken from the beginning.
    """

    starts: Rows
    units: Rows
    before: Rows

    def total(self, counts: Rows) -> int:
        """Add up the worth of so many visits of each owner."""
        whole = np.concatenate(([0], np.cumsum(self.units)))
        return int((whole[self.starts[:-1] + counts] - whole[self.starts[:-1]]).sum())

    def ahead(self) -> tuple[Rows, Rows]:
        """Give owner and worth of each step that is not pinned yet."""
        owner = np.repeat(np.arange(len(self.before)), np.diff(self.starts))
        place = np.arange(len(owner)) - self.starts[owner]
        still = place >= self.before[owner]
        return owner[still], self.units[still]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is left to decide.

    Args:
        prepared: the round in its order.
        settings: what is set.
        pinned: arcs that are set, one for each pin.
        desk: with the pins taken.
        equity: steps of each district, or None.
        evenness: steps of each provider, or None.
        floors: shape (districts,). Visits that are wanted of each at least, besides the pinned.
        pair_units: shape (pairs,). Worth of a visit of each pair.
        pair_hash: shape (pairs,).
        pair_starts: shape (requests + 1,).
        has_half_days: shape (pairs,). Both can on some half-day.
    """

    prepared: Prepared
    settings: Settings
    pinned: Arcs
    desk: Desk
    equity: Steps | None
    evenness: Steps | None
    floors: Rows
    pair_units: Rows
    pair_hash: Hashes
    pair_starts: Rows
    has_half_days: Flags

    @property
    def round(self) -> Round:
        """The round in its order."""
        return self.prepared.round

    def score(self, chosen: Arcs) -> int:
        """Give the worth in `UNIT`s of the pins and some arcs."""
        request = np.concatenate((self.pinned.request, chosen.request))
        total = sum(int(one.units.sum() + one.staying.sum()) for one in (self.pinned, chosen))
        if self.equity is not None:
            district = np.asarray(self.round.requests.district)[request]
            total += self.equity.total(np.bincount(district, minlength=len(self.round.districts.ids)))
        if self.evenness is not None:
            provider = np.concatenate((self.pinned.provider, chosen.provider))
            total += self.evenness.total(np.bincount(provider, minlength=len(self.round.providers.ids)))
        return total

    def missing(self, chosen: Arcs) -> int:
        """Count the visits that some arcs leave floors short of."""
        district = np.asarray(self.round.requests.district)[chosen.request]
        return int(np.maximum(self.floors - np.bincount(district, minlength=len(self.floors)), 0).sum())

    def arcs(self, pairs: Rows | None = None) -> Arcs:
        """Give the arcs of some pairs (None: all) that neither a pin nor a forbid takes away."""
        found = _arcs(self, np.arange(len(self.pair_units)) if pairs is None else pairs)
        return found.only(beside_pins(self.round, found, self.pinned, self.desk)) if len(self.pinned) else found

    def pairs_of(self, said: Sequence[Match | Forbid]) -> Rows:
        """Give the pairs that matches or forbids name, as far as they are there; sorted."""
        return places_of(self.round, said)

    def fresh_desk(self) -> Desk:
        """Give a desk with nothing taken but the pins."""
        desk = Desk(self.round)
        for row in range(len(self.pinned)):
            desk.take(int(self.pinned.request[row]), int(self.pinned.provider[row]), int(self.pinned.slot[row]))
        return desk

    def candidates(self, breadth: int, besides: Rows = _NO_ROWS) -> Rows:
        """Choose so many best and so many hashed pairs of each request, and those given besides; sorted.

        The best alone are the same hundred people for every request of a hot topic; random breadth beats depth at the same size.
        """
        request, provider = self.round.pairs.request, self.round.pairs.provider
        can = self.has_half_days & (np.asarray(self.round.providers.load)[provider] > 0)
        rows = np.flatnonzero(can)
        chosen = np.zeros(len(can), dtype=bool)
        chosen[besides] = True
        best = rows[first_of_each(request[rows], -self.pair_units[rows], breadth)]
        can[best] = False
        rest = np.flatnonzero(can)
        chosen[best] = True
        chosen[
            rest[first_of_each(request[rest], (self.pair_hash[rest] >> np.uint64(24)).astype(np.int64), breadth)]
        ] = True
        return np.flatnonzero(chosen)


def problem_of(prepared: Prepared, settings: Settings) -> Problem:
    """Set the pins and weigh the pairs.

    Raises:
        PinsRefused: a pin breaks a hard rule.
        ValueError: a visit would be worth nothing, or worths are too large.
    """
    round_ = prepared.round
    pairs, requests = round_.pairs, round_.requests
    worth = settings.served * np.asarray(requests.need)[pairs.request]
    worth = worth + settings.fit * pairs.fit - settings.distance * np.asarray(pairs.distance)
    if not (worth * UNIT < _LARGEST).all():
        raise ValueError("served: worths are too large; make them all smaller by one factor")
    units = np.rint(worth * UNIT).astype(np.int64)
    if not (units > 0).all():
        raise ValueError("distance: a visit of the farthest pair must be worth more than nothing; raise served")
    desk = Desk(round_)
    pinned = _pinned(settings, take_pins(prepared, settings, desk), units)
    return Problem(
        prepared=prepared,
        settings=settings,
        pinned=pinned,
        desk=desk,
        equity=_equity(round_, settings.equity, pinned),
        evenness=_evenness(round_, settings.evenness, pinned),
        floors=_floors(round_, pinned) if settings.has_floors else np.zeros(len(round_.districts.ids), dtype=np.int64),
        pair_units=units,
        pair_hash=mixed(prepared.request_hash[pairs.request], prepared.provider_hash[pairs.provider]),
        pair_starts=np.searchsorted(pairs.request, np.arange(len(requests.ids) + 1)),
        has_half_days=meet(round_),
    )


def _arcs(problem: Problem, pairs: Rows) -> Arcs:
    round_, settings = problem.round, problem.settings
    pairs = pairs[problem.has_half_days[pairs] & (np.asarray(round_.providers.load)[round_.pairs.provider[pairs]] > 0)]
    pair, slot = expanded(round_, pairs)
    kept = beside_trips(round_, pair, slot)
    pair, slot = pair[kept], slot[kept]
    if settings.forbids:
        kept = unforbidden(round_, pair, slot, settings.forbids)
        pair, slot = pair[kept], slot[kept]
    tie = mixed(problem.pair_hash[pair], problem.prepared.slot_hash[slot]) % np.uint64(TIES)
    arcs = Arcs(
        round_.pairs.request[pair], round_.pairs.provider[pair], slot, pair, problem.pair_units[pair],
        np.zeros(len(pair), dtype=np.int64), tie.astype(np.int64),
    )  # fmt: skip
    bonus = round(settings.staying * UNIT)
    if bonus and settings.previous:
        arcs.staying[rows_in(round_, arcs, settings.previous)] = bonus
    return arcs


def _pinned(settings: Settings, rows: Rows, units: Rows) -> Arcs:
    request, provider, slot, pair = rows.T
    previous = set(settings.previous)
    stays = np.array([match in previous for match in settings.pins], dtype=np.int64)
    return Arcs(
        request,
        provider,
        slot,
        pair,
        units[pair],
        stays * round(settings.staying * UNIT),
        np.zeros(len(rows), dtype=np.int64),
    )


def _equity(round_: Round, weight: float, pinned: Arcs) -> Steps | None:
    """λ·(−log fill) for the visit that brings a district to this fill; 0 once it is full."""
    if not weight:
        return None
    districts = round_.districts
    starts, place, owner = _steps(wanted_of(round_))
    fill = (np.asarray(districts.had)[owner] + place + 1) / np.asarray(districts.need)[owner]
    units = np.rint(weight * UNIT * np.maximum(-np.log(fill), 0.0)).astype(np.int64)
    district = np.asarray(round_.requests.district)[pinned.request]
    return Steps(starts, units, np.bincount(district, minlength=len(districts.ids)))


def _evenness(round_: Round, weight: float, pinned: Arcs) -> Steps | None:
    if not weight:
        return None
    load = np.asarray(round_.providers.load)
    starts, place, owner = _steps(load)
    units = -np.rint(weight * UNIT * place / np.maximum(load[owner], 1)).astype(np.int64)
    return Steps(starts, units, np.bincount(pinned.provider, minlength=len(load)))


def _steps(counts: Rows) -> tuple[Rows, Floats, Rows]:
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    return starts, (np.arange(len(owner)) - starts[owner]).astype(np.float64), owner


def wanted_of(round_: Round) -> Rows:
    """Count the visits that each district wants in this round."""
    wanted = np.zeros(len(round_.districts.ids), dtype=np.int64)
    np.add.at(wanted, np.asarray(round_.requests.district), np.asarray(round_.requests.visits))
    return wanted


def floors_of(round_: Round) -> Rows:
    """Count the visits of this round that each district's floor asks for."""
    districts = round_.districts
    visits = np.floor(np.asarray(districts.floor) * np.asarray(districts.need) - np.asarray(districts.had) + 1e-9)
    floors: Rows = np.clip(visits.astype(np.int64), 0, wanted_of(round_))
    return floors


def _floors(round_: Round, pinned: Arcs) -> Rows:
    district = np.asarray(round_.requests.district)[pinned.request]
    floors: Rows = np.maximum(0, floors_of(round_) - np.bincount(district, minlength=len(round_.districts.ids)))
    return floors
