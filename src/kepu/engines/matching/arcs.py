"""Visits that could be, as columns, and what takes them away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kepu.engines.matching.checks import Flags, Hashes, Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.lookup import place_of, rows_of, rows_of_match
from kepu.engines.matching.rounds import DIFFERENT, SAME, Round
from kepu.engines.matching.settings import Forbid, Match

_CHUNK = 1 << 17
_NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Visits that could be, sorted by request, provider and half-day.

    Args:
        request: shape (n,).
        provider: shape (n,).
        slot: shape (n,).
        pair: shape (n,). Row of the pair.
        units: shape (n,). Worth alone, > 0, in `UNIT`s.
        staying: shape (n,). Bonus for staying, in `UNIT`s.
        tie: shape (n,). 0 to below `TIES`, from the hash of the three ids: decides between plans of the same worth.
    """

    request: Rows
    provider: Rows
    slot: Rows
    pair: Rows
    units: Rows
    staying: Rows
    tie: Rows

    def __len__(self) -> int:
        """Count them."""
        return len(self.request)

    def only(self, kept: Flags | Rows) -> "Arcs":
        """Keep some."""
        return Arcs(*(getattr(self, name)[kept] for name in Arcs.__slots__))

    def joined(self, others: "Arcs") -> "Arcs":
        """Put others behind."""
        return Arcs(*(np.concatenate((getattr(self, name), getattr(others, name))) for name in Arcs.__slots__))


def meet(round_: Round) -> Flags:
    """Tell which pairs have a half-day on which both can; a word of 64 half-days at a time."""
    open_ = _words(np.packbits(round_.requests.window, axis=1))
    free = _words(np.packbits(round_.providers.available, axis=1))
    meet = np.zeros(len(round_.pairs.request), dtype=bool)
    for word in range(open_.shape[1] if len(meet) else 0):
        meet |= (open_[round_.pairs.request, word] & free[round_.pairs.provider, word]) != 0
    return meet


def _words(packed: NDArray[np.uint8]) -> Hashes:
    """See rows of bytes as rows of 64 bits."""
    wide = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    wide[:, : packed.shape[1]] = packed
    return wide.view(np.uint64)


def first_of_each(request: Rows, value: Rows, count: int) -> Rows:
    """Give the rows of the first so many of each request, by value; requests are sorted, and of like values the first stands first.

    One sort of single words is ten times faster than a sort of rows by three columns: request, value and place are packed into 64 bits.
    """
    if not len(request):
        return _NO_ROWS
    begins = np.flatnonzero(np.concatenate(([True], np.diff(request) != 0)))
    sizes = np.diff(np.append(begins, len(request)))
    group = np.repeat(np.arange(len(begins)), sizes)
    place = np.arange(len(request)) - begins[group]
    place_bits, group_bits = int(sizes.max()).bit_length(), len(begins).bit_length()
    room = 62 - place_bits - group_bits
    shifted = value - value.min()
    shifted >>= max(0, int(shifted.max()).bit_length() - room)
    packed = np.sort((((group << room) | shifted) << place_bits) | place)
    return begins[group[place < count]] + (packed[place < count] & ((1 << place_bits) - 1))


def expanded(round_: Round, pairs: Rows) -> tuple[Rows, Rows]:
    """Give pair and half-day of every half-day on which both of a pair can; loads are not asked."""
    request, provider = round_.pairs.request[pairs], round_.pairs.provider[pairs]
    found, when = [_NO_ROWS], [_NO_ROWS]
    for begin in range(0, len(pairs), _CHUNK):
        some = slice(begin, begin + _CHUNK)
        row, slot = np.nonzero(round_.requests.window[request[some]] & round_.providers.available[provider[some]])
        found.append(row + begin)
        when.append(slot)
    return pairs[np.concatenate(found)], np.concatenate(when)


def unforbidden(round_: Round, pair: Rows, slot: Rows, forbids: Sequence[Forbid]) -> Flags:
    """Tell which visits nobody forbade; pairs are sorted."""
    kept = np.ones(len(pair), dtype=bool)
    for forbid in forbids:
        rows = rows_of_match(round_, forbid)
        place = -1 if rows is None else place_of(round_.pairs.request, round_.pairs.provider, *rows[:2])
        if rows is not None and place >= 0:
            some = slice(*np.searchsorted(pair, (place, place + 1)).tolist())
            kept[some] &= False if rows[2] < 0 else slot[some] != rows[2]
    return kept


def beside_trips(round_: Round, pair: Rows, slot: Rows) -> Flags:
    """Tell which visits no trip that was planned before takes away."""
    kept = np.ones(len(pair), dtype=bool)
    travel = round_.travel
    if travel is None or not len(travel.trips):
        return kept
    far, place = travel.is_far(), np.asarray(round_.requests.place)[round_.pairs.request[pair]]
    days = int(max(np.asarray(round_.slots.day).max(initial=0), travel.trips[:, 1].max())) + 1
    when = round_.pairs.provider[pair] * days + np.asarray(round_.slots.day)[slot]
    planned = travel.trips[:, 0] * days + travel.trips[:, 1]
    touched = np.flatnonzero(np.isin(when, planned))
    touched = touched[np.argsort(when[touched], kind="stable")]
    begins, ends = (np.searchsorted(when[touched], planned, side=side) for side in ("left", "right"))
    for begin, end, there in zip(begins.tolist(), ends.tolist(), travel.trips[:, 2].tolist(), strict=True):
        some = touched[begin:end]
        kept[some] &= ~far[place[some], there]
    return kept


def rows_in(round_: Round, arcs: Arcs, matches: Sequence[Match]) -> Rows:
    """Find the arcs that are among some matches."""
    key = _key(round_, arcs.request, arcs.provider, arcs.slot)
    known = rows_of(round_, matches)
    if not len(known) or not len(key):
        return _NO_ROWS
    wanted = np.sort(_key(round_, *known.T))
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    found: Rows = place[key[place] == wanted]
    return found


def _key(round_: Round, request: Rows, provider: Rows, slot: Rows) -> Rows:
    return (request * len(round_.providers.ids) + provider) * len(round_.slots.ids) + slot


def beside_pins(round_: Round, arcs: Arcs, pinned: Arcs, desk: Desk) -> Flags:
    """Tell which arcs no pin takes away: its two half-days, another person where the same must come, the same where a different one, far trips."""
    kept = desk.is_open(arcs.request, arcs.provider, arcs.slot)
    begins = np.searchsorted(arcs.request, np.arange(len(round_.requests.ids) + 1))
    day, place = np.asarray(round_.slots.day), np.asarray(round_.requests.place)
    for request, provider in zip(pinned.request.tolist(), pinned.provider.tolist(), strict=True):
        some = slice(begins[request], begins[request + 1])
        if round_.requests.repeat[request] == DIFFERENT:
            kept[some] &= arcs.provider[some] != provider
        elif round_.requests.repeat[request] == SAME:
            kept[some] &= arcs.provider[some] == provider
    if desk.far is not None:
        touched = np.zeros(len(round_.providers.ids), dtype=bool)
        touched[pinned.provider] = True
        near = np.flatnonzero(touched[arcs.provider])
        for request, provider, slot in zip(pinned.request, pinned.provider, pinned.slot, strict=True):
            same = near[(arcs.provider[near] == provider) & (day[arcs.slot[near]] == day[slot])]
            kept[same] &= ~desk.far[place[arcs.request[same]], place[request]]
    return kept
