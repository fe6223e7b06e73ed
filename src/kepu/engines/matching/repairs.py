"""The few rules outside the network: who loses where a flow breaks them. What is lost is forbidden, and the flow is sought again."""

from dataclasses import dataclass

import numpy as np

from kepu.engines.matching.arcs import Arcs, first_of_each
from kepu.engines.matching.checks import Flags, Rows
from kepu.engines.matching.problem import Problem
from kepu.engines.matching.rounds import DIFFERENT, SAME

_AT_ONCE = 5
_CANDIDATES = 100
"""Of each request that wants the same person: as many are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """What a flow breaks.

    Args:
        lost: shape (chosen,). Visits that have to go for the rest to be a plan.
        forbidden: shape (arcs,). Arcs that the next flow must not use.
        closed: shape (requests,). Requests that the next flow must leave.
    """

    lost: Flags
    forbidden: Flags
    closed: Flags

    @property
    def count(self) -> int:
        """How many visits have to go."""
        return int(self.lost.sum())


def broken(problem: Problem, arcs: Arcs, chosen: Rows) -> Broken:
    """Find what a flow breaks; the better visit stays, and of like ones the first.

    Args:
        problem: what is decided.
        arcs: visits that may be.
        chosen: rows of those in the flow.
    """
    lost, forbidden = np.zeros(len(chosen), dtype=bool), np.zeros(len(arcs), dtype=bool)
    visits = arcs.only(chosen)
    order = np.lexsort((np.arange(len(chosen)), -(visits.units + visits.staying)))  # best first
    _same(problem, arcs, visits, lost, forbidden)
    _own_half_days(problem, visits, order, lost)
    _far(problem, visits, order, lost)
    forbidden[chosen[lost]] = True
    closed = np.zeros(len(problem.desk.visits_left), dtype=bool)
    wanted, got = problem.desk.visits_left, np.bincount(visits.request[~lost], minlength=len(closed))
    part = np.asarray(problem.round.requests.is_whole) & (got > 0) & (got < wanted)
    if part.any():
        if (
            not lost.any()
        ):  # nothing else is wrong: the half that lacks most gives way, and leaves its people to the others
            rows = np.flatnonzero(part)
            worst = rows[np.lexsort((problem.prepared.request_hash[rows], got[rows] / wanted[rows]))]
            closed[worst[: max((len(worst) + 1) // 2, _AT_ONCE)]] = True
        lost |= part[visits.request]
    return Broken(lost, forbidden, closed)


def hopeless(problem: Problem, arcs: Arcs) -> Flags:
    """Tell which requests want all visits or none and cannot have all, whatever the others do; shape (requests,)."""
    round_ = problem.round
    count = len(round_.requests.ids)
    halves = np.zeros((count, len(round_.slots.ids)), dtype=bool)
    halves[arcs.request, arcs.slot] = True
    most = halves.sum(axis=1)
    if len(arcs):
        first = np.concatenate(([True], np.diff(arcs.pair) != 0))
        size = np.diff(np.append(np.flatnonzero(first), len(arcs)))
        owner, can = arcs.request[first], np.minimum(size, problem.desk.load_left[arcs.provider[first]])
        people, longest = np.bincount(owner, minlength=count), np.zeros(count, dtype=np.int64)
        np.maximum.at(longest, owner, can)
        policy = np.array(round_.requests.repeat)
        most = np.where(policy == DIFFERENT, np.minimum(most, people), np.where(policy == SAME, longest, most))
    hopeless_: Flags = np.asarray(round_.requests.is_whole) & (most < problem.desk.visits_left)
    return hopeless_


def _same(problem: Problem, arcs: Arcs, visits: Arcs, lost: Flags, forbidden: Flags) -> None:
    """One person comes to all visits: where the flow sends several, all of them go, one is chosen, and everybody else is out for this request."""
    policy = np.array([one == SAME for one in problem.round.requests.repeat], dtype=bool)
    people = np.zeros(len(policy), dtype=np.int64)
    pair = np.unique(visits.pair)
    np.add.at(people, problem.round.pairs.request[pair], 1)
    several = policy & (people > 1)
    if not several.any():
        return
    lost |= several[visits.request]
    stays = np.zeros(len(problem.pair_units), dtype=bool)
    stays[_people(problem, arcs, visits.only(~lost), several)] = True
    forbidden |= several[arcs.request] & ~stays[arcs.pair]


def _people(problem: Problem, arcs: Arcs, taken: Arcs, several: Flags) -> Rows:
    """Choose one person for each of some requests: who can still make all visits, the worthiest pair first; then who can make most of them.

    Returns:
        Pairs, at most one for each request.
    """
    desk = problem.fresh_desk()
    for visit in zip(taken.request.tolist(), taken.provider.tolist(), taken.slot.tolist(), strict=True):
        desk.take(*visit)
    rows = np.flatnonzero(several[arcs.request])
    begins = rows[np.concatenate(([True], np.diff(arcs.pair[rows]) != 0))]
    pair, request, provider = arcs.pair[begins], arcs.request[begins], arcs.provider[begins]
    lengths = np.bincount(np.searchsorted(pair, arcs.pair[rows]))
    most = np.minimum(np.minimum(lengths, desk.visits_left[request]), np.maximum(desk.load_left[provider], 0))
    some = first_of_each(request, -most * problem.pair_units[pair], _CANDIDATES)
    order = some[np.lexsort((problem.pair_hash[pair[some]], -(most * problem.pair_units[pair])[some]))]
    chosen: dict[int, int] = {}
    for is_all in (True, False):
        for place in order.tolist():
            owner = int(request[place])
            if owner in chosen:
                continue
            wanted, who = int(desk.visits_left[owner]), int(provider[place])
            slots = arcs.slot[begins[place] : begins[place] + lengths[place]]
            free = slots[desk.is_open(np.full(len(slots), owner), np.full(len(slots), who), slots)]
            count = min(len(free), int(desk.load_left[who]))
            if count and (count >= wanted or not is_all):
                chosen[owner] = int(pair[place])
                for slot in free[: min(count, wanted)].tolist():
                    if desk.blocked(owner, who, slot) is None:
                        desk.take(owner, who, slot)
    return np.array(sorted(chosen.values()), dtype=np.int64)


def _own_half_days(problem: Problem, visits: Arcs, order: Rows, lost: Flags) -> None:
    """A request has one visit on a half-day."""
    staying = order[~lost[order]]
    key = visits.request[staying] * len(problem.round.slots.ids) + visits.slot[staying]
    _values, first = np.unique(key, return_index=True)
    again = np.ones(len(staying), dtype=bool)
    again[first] = False
    lost[staying[again]] = True


def _far(problem: Problem, visits: Arcs, order: Rows, lost: Flags) -> None:
    """Nobody has two visits on one day that are too far apart."""
    if problem.desk.far is None:
        return
    day, place = np.asarray(problem.round.slots.day), np.asarray(problem.round.requests.place)
    trip = visits.provider * (int(day.max(initial=0)) + 1) + day[visits.slot]
    often = np.bincount(trip, minlength=1) > 1
    been: dict[int, list[int]] = {}
    for row in order[often[trip[order]] & ~lost[order]].tolist():
        others = been.setdefault(int(trip[row]), [])
        here = int(place[visits.request[row]])
        if any(problem.desk.far[here, other] for other in others):
            lost[row] = True
        else:
            others.append(here)
